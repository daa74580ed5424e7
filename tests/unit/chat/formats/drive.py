"""Feeds parsers and joins what they find."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from minerva.chat.formats.parser import Parser
from minerva.chat.formats.piece import Arguments, CallEnded, CallStarted, Piece, Text, Thought


@dataclass
class Found:
    """What an answer holds, whatever the portions it was found in. `order` is that of text, thoughts and calls."""

    text: str = ""
    thought: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)
    ended: int = 0
    order: list[str] = field(default_factory=list)

    @property
    def values(self) -> tuple[tuple[str, object], ...]:
        return tuple((name, json.loads(arguments)) for name, arguments in self.calls)


def run(parser: Parser, portions: Iterable[str]) -> Found:
    pieces: list[Piece] = []
    for portion in portions:
        pieces += parser.feed(portion)
    return join([*pieces, *parser.finish()])


def join(pieces: Iterable[Piece]) -> Found:
    found = Found()
    for piece in pieces:
        kind = "call" if isinstance(piece, CallStarted | Arguments | CallEnded) else type(piece).__name__
        if isinstance(piece, CallStarted) or kind != (found.order[-1] if found.order else ""):
            found.order.append(kind)
        match piece:
            case Text():
                found.text += piece.text
            case Thought():
                found.thought += piece.text
            case CallStarted():
                found.calls.append((piece.name, ""))
                found.ids.append(piece.id)
            case Arguments():
                name, before = found.calls[-1]
                found.calls[-1] = (name, before + piece.text)
            case CallEnded():
                found.ended += 1
    return found
