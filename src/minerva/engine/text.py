"""Bytes become text: whole characters only, and nothing shown that may yet turn out to begin a stop string."""

from __future__ import annotations

import codecs
from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Shown:
    """Text to deliver. `end` counts all characters delivered so far; `stop` is the stop string that was met, if one."""

    text: str
    end: int
    stop: str | None = None


class TextStream:
    """Decodes one sequence's bytes. Invalid bytes become U+FFFD; a stop string is never part of the text."""

    def __init__(self, stops: tuple[str, ...] = ()) -> None:
        """`stops` are not empty; the one that begins earliest ends the text."""
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stops = stops
        self._held = ""
        self._delivered = 0

    @property
    def decoded(self) -> int:
        """Characters decoded so far, delivered or held back."""
        return self._delivered + len(self._held)

    def feed(self, piece: bytes) -> Shown:
        """Take in the bytes of one token and return what may be shown now."""
        return self._advance(self._decoder.decode(piece), final=False)

    def finish(self) -> Shown:
        """Return what is left at the end: held-back text, and U+FFFD for half a character."""
        return self._advance(self._decoder.decode(b"", final=True), final=True)

    def _advance(self, text: str, *, final: bool) -> Shown:
        self._held += text
        found = min(((self._held.find(stop), stop) for stop in self._stops if stop in self._held), default=None)
        if found:
            return self._show(found[0], found[1])
        return self._show(len(self._held) - (0 if final else self._overlap()), None)

    def _show(self, count: int, stop: str | None) -> Shown:
        text, self._held = self._held[:count], self._held[count:]
        self._delivered += count
        return Shown(text, self._delivered, stop)

    def _overlap(self) -> int:
        """Return the length of the longest tail of the held text that begins a stop string."""
        longest = max((len(stop) - 1 for stop in self._stops), default=0)
        for length in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stops):
                return length
        return 0
