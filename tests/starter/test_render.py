"""What is trained on is what the product will send."""

from itertools import islice

import pytest

pytest.importorskip("tokenizers")

from minerva.chat.template import render as product_render
from minerva.core.message import Message
from starter.corpus import generate
from starter.corpus.example import Example
from starter.render import Renderer, encode
from starter.tokenizer import train

RENDERER = Renderer()


def _examples(count: int, seed: int = 5) -> list[Example]:
    return list(islice(generate("train", seed), count))


def _plain(example: Example) -> bool:
    return not example.tools and not any(message.get("tool_calls") for message in example.messages)


def test_the_product_renders_the_same_prompt() -> None:
    for example in filter(_plain, _examples(300)):
        messages = tuple(
            Message(message["role"], message["content"], reasoning=message.get("reasoning"))
            for message in example.messages[:-1]
        )
        ours = RENDERER.prompt(example.messages[:-1], thinking=example.thinking)
        theirs = product_render(
            RENDERER.source,
            messages,
            bos="<|endoftext|>",
            eos="<|im_end|>",
            kwargs={"enable_thinking": example.thinking},
        )
        assert ours == theirs


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
