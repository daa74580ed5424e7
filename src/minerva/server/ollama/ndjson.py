"""Events into the lines of the Ollama API, or all of them into one body. Pure but for the clock it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from minerva.core.errors import from_info
from minerva.core.event import ChoiceFinished, Event, Failed, Finished, Started
from minerva.server.errors import OLLAMA, error_body
from minerva.server.ollama.answers import DoneReason, OllamaAnswer
from minerva.server.ollama.lines import End, Lines, done_reason
from minerva.server.ollama.pieces import Piece, Pieces, joined

MEDIA_TYPE = "application/x-ndjson"

_LINE_ENDS = {character.encode(): f"\\u{ord(character):04x}".encode() for character in "\u0085\u2028\u2029"}

Clock = Callable[[], datetime]


class NdjsonEncoder:
    """Encodes the events of one request, each line as it is known."""

    def __init__(self, lines: Lines, now: Clock) -> None:
        """Make answers with `lines`, dated by `now`."""
        self._lines = lines
        self._now = now
        self._pieces = Pieces()
        self._reason: DoneReason = "length"

    def __call__(self, event: Event) -> bytes:
        """Return the lines of `event`, in order; empty when there is nothing to say yet."""
        match event:
            case Started():
                return b""
            case ChoiceFinished():
                self._reason = done_reason(event)
                return self._more(self._pieces.flush())
            case Finished():
                return _line(self._lines.last(Piece(), End(self._reason, event), self._now()))
            case Failed():
                held = self._more(self._pieces.flush())
                return held + _one_line(error_body(OLLAMA, from_info(event.error))) + b"\n"
            case _:
                return self._more(self._pieces.take(event))

    def _more(self, pieces: Iterable[Piece]) -> bytes:
        return b"".join(_line(self._lines.more(piece, self._now())) for piece in pieces if piece != Piece())


def body_of(events: Iterable[Event], lines: Lines, now: Clock) -> OllamaAnswer:
    """Return the one body of all `events`, the last of which is `Finished`."""
    pieces, found = Pieces(), list[Piece]()
    reason: DoneReason = "length"
    for event in events:
        match event:
            case Started():
                pass
            case ChoiceFinished():
                reason = done_reason(event)
                found += pieces.flush()
            case Finished():
                return lines.last(joined(found), End(reason, event), now())
            case Failed():
                raise AssertionError(f"{event!r} has no place in a finished answer")
            case _:
                found += pieces.take(event)
    raise AssertionError("the events of an answer end with `Finished`")


def _line(answer: OllamaAnswer) -> bytes:
    return _one_line(msgspec.json.encode(answer)) + b"\n"


def _one_line(data: bytes) -> bytes:
    """Escape what clients take for the end of a line beside the line feed; it can stand within JSON's strings only."""
    for character, escape in _LINE_ENDS.items():
        data = data.replace(character, escape)
    return data
