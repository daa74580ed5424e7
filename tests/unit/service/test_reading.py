"""How the answer to a chat is read."""

from __future__ import annotations

import msgspec
import pytest

from minerva.core.errors import ErrorInfo
from minerva.core.event import ChoiceFinished, Failed, ReasoningDelta, TextDelta, ToolCallDelta, ToolCallStarted
from minerva.core.message import Message
from minerva.core.model import LoadedModel, MemoryPlan
from minerva.core.request import ChatInput
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import NamedTool, Tool, ToolChoice
from minerva.service.choices import Choices
from minerva.service.prompt import Prompt
from minerva.service.reading import Reading, reading_of
from minerva.wire.messages import Admitted, Delta, Ended, Refused

TEMPLATE = "{{ messages[0].content }}<tools>{{ tools }}</tools><tool_call> </tool_call><think></think>"
TOOLS = (Tool("weather"), Tool("time"))
MODEL = LoadedModel(
    name="m",
    context_length=64,
    kv_cells=64,
    max_sequences=1,
    vocabulary=10,
    threads=1,
    device="CPU",
    gpu_layers=0,
    chat_template=TEMPLATE,
    bos="<s>",
    eos="</s>",
    control_tokens=("<s>", "<tool_call>", "</think>"),
    control_ids=(1, 2, 3),
    sampling=SamplingOptions(),
    memory=MemoryPlan(0, 0, 0),
    load_s=0.0,
    pid=1,
)


def read(choice: ToolChoice = "auto", tools: tuple[Tool, ...] = TOOLS, *, opens: bool = False) -> Reading:
    chat = ChatInput((Message("user", "Hi"),), tools=tools, tool_choice=choice)
    text = "Hi<think>\n" if opens else "Hi"
    return reading_of(chat, Prompt(text, text, add_special=True, opens_thinking=opens), MODEL)


@pytest.mark.parametrize(
    ("choice", "names", "must"),
    [
        ("auto", ("weather", "time"), False),
        ("none", (), False),
        ("required", ("weather", "time"), True),
        (NamedTool("time"), ("time",), True),
    ],
)
def test_the_choice_says_which_tools_may_and_must_be_called(
    choice: ToolChoice, names: tuple[str, ...], must: bool
) -> None:
    found = read(choice)
    assert (tuple(tool.name for tool in found.tools), found.must_call) == (names, must)


def test_control_tokens_that_tell_calls_and_thoughts_are_shown_and_no_others() -> None:
    assert read().shown(MODEL.control_tokens) == ("<tool_call>", "</think>")
    assert read(tools=()).shown(MODEL.control_tokens) == ("</think>",)
    plain = msgspec.structs.replace(MODEL, chat_template="{{ messages }}")
    prompt = Prompt("Hi", "Hi", add_special=True)
    assert reading_of(ChatInput((Message("user", "Hi"),)), prompt, plain).shown(MODEL.control_tokens) == ()


def test_choices_tell_thoughts_and_calls_from_text() -> None:
    choices = Choices("m", 1, reading=read(opens=True))
    events = choices.take(0, Admitted(0, 3, 0, 0.0))
    for piece in ("I think", ".\n</think>\n\nSo: ", '<tool_call>\n{"name": "time", "arg', 'uments": {}}\n</tool_call>'):
        events += choices.take(0, Delta(0, piece))
    events += choices.take(0, Ended(0, "stop", None, 3, 0, 9, 0.0, 0.0, 0.0))
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == "I think."
    assert "".join(event.text for event in events if isinstance(event, TextDelta)).strip() == "So:"
    [call] = [event for event in events if isinstance(event, ToolCallStarted)]
    assert (call.choice, call.index, call.name) == (0, 0, "time")
    assert call.id.startswith("call_")
    assert "".join(event.arguments for event in events if isinstance(event, ToolCallDelta)) == "{}"
    assert events[-1] == ChoiceFinished(0, "stop", None, 1)
    assert choices.over


def test_what_was_held_back_is_delivered_before_a_failure() -> None:
    choices = Choices("m", 1, reading=read())
    choices.take(0, Admitted(0, 3, 0, 0.0))
    begun = '<tool_call>\n{"na'
    events = [
        *choices.take(0, Delta(0, begun)),
        *choices.take(0, Refused(0, ErrorInfo("engine_error", "gone", "form"))),
    ]
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == begun
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.error.param == "tools"
