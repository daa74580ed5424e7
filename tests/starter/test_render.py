"""What is trained on is what the product will send."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

import pytest

pytest.importorskip("tokenizers")

from minerva.chat.template import render as product_render
from minerva.core.message import Message, ToolCall
from minerva.core.request import Thinking
from minerva.core.tools import Tool
from starter.corpus import generate
from starter.corpus.example import Example
from starter.render import Renderer, encode
from starter.tokenizer import train

RENDERER = Renderer()


def _examples(count: int, seed: int = 5) -> list[Example]:
    return list(islice(generate("train", seed), count))


def _message(message: Mapping[str, Any]) -> Message:
    functions = [call["function"] for call in message.get("tool_calls", ())]
    calls = tuple(ToolCall("", function["name"], json.dumps(function["arguments"])) for function in functions)
    return Message(message["role"], message.get("content") or "", reasoning=message.get("reasoning"), tool_calls=calls)


def _tool(tool: Mapping[str, Any]) -> Tool:
    function = tool["function"]
    return Tool(function["name"], function.get("description", ""), json.dumps(function.get("parameters", {})))


def test_the_product_renders_the_same_prompt() -> None:
    for example in _examples(300):
        ours = RENDERER.prompt(example.messages[:-1], example.tools, thinking=example.thinking)
        theirs = product_render(
            RENDERER.source,
            tuple(map(_message, example.messages[:-1])),
            tuple(map(_tool, example.tools)),
            bos="<|endoftext|>",
            eos="<|im_end|>",
            control_tokens=("<|im_start|>", "<|im_end|>", "<|endoftext|>"),
            thinking=Thinking(enabled=example.thinking),
        )
        assert ours == theirs.text
        assert (theirs.literal, theirs.notes) == ((), ())


def test_every_answer_is_learned_with_its_end_and_nothing_else() -> None:
    for example in _examples(300):
        rendered = RENDERER.render(example)
        said = [rendered.text[start:end] for start, end in rendered.answers]
        assert all(text.endswith("<|im_end|>") and text.count("<|im_end|>") == 1 for text in said)
        assert example.messages[-1]["content"] in said[-1]
        assert len(said) == sum(message["role"] == "assistant" for message in example.messages) or example.thinking


def test_answers_are_cut_as_the_engine_cuts_the_whole() -> None:
    tokenizer = train((RENDERER.render(example).text for example in _examples(300)), 600)
    for example in _examples(300, seed=6):
        rendered = RENDERER.render(example)
        encoded = encode(tokenizer, rendered)
        assert encoded.tokens == tokenizer.encode(rendered.text).ids
        learned = [token for token, learns in zip(encoded.tokens, encoded.trained, strict=True) if learns]
        said = "".join(rendered.text[start:end] for start, end in rendered.answers)
        assert tokenizer.decode(learned, skip_special_tokens=False) == said
