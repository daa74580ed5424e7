"""Tools that cannot be offered are refused, with the field that is wrong."""

from __future__ import annotations

import pytest

from minerva.chat.tools import check_choice, check_tools
from minerva.core.errors import InvalidRequest
from minerva.core.tools import NamedTool, Tool


def field_of(index: int, part: str) -> str:
    return f"tools[{index}].function.{part}"


def test_good_tools_pass() -> None:
    check_tools([Tool("a.b-C_9"), Tool("x" * 64, "", '{"type": "object", "properties": {}, "required": []}')], field_of)


@pytest.mark.parametrize(
    ("tool", "field", "says"),
    [
        (Tool(""), "name", "''"),
        (Tool("x" * 65), "name", "1 to 64"),
        (Tool("no space"), "name", "'no space'"),
        (Tool("first"), "name", "`tools[0].function.name`"),
        (Tool("f", "", "{"), "parameters", "no JSON"),
        (Tool("f", "", "[]"), "parameters", "JSON Schema object"),
        (Tool("f", "", '{"type": "string"}'), "parameters", "'string'"),
        (Tool("f", "", '{"properties": []}'), "parameters", "properties"),
        (Tool("f", "", '{"required": "a"}'), "parameters", "required"),
    ],
)
def test_a_tool_that_is_wrong_is_named(tool: Tool, field: str, says: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_tools([Tool("first"), tool], field_of)
    assert caught.value.param == f"tools[1].function.{field}"
    assert says in caught.value.message


def test_what_a_choice_demands_must_be_offered() -> None:
    check_choice("auto", [], "tool_choice")
    check_choice("required", [Tool("f")], "tool_choice")
    check_choice(NamedTool("f"), [Tool("f")], "tool_choice")
    with pytest.raises(InvalidRequest, match="'g'; offered are: 'f'"):
        check_choice(NamedTool("g"), [Tool("f")], "tool_choice")
    with pytest.raises(InvalidRequest, match="no tools are offered") as caught:
        check_choice("required", [], "tool_choice")
    assert caught.value.param == "tool_choice"
