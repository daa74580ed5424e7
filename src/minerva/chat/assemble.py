"""Turns the text of one choice, as the engine delivers it, into the neutral events: thinking, text, tool calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from minerva.chat.formats.format import Format
from minerva.chat.formats.piece import Arguments, CallEnded, CallStarted, Piece, Text, Thought
from minerva.chat.reasoning import Marks, splitter
from minerva.core.event import Delta, ReasoningDelta, TextDelta, TokenLogprob, ToolCallDelta, ToolCallStarted
from minerva.core.tools import Tool


class Assembler:
    """The state of one choice. What it returns says all of the answer: what is no thought and no call stays text.

    Without tools offered and without marks of thinking, every delta passes unchanged.
    """

    def __init__(
        self,
        choice: int,
        call_format: Format,
        make_id: Callable[[], str],
        *,
        tools: Sequence[Tool] = (),
        parallel: bool = True,
        marks: Marks | None = None,
        prompt: str = "",
    ) -> None:
        """Expect the answer to `prompt`, of a model that writes calls in `call_format` and thinks between `marks`.

        `tools` are those it may call, only once if not `parallel`. `make_id` gives the id of a call to which the model
        gives none.
        """
        self._choice = choice
        self._make_id = make_id
        itself = bool(call_format.text_openings)
        self._splitter = splitter(marks, prompt) if marks is not None and not itself else None
        self._parser = call_format.parser(tools, parallel=parallel) if tools or itself else None
        self._places = _Places()
        self._tokens = _Tokens()
        self._ids: set[str] = set()
        self._last: type[TextDelta | ReasoningDelta] = TextDelta
        self._delivered = 0
        self.calls = 0
        """How many calls have begun."""

    def take(self, delta: TextDelta) -> list[Delta]:
        """Return the events that more of the answer brings."""
        if self._splitter is None and self._parser is None:
            return [delta]
        self._tokens.add(delta)
        pieces = [Text(delta.text, 0)] if self._splitter is None else self._splitter.feed(delta.text)
        return self._events(self._parsed(pieces))

    def finish(self) -> list[Delta]:
        """Return what was held back; the answer is over."""
        pieces = [] if self._splitter is None else self._splitter.finish()
        events = self._events(self._parsed(pieces))
        if self._parser is not None:
            events += self._events(self._places.moved(self._parser.finish()))
        # Tokens that show as nothing go with the text that they come behind.
        if self._delivered == self._tokens.end and (left := self._tokens.take(self._delivered, self._delivered + 1)):
            events.append(self._last(self._choice, "", left))
        return events

    def _parsed(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            if self._parser is None or not isinstance(piece, Text):
                yield piece
            else:
                if self._splitter is not None:
                    self._places.note(piece)
                yield from self._places.moved(self._parser.feed(piece.text))

    def _events(self, pieces: Iterable[Piece]) -> list[Delta]:
        return [event for piece in pieces if (event := self._event(piece)) is not None]

    def _event(self, piece: Piece) -> Delta | None:
        match piece:
            case Text() | Thought():
                self._last = TextDelta if isinstance(piece, Text) else ReasoningDelta
                self._delivered = piece.start + len(piece.text)
                return self._last(self._choice, piece.text, self._tokens.take(piece.start, self._delivered))
            case CallStarted():
                self.calls += 1
                return ToolCallStarted(self._choice, self.calls - 1, self._id_of(piece), piece.name)
            case Arguments():
                return ToolCallDelta(self._choice, self.calls - 1, _sendable(piece.text))
            case CallEnded():
                return None

    def _id_of(self, call: CallStarted) -> str:
        """Return the id that the model gave, if it is new."""
        told = None if call.id is None else _sendable(call.id)
        given = told if told is not None and told not in self._ids else self._make_id()
        self._ids.add(given)
        return given


def _sendable(text: str) -> str:
    """Return `text`, U+FFFD for each half of a surrogate pair: an escape can spell one, and UTF-8 cannot."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Tokens:
    """Log probabilities that wait for the text of their tokens. Places count characters of the answer."""

    def __init__(self) -> None:
        self.end = 0
        self._held: deque[tuple[int, int, TokenLogprob]] = deque()

    def add(self, delta: TextDelta) -> None:
        """Take in the next of the answer. A token's characters begin where those of the tokens before it end."""
        begin, self.end = self.end, self.end + len(delta.text)
        spelt = b""
        start = begin
        for token in delta.logprobs:
            spelt += token.piece
            stop = min(self.end, begin + len(spelt.decode("utf-8", errors="ignore")))
            self._held.append((start, stop, token))
            start = stop

    def take(self, start: int, stop: int) -> tuple[TokenLogprob, ...]:
        """Return those of tokens with text from `start` to `stop`; those before `start` were markup and are dropped."""
        while self._held and self._held[0][0] < start and self._held[0][1] <= start:
            self._held.popleft()
        found = []
        while self._held and self._held[0][0] < stop:
            found.append(self._held.popleft()[2])
        return tuple(found)


class _Places:
    """Where in the answer the text stands that the parser is fed: marks of thinking are missing from it."""

    def __init__(self) -> None:
        self._fed = 0
        self._shifts = [(0, 0)]

    def note(self, piece: Text) -> None:
        """The parser is fed `piece` next."""
        if (shift := piece.start - self._fed) != self._shifts[-1][1]:
            self._shifts.append((self._fed, shift))
        self._fed += len(piece.text)

    def moved(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield `pieces`, their places being those in the answer."""
        for piece in pieces:
            if isinstance(piece, Text | Thought):
                yield type(piece)(piece.text, piece.start + self._shift_at(piece.start))
            else:
                yield piece

    def _shift_at(self, place: int) -> int:
        return next(shift for fed, shift in reversed(self._shifts) if fed <= place)
