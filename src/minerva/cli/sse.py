"""Server-sent events, read from lines. Pure. Format: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec


class Sent(msgspec.Struct, frozen=True):
    """An event: its data, and its id or that of the last one before it that had any."""

    data: str
    id: str | None = None


def sent(lines: Iterable[str]) -> Iterator[Sent]:
    """Yield each event; comments and other fields are passed over, as is an event cut off at the end."""
    data: list[str] = []
    last: str | None = None
    for line in lines:
        if not line:
            if data:
                yield Sent("\n".join(data), last)
            data = []
        elif line.startswith("data:"):
            data.append(_value(line))
        elif line.startswith("id:"):
            last = _value(line)


def _value(line: str) -> str:
    return line.partition(":")[2].removeprefix(" ")
