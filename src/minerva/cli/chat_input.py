"""What a person types in the terminal chat, taken apart. Pure: lines in, entries out.

Three double quotes (`FENCE`) open and close a text of several lines; a backslash at the end of a line continues it on
the next; `/word` is a command, and `//` at the start stands for a message that begins with one slash.
"""

from __future__ import annotations

import re

import msgspec

FENCE = '"""'
_COMMAND = re.compile(r"/(?P<name>[A-Za-z]+)(?P<argument>\s.*)?", re.DOTALL)


class Say(msgspec.Struct, frozen=True):
    """A message for the model."""

    text: str


class Command(msgspec.Struct, frozen=True):
    """A command for the program: `/set temperature 0.5` has the name `set` and the argument `temperature 0.5`."""

    name: str
    argument: str = ""


Entry = Say | Command


class EntryReader:
    """Collects lines until they make an entry."""

    def __init__(self) -> None:
        """Start with nothing collected."""
        self._lines: list[str] = []
        self._fenced = False

    @property
    def is_empty(self) -> bool:
        """Whether the next line starts a new entry."""
        return not self._lines and not self._fenced

    def clear(self) -> None:
        """Forget what was collected."""
        self._lines, self._fenced = [], False

    def feed(self, line: str) -> Entry | None:
        """Take one line without its end; return the entry that is complete with it, `None` if none is."""
        if self._fenced:
            return self._feed_fenced(line)
        if self.is_empty and line.lstrip().startswith(FENCE):
            self._fenced = True
            return self._feed_fenced(line.lstrip().removeprefix(FENCE))
        if _continues(line):
            self._lines.append(line[:-1])
            return None
        text = self._take(line)
        if command := _command(text):
            return command
        return _say(text.lstrip()[1:] if text.lstrip().startswith("//") else text)

    def _feed_fenced(self, line: str) -> Entry | None:
        if not line.rstrip().endswith(FENCE):
            # Nothing on the line that opens the text is no empty first line.
            if line or self._lines:
                self._lines.append(line)
            return None
        last = line.rstrip().removesuffix(FENCE)
        self._fenced = False
        return _say(self._take(last) if last or not self._lines else self._take())

    def _take(self, *last: str) -> str:
        text = "\n".join([*self._lines, *last])
        self._lines = []
        return text


def _continues(line: str) -> bool:
    """An even number of backslashes is so many backslashes, not a continuation."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _command(text: str) -> Command | None:
    found = _COMMAND.fullmatch(text.strip())
    return Command(found["name"].lower(), (found["argument"] or "").strip()) if found else None


def _say(text: str) -> Say | None:
    return Say(text) if text.strip() else None
