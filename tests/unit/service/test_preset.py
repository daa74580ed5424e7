"""`service.preset`: what a preset adds to a request."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from minerva.core.message import Message
from minerva.core.preset import Preset
from minerva.core.request import ChatInput, GenerateRequest, Input, TextInput
from minerva.core.sampling import SamplingOptions
from minerva.service.preset import input_with_preset, model_with_preset, with_preset
from tests.unit.service.test_prompt import MODEL

SYSTEM, DEVELOPER = Message("system", "own"), Message("developer", "own")
HELLO, EXAMPLE = Message("user", "hello"), Message("user", "example")
PRESET = Preset(
    name="p",
    model="m",
    system="preset's",
    messages=(EXAMPLE,),
    template="other {{ messages }}",
    sampling=SamplingOptions(temperature=0.5, top_k=3),
    stop=("x",),
    max_tokens=7,
    context_length=100,
    overflow="trim_history",
    keep_tokens=4,
)
CHAT = ChatInput((HELLO,))


def asked(source: Input = CHAT, **fields: Any) -> GenerateRequest:
    return GenerateRequest(request_id="r", input=source, **fields)


def test_a_silent_request_gets_all_of_it() -> None:
    request = with_preset(asked(), PRESET)
    assert request.input == ChatInput((Message("system", "preset's"), EXAMPLE, HELLO))
    assert request.sampling == PRESET.sampling
    for field in ("stop", "max_tokens", "context_length", "overflow", "keep_tokens"):
        assert getattr(request, field) == getattr(PRESET, field)


def test_what_a_request_says_goes_before() -> None:
    said: dict[str, Any] = {
        "stop": ("y",),
        "max_tokens": 0,
        "context_length": 1,
        "overflow": "error",
        "keep_tokens": 0,
    }
    request = with_preset(asked(sampling=SamplingOptions(temperature=0.0), **said), PRESET)
    assert request.sampling == SamplingOptions(temperature=0.0, top_k=3)
    assert {field: getattr(request, field) for field in said} == said


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ((SYSTEM, HELLO), (SYSTEM, EXAMPLE, HELLO)),
        ((DEVELOPER, SYSTEM, HELLO), (DEVELOPER, SYSTEM, EXAMPLE, HELLO)),
        ((HELLO, SYSTEM), (EXAMPLE, HELLO, SYSTEM)),
        ((SYSTEM,), (SYSTEM, EXAMPLE)),
    ],
)
def test_its_system_prompt_is_for_conversations_without_one(
    given: tuple[Message, ...], made: tuple[Message, ...]
) -> None:
    assert input_with_preset(ChatInput(given), PRESET) == ChatInput(made)


def test_a_plain_prompt_is_taken_as_it_is_and_has_no_turns_to_leave_out() -> None:
    request = with_preset(asked(TextInput("a")), PRESET)
    assert (request.input, request.overflow, request.max_tokens) == (TextInput("a"), None, 7)
    shifting = msgspec.structs.replace(PRESET, overflow="shift")
    assert with_preset(asked(TextInput("a")), shifting).overflow == "shift"


def test_without_a_preset_nothing_changes() -> None:
    assert with_preset(asked(), None) == asked()
    assert input_with_preset(CHAT, None) == CHAT
    assert model_with_preset(MODEL, None) is MODEL
    bare = Preset(name="p", model="m")
    assert with_preset(asked(), bare) == asked()
    assert model_with_preset(MODEL, bare) is MODEL


def test_its_template_holds_instead_of_the_models() -> None:
    assert model_with_preset(MODEL, PRESET).chat_template == "other {{ messages }}"
