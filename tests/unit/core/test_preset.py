from __future__ import annotations

from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.core.preset import (
    ModelDefaults,
    Preset,
    check_defaults,
    check_preset,
    inherit,
    is_name,
    name_key,
    plain_name,
    with_defaults,
    without,
)
from minerva.core.preset_tools import MOST_TOOLS, PresetFunction, PresetTool, neutral_tools
from minerva.core.request import Thinking, merge_thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import Tool

TOOL = PresetTool("function", PresetFunction("f", "does", {"type": "object", "properties": {"é": {}}}, strict=True))
PARENT = Preset(
    name="parent",
    model="file",
    system="parent's",
    messages=(Message("user", "parent's"),),
    template="parent's messages",
    tools=(TOOL,),
    sampling=SamplingOptions(temperature=0.1, top_k=1),
    stop=("parent's",),
    max_tokens=1,
    context_length=2,
    overflow="shift",
    keep_tokens=3,
    thinking=Thinking(enabled=True, effort="low", budget_tokens=4),
    license="parent's",
)
DEFAULTS = ModelDefaults(
    model="file",
    system="model's",
    sampling=SamplingOptions(temperature=0.2, top_k=2, top_p=0.5),
    stop=("model's",),
    max_tokens=7,
    context_length=8,
    overflow="trim_history",
    keep_tokens=9,
    thinking=Thinking(effort="high"),
)


@pytest.mark.parametrize(
    "name",
    ["mario", "Mario:v2", "console", "x/con", "con:v2", "com10", "me/mario", "host.org/me/mario:7b-q4_K_M", "_a", "1"],
)
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "../a", "a/../b", "a/b/c/d", "a:", ":a", ".a", "-a", "a\n", "é", "a" * 129, "a\\b", "a:b/c"],
)
def test_what_is_no_name(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(InvalidRequest, match="name of a preset") as caught:
        check_preset(Preset(name=name, model="m"))
    assert caught.value.param == "name"


@pytest.mark.parametrize("name", ["con", "NUL.x", "com1", "lpt9.a:b", "aux.x/b"])
def test_what_windows_takes_for_a_device_is_no_name(name: str) -> None:
    assert not is_name(name)


def test_names_differ_by_more_than_case_and_latest() -> None:
    assert name_key(" Mario:Latest ") == name_key("mario")
    assert plain_name(" Mario:Latest ") == "Mario"
    assert name_key("mario:v1") != name_key("mario")


@pytest.mark.parametrize(
    "fields",
    [
        {"sampling": SamplingOptions(temperature=9)},
        {"sampling": SamplingOptions(top_p=float("nan"))},
        {"stop": ("",)},
        {"stop": ("a",) * 17},
        {"max_tokens": -1},
        {"context_length": 0},
        {"keep_tokens": -2},
        {"thinking": Thinking(budget_tokens=-1)},
    ],
)
def test_what_is_out_of_range_is_refused(fields: dict[str, Any]) -> None:
    check_preset(PARENT)
    check_defaults(DEFAULTS)
    [field] = fields
    with pytest.raises(InvalidRequest) as caught:
        check_preset(Preset(name="a", model="m", **fields))
    assert (caught.value.param or "").startswith(field)
    with pytest.raises(InvalidRequest) as caught:
        check_defaults(ModelDefaults(model="m", **fields))
    assert (caught.value.param or "").startswith(field)


@pytest.mark.parametrize(
    ("tools", "words"),
    [
        ((TOOL,) * (MOST_TOOLS + 1), "129 items"),
        ((PresetTool("function", PresetFunction("f", "x" * 200_000)),), "bytes of JSON"),
    ],
)
def test_of_tools_there_are_only_so_many(tools: tuple[PresetTool, ...], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        check_preset(Preset(name="a", model="m", tools=tools))
    assert caught.value.param == "tools"


def test_tools_become_those_of_a_request() -> None:
    said = neutral_tools((TOOL, PresetTool("function", PresetFunction("g"))))
    assert said == (Tool("f", "does", '{"type":"object","properties":{"é":{}}}', strict=True), Tool("g"))


def test_defaults_hold_where_a_preset_says_nothing() -> None:
    assert with_defaults(PARENT, None) is PARENT
    assert with_defaults(None, None) is None
    beneath = with_defaults(Preset(name="p", model="file", sampling=SamplingOptions(top_k=5), max_tokens=0), DEFAULTS)
    assert beneath is not None
    assert (beneath.name, beneath.model, beneath.system) == ("p", "file", "model's")
    assert beneath.sampling == SamplingOptions(temperature=0.2, top_k=5, top_p=0.5)
    assert (beneath.max_tokens, beneath.context_length, beneath.thinking.effort) == (0, 8, "high")
    kept = with_defaults(PARENT, DEFAULTS)
    assert kept == Preset(
        **{name: getattr(PARENT, name) for name in Preset.__struct_fields__}
        | {"sampling": SamplingOptions(temperature=0.1, top_k=1, top_p=0.5)}
    )


def test_a_model_with_defaults_is_asked_as_a_preset_of_its_own_name() -> None:
    alone = with_defaults(None, DEFAULTS)
    assert alone is not None
    assert (alone.name, alone.model, alone.tools, alone.template) == ("file", "file", (), "")
    for field in set(ModelDefaults.__struct_fields__) - {"modified_s"}:
        assert getattr(alone, field) == getattr(DEFAULTS, field)


def test_a_preset_whose_messages_have_a_system_prompt_gets_no_other() -> None:
    preset = Preset(name="p", model="file", messages=(Message("system", "its own"), Message("user", "example")))
    made = with_defaults(preset, DEFAULTS)
    assert made is not None
    assert made.system == ""


def test_thinking_is_merged_unless_it_is_turned_off() -> None:
    low, high = Thinking(effort="low"), Thinking(enabled=True, effort="high", budget_tokens=5)
    assert merge_thinking(low, high) == Thinking(enabled=True, effort="low", budget_tokens=5)
    assert merge_thinking(Thinking(enabled=False), high) == Thinking(enabled=False)
    assert merge_thinking(Thinking(budget_tokens=0), high).budget_tokens == 0


def test_what_is_taken_away_was_never_said() -> None:
    left = without(PARENT, {"stop", "max_tokens", "temperature"})
    assert (left.stop, left.max_tokens, left.sampling) == ((), None, SamplingOptions(top_k=1))
    for field in set(Preset.__struct_fields__) - {"stop", "max_tokens", "sampling"}:
        assert getattr(left, field) == getattr(PARENT, field)
    assert without(PARENT, ()) == PARENT


def test_a_child_has_of_its_parent_what_it_does_not_say() -> None:
    silent = inherit(Preset(name="child", model="parent"), PARENT)
    for field in Preset.__struct_fields__:
        expected = {"name": "child", "modified_s": 0.0}.get(field, getattr(PARENT, field))
        assert getattr(silent, field) == expected
    child = Preset(name="child", model="parent", system="own", sampling=SamplingOptions(temperature=0), max_tokens=0)
    said = inherit(child, PARENT)
    assert (said.model, said.system, said.max_tokens) == ("file", "own", 0)
    assert said.sampling == SamplingOptions(temperature=0, top_k=1)
