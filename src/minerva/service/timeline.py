"""The last requests with their timings, to be looked at while the server runs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from minerva.service.observe import RequestRecord

MOST_REQUESTS = 200


class TimelineEntry(RequestRecord, frozen=True, kw_only=True):
    """A request that is over; `ended_s` is when, in seconds since the epoch."""

    ended_s: float


class Timeline:
    """An observer that remembers the last requests, and nothing of what was said in them."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Remember none yet; `clock` gives seconds since 1970."""
        self._clock = clock
        self._entries: deque[TimelineEntry] = deque(maxlen=MOST_REQUESTS)

    def entries(self) -> list[TimelineEntry]:
        """Return what is remembered, the last one first."""
        return list(reversed(self._entries))

    def started(self, model: str) -> None:
        """Nothing: a request is shown when it is over."""

    def first_token(self, model: str, ttft_s: float) -> None:
        """Nothing: the record has it."""

    def token_gap(self, model: str, gap_s: float) -> None:
        """Nothing: the record sums them up."""

    def finished(self, record: RequestRecord) -> None:
        """Remember it, and forget the oldest if there are too many."""
        self._entries.append(TimelineEntry(**_fields(record), ended_s=self._clock()))


def _fields(record: RequestRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in RequestRecord.__struct_fields__}
