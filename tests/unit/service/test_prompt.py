"""`service.prompt`: how layers of parameters, seeds, echo and BOS reach the engine."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from minerva.core.message import Message
from minerva.core.model import LoadedModel, MemoryPlan
from minerva.core.request import ChatInput, GenerateRequest, Input, TextInput, TokensInput
from minerva.core.sampling import SamplingOptions
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
