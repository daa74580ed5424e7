from __future__ import annotations

from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.core.preset import Preset, check_preset, inherit, is_name, name_key, plain_name, without
from minerva.core.sampling import SamplingOptions

PARENT = Preset(
    name="parent",
    model="file",
    system="parent's",
    messages=(Message("user", "parent's"),),
    template="parent's messages",
    sampling=SamplingOptions(temperature=0.1, top_k=1),
    stop=("parent's",),
    max_tokens=1,
    context_length=2,
    overflow="shift",
    keep_tokens=3,
    license="parent's",
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
    ],
)
def test_what_is_out_of_range_is_refused(fields: dict[str, Any]) -> None:
    check_preset(PARENT)
    with pytest.raises(InvalidRequest):
        check_preset(Preset(name="a", model="m", **fields))


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
