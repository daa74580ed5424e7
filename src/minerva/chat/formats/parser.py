"""An incremental parser: text in, pieces out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from minerva.chat.formats.piece import Piece
from minerva.chat.formats.reader import Reader, Steps
from minerva.core.tools import Tool


class Parser:
    """Runs a parser over an answer that arrives in portions. It never raises: what it cannot read is text."""

    def __init__(self, reader: Reader, steps: Callable[[Reader], Steps[None]]) -> None:
        """`steps` reads `reader` to its end."""
        self._reader = reader
        self._steps = steps(reader)
        self._over = False
        self._advance()

    def feed(self, text: str) -> list[Piece]:
        """Take in more of the answer and return what it decides."""
        self._reader.add(text)
        self._advance()
        return self._reader.drain()

    def finish(self) -> list[Piece]:
        """Return what was still undecided; the answer is over."""
        self._reader.close()
        self._advance()
        return self._reader.drain()

    def _advance(self) -> None:
        if not self._over:
            self._over = next(self._steps, _OVER) is _OVER


_OVER = object()


def read_groups(
    reader: Reader, marks: Collection[str], read_group: Callable[[Reader, str], Steps[bool]]
) -> Steps[None]:
    """Read text in which groups of calls may stand, each behind one of `marks`.

    `read_group` reads on behind the mark, which it is given, and returns whether all it has read was calls and markup;
    otherwise what it has not delivered is text. White space around calls belongs to them.
    """
    while mark := (yield from reader.scan(marks)):
        reader.consume(len(mark))
        if (yield from read_group(reader, mark)):
            yield from reader.space()
            reader.commit()
        else:
            reader.reject()


def parser_of(steps: Callable[[Reader], Steps[None]], tools: Sequence[Tool], *, parallel: bool) -> Parser:
    """Return a parser of an answer that may call `tools`; only one of them, and once, if not `parallel`."""
    return Parser(Reader([tool.name for tool in tools], None if parallel else 1), steps)
