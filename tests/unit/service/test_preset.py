"""`service.preset`: what a preset adds to a request."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from minerva.core.embedding import EmbedRequest
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.core.preset import Preset
from minerva.core.preset_tools import PresetFunction, PresetTool
from minerva.core.request import ChatInput, GenerateRequest, Input, TextInput, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import Tool
from minerva.service.preset import (
    check_with_tools,
    embedding_with_preset,
    input_with_preset,
    model_with_preset,
    with_preset,
)
from tests.unit.service.test_prompt import MODEL


def function(name: str, parameters: dict[str, Any] | None = None) -> PresetTool:
    return PresetTool("function", PresetFunction(name, parameters=parameters))


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


def test_silence_that_was_asked_for_stays_silence() -> None:
    preset = msgspec.structs.replace(PRESET, sampling=SamplingOptions(temperature=0.5, seed=7))
    reset = frozenset({"seed", "stop", "max_tokens"})
    request = with_preset(asked(reset=reset), preset)
    assert request.sampling == SamplingOptions(temperature=0.5)
    assert (request.stop, request.max_tokens, request.context_length) == ((), None, 100)
    # What the request says beside it is its own.
    said = with_preset(asked(reset=reset, sampling=SamplingOptions(seed=3), max_tokens=4), preset)
    assert (said.sampling.seed, said.max_tokens) == (3, 4)


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


@pytest.mark.parametrize("role", ["system", "developer"])
def test_a_system_message_among_its_messages_is_for_conversations_without_one(role: Any) -> None:
    preset = Preset(name="p", model="m", messages=(Message(role, "preset's"), EXAMPLE))
    assert input_with_preset(CHAT, preset) == ChatInput((Message(role, "preset's"), EXAMPLE, HELLO))
    assert input_with_preset(ChatInput((SYSTEM, HELLO)), preset) == ChatInput((SYSTEM, EXAMPLE, HELLO))
    assert input_with_preset(ChatInput((HELLO, SYSTEM)), preset) == ChatInput((EXAMPLE, HELLO, SYSTEM))


def test_its_tools_are_for_chats_that_bring_none() -> None:
    preset = Preset(name="p", model="m", tools=(function("f"),))
    assert input_with_preset(CHAT, preset) == ChatInput((HELLO,), tools=(Tool("f"),))
    own = ChatInput((HELLO,), tools=(Tool("g"),), tool_choice="required")
    assert input_with_preset(own, preset) == own


def test_its_thinking_is_for_chats_that_say_nothing_of_it() -> None:
    preset = Preset(name="p", model="m", thinking=Thinking(enabled=True, effort="high"))
    assert input_with_preset(CHAT, preset) == ChatInput((HELLO,), thinking=preset.thinking)
    off = ChatInput((HELLO,), thinking=Thinking(enabled=False))
    assert input_with_preset(off, preset) == off


@pytest.mark.parametrize(
    ("tools", "param"),
    [
        ([function("a b")], "tools[0].function.name"),
        ([function("f"), function("f")], "tools[1].function.name"),
        ([function("f", {"type": "array"})], "tools[0].function.parameters"),
        ([function("f", {"properties": []})], "tools[0].function.parameters"),
        ([function("f", {"required": "x"})], "tools[0].function.parameters"),
    ],
)
def test_its_tools_are_checked_as_those_of_a_request(tools: list[PresetTool], param: str) -> None:
    check_with_tools(Preset(name="p", model="m", tools=(function("f"), function("g", {"type": "object"}))))
    with pytest.raises(InvalidRequest) as caught:
        check_with_tools(Preset(name="p", model="m", tools=tuple(tools)))
    assert caught.value.param == param


def test_texts_to_be_embedded_get_its_context_alone() -> None:
    request = EmbedRequest(request_id="r", inputs=("a",))
    assert embedding_with_preset(request, None) == request
    assert embedding_with_preset(request, Preset(name="p", model="m")) == request
    assert embedding_with_preset(request, PRESET) == msgspec.structs.replace(request, context_length=100)
    said = msgspec.structs.replace(request, context_length=5)
    assert embedding_with_preset(said, PRESET) == said


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
    model = model_with_preset(MODEL, PRESET)
    assert model.chat_template == "other {{ messages }}"
    # What is wrong with it is not the model file's fault.
    assert model.template_path == "the preset 'p'"
