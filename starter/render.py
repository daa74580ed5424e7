"""An example becomes token ids, with a mark on each token that the model is to learn to say.

The text is what the product's renderer (`minerva.chat.template`) makes of the same template; a test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from jinja2.ext import LoopControlExtension
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from starter.corpus.example import Example

TEMPLATE = Path(__file__).with_name("template.jinja")
_END = "<|im_end|>"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A conversation's text. `answers`: where the model speaks, from the end of the prompt to behind its end token."""

    text: str
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids, and of each whether it is the model's own."""

    tokens: list[int]
    trained: list[bool]


class Renderer:
    """The chat template, compiled once."""

    def __init__(self, template: str | None = None) -> None:
        """`template` is jinja2 source; without it that of the starter model is read."""
        self.source = TEMPLATE.read_text(encoding="utf-8") if template is None else template
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[LoopControlExtension]
        )
        environment.globals["raise_exception"] = _raise_exception
        environment.filters["tojson"] = _to_json
        self._template = environment.from_string(self.source)

    def prompt(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] = (),
        *,
        thinking: bool = False,
        answering: bool = True,
    ) -> str:
        """Return the text of `messages`; with `answering`, up to where the model's next answer begins."""
        return self._template.render(
            messages=[as_template_message(message) for message in messages],
            tools=list(tools) or None,
            enable_thinking=thinking,
            add_generation_prompt=answering,
            bos_token="<|endoftext|>",  # noqa: S106 - the text of a token
            eos_token=_END,
        )

    def render(self, example: Example) -> Rendered:
        """Return the text of an example with all of its answers.

        Raises:
            ValueError: the last answer does not go on from its prompt, so nothing could be learned from it.
        """
        tools, thinking = example.tools, example.thinking
        text = self.prompt(example.messages, tools, thinking=thinking, answering=False)
        answers = []
        last = len(example.messages) - 1
        for index, message in enumerate(example.messages):
            if message["role"] != "assistant":
                continue
            prompt = self.prompt(example.messages[:index], tools, thinking=thinking)
            # The template may leave thinking out of earlier turns; such an answer then has another beginning.
            if text.startswith(prompt):
                answers.append((len(prompt), text.index(_END, len(prompt)) + len(_END)))
            elif index == last:
                raise ValueError(f"The template's prompt is no beginning of the conversation: {text!r}")
        return Rendered(text, tuple(answers))


def encode(tokenizer: Tokenizer, rendered: Rendered) -> Encoded:
    """Return the tokens of a rendered conversation; prompts and answers are cut apart, as they are when answering."""
    tokens: list[int] = []
    trained: list[bool] = []
    position = 0
    for start, end in (*rendered.answers, (len(rendered.text), len(rendered.text))):
        for piece, learns in ((rendered.text[position:start], False), (rendered.text[start:end], True)):
            ids = tokenizer.encode(piece, add_special_tokens=False).ids
            tokens += ids
            trained += [learns] * len(ids)
        position = end
    return Encoded(tokens, trained)


def as_template_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message of the corpus as the product hands it to a template."""
    item: dict[str, Any] = {"role": message["role"], "content": message.get("content") or ""}
    if message.get("reasoning") is not None:
        item["reasoning_content"] = message["reasoning"]
    if message.get("tool_calls"):
        item["tool_calls"] = list(message["tool_calls"])
    return item


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def _raise_exception(message: str) -> NoReturn:
    raise ValueError(message)
