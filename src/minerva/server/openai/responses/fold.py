"""All events of a request into one response: the one that the last event of a stream carries. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from minerva.core.event import Event
from minerva.server.openai.responses.answers import ResponseAnswer
from minerva.server.openai.responses.events import Ending, ResponseEvent
from minerva.server.openai.responses.narration import Narration, Shown


def response(events: Iterable[Event], shown: Shown) -> ResponseAnswer:
    """Return the body. `events` ended with `Finished` or `Failed`."""
    narration = Narration(shown)
    return ending([told for event in events for told in narration.tell(event)])


def ending(told: Iterable[ResponseEvent]) -> ResponseAnswer:
    """Return the response that one of the events `told` ends."""
    return next(one.response for one in told if isinstance(one, Ending))
