from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jinja2.sandbox
import pytest

from starter.corpus import ABILITIES, Ability, Example, cases
from starter.corpus.example import assistant, call, result, system, user
from starter.corpus.render import prompt, segments, text

TEMPLATE = Path(__file__).parents[3] / "starter" / "template.jinja"


def render(example: Example, *, is_prompt: bool = False) -> str:
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    messages: list[dict[str, Any]] = [dict(each) for each in example.messages]
    for each in messages:
        if "reasoning" in each:
            each["reasoning_content"] = each.pop("reasoning")
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        messages=messages[:-1] if is_prompt else messages,
        tools=list(example.tools) or None,
        enable_thinking=example.thinking,
        add_generation_prompt=is_prompt,
    )


@pytest.mark.parametrize("ability", ABILITIES)
def test_the_template_and_the_corpus_make_the_same_text(ability: Ability) -> None:
    for example in cases(ability, "train", 25):
        assert render(example) == text(example)
        assert render(example, is_prompt=True) == prompt(example)


def test_a_whole_conversation_reads_like_this() -> None:
    parameters = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["c", "f"]}},
        "required": ["city"],
    }
    tool = {
        "type": "function",
        "function": {"name": "get_weather", "description": "Get it.", "parameters": parameters},
    }
    messages = (
        system("Be kind."),
        user("Weather in Köln?"),
        call("get_weather", {"city": "Köln"}, "A tool fits."),
        result('{"sky": "clear"}'),
        assistant("The sky is clear.", "I tell it."),
    )
    example = Example("tools", "train", messages, cases("tools", "train", 1)[0].check, (tool,), thinking=True)

    assert (
        render(example)
        == text(example)
        == (
            "<|im_start|>system\nBe kind.\n\nYou can call these tools:\n<tools>\n"
            '{"name": "get_weather", "description": "Get it.", "arguments": '
            '{"city": "string", "unit": "c | f, optional"}}'
            "\n</tools><|im_end|>\n"
            "<|im_start|>user\nWeather in Köln?<|im_end|>\n"
            "<|im_start|>assistant\n<think>\nA tool fits.\n</think>\n\n"
            '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Köln"}}\n</tool_call><|im_end|>\n'
            '<|im_start|>user\n<tool_response>\n{"sky": "clear"}\n</tool_response><|im_end|>\n'
            "<|im_start|>assistant\n<think>\nI tell it.\n</think>\n\nThe sky is clear.<|im_end|>\n"
        )
    )


def test_only_what_the_model_writes_is_trained_on() -> None:
    messages = (user("Hi"), assistant("Hello!"), user("1 + 1"), assistant("1 + 1 = 2.", "Ones."))
    example = Example("sums", "train", messages, cases("sums", "train", 1)[0].check, thinking=True)

    trained = [piece for piece, is_trained in segments(example) if is_trained]

    assert trained == ["Hello!<|im_end|>", "Ones.\n</think>\n\n1 + 1 = 2.<|im_end|>"]


def test_thinking_of_earlier_turns_is_left_out() -> None:
    messages = (user("1 + 1"), assistant("2", "Ones."), user("And?"), assistant("3", "More."))
    example = Example("sums", "train", messages, cases("sums", "train", 1)[0].check, thinking=True)

    assert "Ones." not in render(example)
    assert render(example) == text(example)
