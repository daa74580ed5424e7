"""Reads an answer that arrives in portions, for parsers written as if it were all there.

A parser is a generator: it asks the reader with `yield from`, and yields whenever the reader needs more text. What is
decided never depends on how much had arrived, so every way of cutting the answer gives the same pieces, joined.

The reader remembers how far the text was delivered. What was read since can still be given back as text (`reject`) or
be dropped as markup (`commit`); so nothing is lost where markup turns out to be none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from typing import TypeVar

from minerva.chat.formats.piece import Arguments, CallEnded, CallStarted, Piece, Text, Thought, joined

T = TypeVar("T")
Steps = Generator[None, None, T]
Sink = Callable[[str], None]


class Reader:
    """Text to read on one side, pieces on the other. The methods that return `Steps` wait for text that decides."""

    def __init__(self, names: Collection[str] = (), most_calls: int | None = None) -> None:
        """`names` are the tools offered; after `most_calls` calls no tool is."""
        self._names = frozenset(names)
        self._most_calls = most_calls
        self._calls = 0
        self._text = ""
        self._at = 0
        self._kept = 0
        self._dropped = 0
        self._ended = False
        self._pieces: list[Piece] = []

    def add(self, text: str) -> None:
        """Append what has arrived."""
        self._text = self._text[self._kept :] + text
        self._at -= self._kept
        self._dropped += self._kept
        self._kept = 0

    def close(self) -> None:
        """No more text will come."""
        self._ended = True

    def drain(self) -> list[Piece]:
        """Return the pieces found since the last time."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def available(self) -> Steps[str]:
        """Return what is there to read, at least one character; the empty string at the end."""
        yield from self.peek()
        return self.unread()

    def unread(self) -> str:
        """Return what has arrived and was not read."""
        return self._text[self._at :]

    def peek(self) -> Steps[str]:
        """Return the next character without reading it; the empty string at the end."""
        while self._at == len(self._text) and (yield from self._more()):
            pass
        return self._text[self._at : self._at + 1]

    def consume(self, count: int) -> str:
        """Read `count` of the characters that `available` has shown."""
        self._at += count
        return self._text[self._at - count : self._at]

    def accept(self, literal: str) -> Steps[bool]:
        """Read `literal` if it comes next."""
        return bool((yield from self.choose((literal,))))

    def choose(self, literals: Collection[str]) -> Steps[str]:
        """Read the longest of `literals` that comes next and return it; the empty string if none does."""
        longest = max(map(len, literals), default=0)
        while True:
            rest = self._text[self._at : self._at + longest]
            undecided = any(len(literal) > len(rest) and literal.startswith(rest) for literal in literals)
            if not undecided or not (yield from self._more()):
                break
        found = max((literal for literal in literals if rest.startswith(literal)), key=len, default="")
        self._at += len(found)
        return found

    def space(self) -> Steps[None]:
        """Read white space."""
        while (yield from self.peek()).isspace():
            self._at += 1

    def word(self, allowed: Callable[[str], bool]) -> Steps[str]:
        """Read characters as long as they are `allowed`."""
        found = ""
        while (character := (yield from self.peek())) and allowed(character):
            found += self.consume(1)
        return found

    def until(self, ends: Collection[str], sink: Sink, limit: int | None = None) -> Steps[str]:
        """Read up to and with the first of `ends`, and return it; `sink` gets what is before it, as it comes.

        Returns the empty string when the text ends first, or has `limit` characters without any.
        """
        room = limit
        while True:
            index, end = _first(self._text, ends, self._at)
            size = (index if end else len(self._text) - _overlap(self._text, ends, self._at)) - self._at
            if room is not None and size > room:
                sink(self.consume(room))
                return ""
            if size:
                sink(self.consume(size))
            room = None if room is None else room - size
            if end:
                self._at += len(end)
                return end
            if not (yield from self._more()):
                sink(self.consume(len(self._text) - self._at))
                return ""

    def collect(self, ends: Collection[str], limit: int | None = None) -> Steps[tuple[str, str]]:
        """Do as `until`, and return the text read and the end found."""
        parts: list[str] = []
        end = yield from self.until(ends, parts.append, limit)
        return "".join(parts), end

    def scan(self, marks: Collection[str], kind: type[Text | Thought] = Text) -> Steps[str]:
        """Deliver text up to the first of `marks`, which is not read, and return it; the empty string at the end.

        White space before a mark is kept back: it is delivered if the mark is rejected, and dropped if it is not.
        """
        while True:
            index, mark = _first(self._text, marks, self._at)
            stop = index if mark else len(self._text) - _overlap(self._text, marks, self._at)
            self._deliver(max(self._kept, len(self._text[:stop].rstrip())), kind)
            self._at = stop
            if mark:
                return mark
            if not (yield from self._more()):
                self._deliver(len(self._text), kind)
                self._at = self._kept
                return ""

    def rest(self) -> Steps[None]:
        """Deliver all that comes as text, at once."""
        while text := (yield from self.available()):
            self._at += len(text)
            self.reject()

    def commit(self) -> None:
        """Drop what was read and not delivered: it was markup."""
        self._kept = self._at

    def reject(self) -> None:
        """Deliver what was read and not delivered as text: it was no markup."""
        self._deliver(self._at, Text)

    def offers(self, name: str) -> bool:
        """Whether a call of `name` may start now."""
        return name in self._names and (self._most_calls is None or self._calls < self._most_calls)

    def start(self, name: str, call_id: str | None = None) -> None:
        """Begin a call. What was read and not delivered was its markup."""
        self._calls += 1
        self.commit()
        self._append(CallStarted(name, call_id))

    def arguments(self, text: str) -> None:
        """Deliver more of the call's arguments; what was read for them is delivered with it."""
        if text:
            self.commit()
            self._append(Arguments(text))

    def end(self, closing: str = "") -> None:
        """End the call, with `closing` as the last of its arguments. What was read since the last can yet be text."""
        if closing:
            self._append(Arguments(closing))
        self._append(CallEnded())

    def _deliver(self, stop: int, kind: type[Text | Thought]) -> None:
        if stop > self._kept:
            self._append(kind(self._text[self._kept : stop], self._dropped + self._kept))
            self._kept = stop

    def _append(self, piece: Piece) -> None:
        one = joined(self._pieces[-1] if self._pieces else None, piece)
        if one is None:
            self._pieces.append(piece)
        else:
            self._pieces[-1] = one

    def _more(self) -> Steps[bool]:
        """Wait for more text; False once there is none to come."""
        if self._ended:
            return False
        yield
        return True


def _first(text: str, marks: Collection[str], start: int) -> tuple[int, str]:
    """Return where the first of `marks` begins in `text`, and which.

    No mark may lie in another one, except at its end: which came first would depend on how much has arrived.
    """
    found = ((text.find(mark, start), -len(mark), mark) for mark in marks)
    index, _, mark = min((one for one in found if one[0] >= 0), default=(-1, 0, ""))
    return index, mark


def _overlap(text: str, marks: Collection[str], start: int) -> int:
    """Return the length of the longest tail of `text[start:]` that begins one of `marks`."""
    longest = min(max(map(len, marks), default=1) - 1, len(text) - start)
    tails = (text[len(text) - length :] for length in range(longest, 0, -1))
    return next((len(tail) for tail in tails if any(mark.startswith(tail) for mark in marks)), 0)
