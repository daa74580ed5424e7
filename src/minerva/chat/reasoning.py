"""Splits an answer into thinking and text, by the marks that the model's chat template uses."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from minerva.chat.formats.parser import Parser
from minerva.chat.formats.piece import Thought
from minerva.chat.formats.reader import Reader, Steps
from minerva.chat.formats.signs import constant


@dataclass(frozen=True)
class Marks:
    """The texts around a model's thoughts.

    `answer_openings` and `answer_closing` stand around the answer behind the thoughts, where a template has such marks.
    `between` is what a template has between the end of thoughts and the opening of the answer.
    """

    opening: str
    closing: str
    answer_openings: tuple[str, ...] = ()
    answer_closing: str = ""
    between: str = ""


THINK = Marks("<think>", "</think>")

_CHANNELS = Marks("<|channel|>analysis<|message|>", "<|end|>", between="<|start|>assistant")
_RECIPIENTS = Marks(
    "to=self<|message|>",
    "<|eom|>",
    ("to=user<|message|>", "<|start|>assistant to=user<|message|>", "<|message|>"),
    "<|eot|>",
)
_OPEN_AND_CLOSE = Marks(
    "<|open|>think<|sep|>", "<|close|>think<|sep|>", ("<|open|>response<|sep|>",), "<|close|>response<|sep|>"
)
_BY_SIGN: tuple[tuple[tuple[str, ...], Marks], ...] = (
    (("<|channel|>", "<|message|>"), _CHANNELS),
    (("to=self<|message|>",), _RECIPIENTS),
    (("<|open|>", "<|close|>", "<|sep|>"), _OPEN_AND_CLOSE),
    (
        ("<|think|>", "<|begin|>"),
        Marks("<|think|>", "<|end|>", ("<|content|>", "<|begin|>assistant<|content|>"), "<|end|>"),
    ),
    (
        ("<|START_THINKING|>", "<|START_RESPONSE|>"),
        Marks("<|START_THINKING|>", "<|END_THINKING|>", ("<|START_RESPONSE|>",), "<|END_RESPONSE|>"),
    ),
    (
        ("<|START_THINKING|>", "<|START_TEXT|>"),
        Marks("<|START_THINKING|>", "<|END_THINKING|>", ("<|START_TEXT|>",), "<|END_TEXT|>"),
    ),
    (("<|START_THINKING|>",), Marks("<|START_THINKING|>", "<|END_THINKING|>")),
    (("[THINK]",), Marks("[THINK]", "[/THINK]")),
    (("<seed:think>",), Marks("<seed:think>", "</seed:think>")),
    (("<mm:think>",), Marks("<mm:think>", "</mm:think>")),
    (("<|inner_prefix|>",), Marks("<|inner_prefix|>", "<|inner_suffix|>")),
    (("<|channel>thought",), Marks("<|channel>thought", "<channel|>")),
    (
        ("[BEGIN FINAL RESPONSE]",),
        Marks("Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]", (), "[END FINAL RESPONSE]"),
    ),
    (("<think></think>", "<response></response>"), Marks("<think>", "</think>", ("<response>",), "</response>")),
    (("<think>",), THINK),
    (("</think>",), THINK),
    (("<thinking>",), Marks("<thinking>", "</thinking>")),
)
"""What in a template tells which marks it uses, the surest signs first."""

_SUFFIXED = re.compile(r"'<think\{\}>'\.format\((\w+)\)")


@functools.lru_cache(maxsize=64)
def find_marks(template: str) -> Marks | None:
    """Return the marks that `template` puts around thoughts, or tells the model to; `None` if it knows of none."""
    if (suffixed := _SUFFIXED.search(template)) is not None:
        suffix = constant(template, suffixed[1])
        return Marks(f"<think{suffix}>", f"</think{suffix}>")
    return next((marks for signs, marks in _BY_SIGN if all(sign in template for sign in signs)), None)


def is_open(marks: Marks, prompt: str) -> bool:
    """Whether `prompt` ends within a block of thoughts, so that the answer begins with them."""
    return prompt.rstrip().endswith(marks.opening)


def splitter(marks: Marks, prompt: str = "") -> Parser:
    """Return a parser that splits the answer to `prompt` into `Thought` and `Text`.

    Thoughts stand at the beginning of an answer; what looks like them later is text. White space around them is
    dropped. A block that is not closed reaches to the end. Marks around the answer are dropped as well.
    """
    opened = is_open(marks, prompt)
    answering = not marks.answer_openings or prompt.endswith(marks.answer_openings)
    return Parser(Reader(), lambda reader: _split(reader, marks, opened=opened, answering=answering))


def _split(reader: Reader, marks: Marks, *, opened: bool, answering: bool) -> Steps[None]:
    mark = marks.opening
    if not opened:
        yield from reader.space()
        mark = yield from reader.choose((marks.opening, marks.closing))
    if mark == marks.opening:
        yield from reader.space()
        reader.commit()
        reader.consume(len((yield from reader.scan((marks.closing,), Thought))))
    if mark:
        yield from reader.space()
        reader.commit()
    yield from _answer(reader, marks, answering=answering)


def _answer(reader: Reader, marks: Marks, *, answering: bool) -> Steps[None]:
    if not answering and (yield from reader.choose(marks.answer_openings)):
        reader.commit()
        answering = True
    reader.reject()
    if answering and marks.answer_closing:
        reader.consume(len((yield from reader.scan((marks.answer_closing,)))))
        yield from reader.space()
        reader.commit()
    yield from reader.rest()
