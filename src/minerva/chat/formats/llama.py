"""Llama 3: the answer is a JSON object; or, behind `<|python_tag|>`, a call of a built-in tool or code for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.json_text import escape, quote, read_calls, read_leading_calls
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.literals import is_of_name
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.python_calls import read_keywords
from minerva.chat.formats.reader import Reader, Steps
from minerva.core.tools import Tool

_PYTHON_TAG = "<|python_tag|>"
_INTERPRETERS = ("python", "code_interpreter", "ipython")
_BEGINNING = r"""\s*\{\s*"name"\s*:"""


@dataclass(frozen=True)
class Llama:
    """A format that has no mark before its usual calls: only an answer that begins with one calls a tool."""

    name: str = "llama-3"
    triggers: tuple[str, ...] = ()
    example: str = '{"name": "tool_name", "parameters": {"parameter": "value"}}'
    marks: tuple[str, ...] = (_PYTHON_TAG,)
    text_openings: tuple[str, ...] = ()

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        return parser_of(_read_answer, tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it. The model knows one call per answer, so `parallel` changes nothing."""
        lark = Lark(special)
        return lark.answer(_call(lark, tools))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it: the whole answer, a call or text that does not begin like one."""
        lark = Lark(special)
        return lark.grammar(f"{_call(lark, tools)} | {lark.text_unlike(_BEGINNING)}")


LLAMA = Llama()


def find(template: str) -> Llama | None:
    """Return the format if `template` is of this family."""
    return LLAMA if _PYTHON_TAG in template or '{"name": function name, "parameters"' in template else None


def _call(lark: Lark, tools: Sequence[Tool]) -> str:
    return lark.either(
        sequence(lark.literal(f'{{"name": {quote(tool.name)}, "parameters": '), lark.arguments(tool), lark.literal("}"))
        for tool in tools
    )


def _read_answer(reader: Reader) -> Steps[None]:
    yield from read_leading_calls(reader)
    yield from read_groups(reader, (_PYTHON_TAG,), _read_tagged)


def _read_tagged(reader: Reader, _: str) -> Steps[bool]:
    yield from reader.space()
    if (yield from reader.peek()) in {"{", "["}:
        return (yield from read_calls(reader))
    word = yield from reader.word(is_of_name)
    tool = word.removesuffix(".call")
    if tool != word and reader.offers(tool):
        return (yield from read_keywords(reader, tool))
    return (yield from _read_code(reader, word))


def _read_code(reader: Reader, begun: str) -> Steps[bool]:
    """Deliver all that comes as code for an interpreter, if one is offered."""
    tool = next(filter(reader.offers, _INTERPRETERS), None)
    if tool is None:
        return False
    reader.start(tool)
    reader.arguments(f'{{"code": "{escape(begun)}')
    yield from reader.until((), lambda text: reader.arguments(escape(text)))
    reader.arguments('"}')
    reader.end()
    return True
