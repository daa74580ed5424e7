"""gpt-oss: an answer is messages in channels, for thoughts, text and calls (OpenAI's harmony format).

Source: https://cookbook.openai.com/articles/openai-harmony. The prompt ends with the beginning of the first header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.json_text import read_arguments
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.parser import Parser, parser_of
from minerva.chat.formats.piece import Text, Thought
from minerva.chat.formats.reader import Reader, Steps
from minerva.chat.formats.signs import has_all
from minerva.core.tools import Tool

_NEXT = "<|start|>assistant"
_CHANNEL = "<|channel|>"
_MESSAGE = "<|message|>"
_RECIPIENT = " to="
_NAMESPACE = "functions."
_ENDS = ("<|end|>", "<|return|>", "<|call|>")
_LONGEST_HEADER = 256
_HEADER = re.compile(
    r"(?:<\|start\|>assistant)?\s*(?:to=(?P<early>[\w.-]+))?\s*"
    r"(?:<\|channel\|>\s*(?P<channel>\w+))?\s*(?:to=(?P<late>[\w.-]+))?\s*(?:<\|constrain\|>)?\s*\w*\s*"
)


@dataclass(frozen=True)
class Harmony:
    """Its parser finds thoughts and text too: channels have no other form of marks."""

    name: str = "harmony"
    triggers: tuple[str, ...] = (f"{_RECIPIENT}{_NAMESPACE}",)
    example: str = f'{_CHANNEL}commentary to=functions.tool_name <|constrain|>json{_MESSAGE}{{"parameter": "value"}}'
    marks: tuple[str, ...] = (_NEXT, *_ENDS)
    text_openings: tuple[str, ...] = tuple(
        f"{_CHANNEL}final{kind}{_MESSAGE}" for kind in ("", " <|constrain|>json", " json")
    )

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        return parser_of(_read_answer, tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it, perhaps with thoughts before. A call ends the answer, so `parallel` changes nothing."""
        lark = Lark(special)
        thoughts = sequence(
            lark.literal(f"{_CHANNEL}analysis{_MESSAGE}"), lark.text_until(_ENDS[0]), lark.literal(_NEXT)
        )
        start = lark.either(
            [lark.literal(f"{_CHANNEL}commentary{_RECIPIENT}{_NAMESPACE}"), lark.literal(self.triggers[0])]
        )
        return lark.grammar(sequence(f"({thoughts})?", start, _rest(lark, tools)))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(_rest(lark, tools))


HARMONY = Harmony()


def find(template: str) -> Harmony | None:
    """Return the format if `template` is of this family."""
    return HARMONY if has_all(template, _CHANNEL, _MESSAGE, "<|start|>") else None


def _rest(lark: Lark, tools: Sequence[Tool]) -> str:
    """Return what matches a call from the tool's name on; its channel comes before the recipient, or here."""
    kinds = (" <|constrain|>json", f"{_CHANNEL}commentary json", f"{_CHANNEL}commentary <|constrain|>json")
    kind = lark.either(map(lark.literal, kinds))
    message = lark.literal(_MESSAGE)
    return lark.either(sequence(lark.literal(tool.name), kind, message, lark.arguments(tool)) for tool in tools)


def _read_answer(reader: Reader) -> Steps[None]:
    openings: tuple[str, ...] = (_NEXT, _CHANNEL, _RECIPIENT)
    while (yield from reader.peek()):
        opening = yield from reader.choose(openings)
        if not opening:
            yield from reader.scan((_NEXT, _CHANNEL))
        elif not (yield from _read_message(reader, opening)):
            reader.reject()
        openings = (_NEXT, _CHANNEL)


def _read_message(reader: Reader, opening: str) -> Steps[bool]:
    """Read a message behind `opening` and deliver it. Returns False if it is none, or a call of no offered tool."""
    header, end = yield from reader.collect((_MESSAGE,), _LONGEST_HEADER)
    found = _HEADER.fullmatch(f"{opening.strip()}{header}")
    if not end or found is None:
        return False
    if recipient := found["early"] or found["late"]:
        tool = recipient.removeprefix(_NAMESPACE)
        yield from reader.space()
        if not reader.offers(tool) or not (yield from read_arguments(reader, tool, None)):
            return False
        yield from reader.space()
        yield from reader.choose(_ENDS)
    else:
        reader.commit()
        kind = Thought if found["channel"] == "analysis" else Text
        mark = yield from reader.scan((*_ENDS, _NEXT, _CHANNEL), kind)
        if mark in _ENDS:
            reader.consume(len(mark))
    yield from reader.space()
    reader.commit()
    return True
