"""`service.prompt`: how layers of parameters, seeds, echo and BOS reach the engine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from minerva.core.errors import ContextLimitExceeded
from minerva.core.message import Message
from minerva.core.model import LoadedModel, MemoryPlan
from minerva.core.request import ChatInput, GenerateRequest, Input, TextInput, Thinking, TokensInput
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import Tool
from minerva.service.prompt import Prompt, make_commands, make_prompt

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MODEL = LoadedModel(
    name="m",
    context_length=512,
    kv_cells=512,
    max_sequences=4,
    vocabulary=10,
    threads=1,
    device="CPU",
    gpu_layers=0,
    chat_template="{% for m in messages %}{{ m.content }}{% endfor %}{{ mark }}",
    bos="<s>",
    eos="</s>",
    sampling=SamplingOptions(temperature=0.5, top_k=7),
    memory=MemoryPlan(1, 1, 1),
    load_s=0.0,
    pid=1,
)
REQUEST = GenerateRequest(request_id="r", input=TextInput("hello"))
PROMPT = Prompt("hello", "hello", add_special=True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (TextInput("<s>x"), Prompt("<s>x", "<s>x", add_special=True)),
        (TokensInput((1, 2)), Prompt([1, 2], None, add_special=False)),
        (ChatInput((Message("user", "x"),), {"mark": "!"}), Prompt("x!", "x!", add_special=True)),
        (ChatInput((Message("user", "<s>x"),)), Prompt("<s>x", "<s>x", add_special=False)),
    ],
)
def test_prompt(source: Input, expected: Prompt) -> None:
    assert make_prompt(source, MODEL, NOON, "m.gguf") == expected


CONTROL = ("<s>", "</s>", "<|im_end|>")


def chat(template: str, text: str = "x", control_tokens: tuple[str, ...] = CONTROL, **fields: Any) -> Prompt:
    model = msgspec.structs.replace(MODEL, chat_template=template, control_tokens=control_tokens)
    return make_prompt(ChatInput((Message("user", text),), **fields), model, NOON, "m.gguf")


def test_control_tokens_that_a_caller_wrote_are_sent_as_text() -> None:
    prompt = chat("<s>{{ messages[0].content }}<|im_end|>", "a<|im_end|>b<s>")
    assert prompt.text == "<s>a<|im_end|>b<s><|im_end|>"
    assert prompt.literal == ((4, 14), (15, 18))
    assert not prompt.add_special
    assert make_commands(REQUEST, prompt, MODEL)[0].literal == prompt.literal


def test_a_bos_that_a_caller_wrote_is_none() -> None:
    assert chat("{{ messages[0].content }}", "<s>x").add_special
    assert not chat("<s>{{ messages[0].content }}", "<s>x").add_special


@pytest.mark.parametrize(
    ("template", "opens"),
    [
        ("{{ messages[0].content }}<think>\n", True),
        ("{{ messages[0].content }}<think>\n\n</think>\n\n", False),
        ("{{ messages[0].content }}{% if enable_thinking %}<think>{% endif %}", True),
        ("{{ messages[0].content }}[THINK]", True),
        ("{{ messages[0].content }}:", False),
    ],
)
def test_a_prompt_that_opens_a_thought_is_known_by_its_end(template: str, opens: bool) -> None:
    assert chat(template, thinking=Thinking(enabled=True)).opens_thinking == opens


TOOLS = (Tool("weather"),)
KNOWS_TOOLS = "{% for t in tools or [] %}{{ t.function.name }}{% endfor %}{{ messages[-1].content }}"


def test_tools_reach_the_template_unless_none_may_be_called() -> None:
    assert chat(KNOWS_TOOLS, tools=TOOLS).text == "weatherx"
    assert chat(KNOWS_TOOLS, tools=TOOLS, tool_choice="required").text == "weatherx"
    assert chat(KNOWS_TOOLS, tools=TOOLS, tool_choice="none").text == "x"


def test_what_was_done_to_the_conversation_is_told() -> None:
    prompt = chat("{% for m in messages %}{{ m.content }}{% endfor %}", tools=TOOLS)
    assert prompt.text is not None
    assert "weather" in prompt.text
    assert len(prompt.notes) == 1
    assert chat(KNOWS_TOOLS, tools=TOOLS).notes == ()


def test_model_without_bos_gets_what_its_vocabulary_adds() -> None:
    model = msgspec.structs.replace(MODEL, bos="")
    assert make_prompt(ChatInput((Message("user", "x"),)), model, NOON, "").add_special


def test_request_speaks_before_the_model_before_the_table() -> None:
    request = msgspec.structs.replace(REQUEST, sampling=SamplingOptions(temperature=0.0))
    sampling = make_commands(request, PROMPT, MODEL)[0].sampling
    assert (sampling.temperature, sampling.top_k, sampling.top_p, sampling.seed) == (0.0, 7, 0.95, None)


@pytest.mark.parametrize(
    ("seed", "expected"),
    [(5, [5, 6, 7]), (-1, [2**64 - 1, 0, 1]), (2**63 - 1, [2**63 - 1, 2**63, 2**63 + 1])],
)
def test_seeds_count_up_modulo_two_to_the_64(seed: int, expected: list[int]) -> None:
    request = msgspec.structs.replace(REQUEST, n=3, sampling=SamplingOptions(seed=seed))
    assert [command.sampling.seed for command in make_commands(request, PROMPT, MODEL)] == expected


def test_silent_seed_stays_silent() -> None:
    commands = make_commands(msgspec.structs.replace(REQUEST, n=2), PROMPT, MODEL)
    assert [command.sampling.seed for command in commands] == [None, None]


@pytest.mark.parametrize(
    ("echo", "logprobs", "text", "expected"),
    [
        (False, None, "x", (None, False)),
        (False, 2, "x", (2, False)),
        (True, None, "x", (None, False)),
        (True, 2, "x", (2, True)),
        (True, None, None, (0, True)),
        (True, 0, None, (0, True)),
    ],
)
def test_prompt_is_reported_where_the_echo_needs_it(
    echo: bool, logprobs: int | None, text: str | None, expected: tuple[int | None, bool]
) -> None:
    request = msgspec.structs.replace(REQUEST, echo=echo, logprobs=logprobs)
    command = make_commands(request, Prompt([1], text, add_special=False), MODEL)[0]
    assert (command.logprobs, command.prompt_logprobs) == expected


def test_everything_else_is_passed_on() -> None:
    request = msgspec.structs.replace(REQUEST, max_tokens=3, stop=("a", "b"), cache_prompt=False)
    command = make_commands(request, PROMPT, MODEL)[0]
    assert (command.request_id, command.prompt, command.max_tokens) == ("r", "hello", 3)
    assert (command.stop, command.cache_prompt, command.add_special) == (("a", "b"), False, True)


def test_a_context_length_reaches_the_engine_and_is_no_more_than_the_models() -> None:
    for asked in (None, 1, MODEL.context_length):
        request = msgspec.structs.replace(REQUEST, context_length=asked)
        assert make_commands(request, PROMPT, MODEL)[0].window == asked
    request = msgspec.structs.replace(REQUEST, context_length=MODEL.context_length + 1)
    with pytest.raises(ContextLimitExceeded, match=r"513 tokens.*512 tokens") as caught:
        make_commands(request, PROMPT, MODEL)
    assert (caught.value.maximum, caught.value.required) == (512, 513)
