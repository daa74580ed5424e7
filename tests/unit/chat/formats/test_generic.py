"""The form that is taught to models without one of their own."""

from __future__ import annotations

import json

from minerva.chat.formats.command import ACTION
from minerva.chat.formats.generic import GENERIC, call_text, instructions, result_text
from minerva.core.message import ToolCall
from tests.unit.chat.formats.drive import run
from tests.unit.chat.formats.recorded import IN_PARIS, NOTES, TOOLS, WEATHER


def test_instructions_describe_each_tool_and_show_a_call() -> None:
    text = instructions(TOOLS)
    described = [
        json.loads(line) for line in text.splitlines() if line.startswith('{"name": ') and "parameters" in line
    ]
    assert [tool["name"] for tool in described] == ["get_weather", "search"]
    assert described[0]["parameters"] == json.loads(WEATHER.parameters)
    assert GENERIC.example in text
    assert ACTION.example in instructions(TOOLS, ACTION.example)


def test_calls_of_earlier_turns_are_written_as_they_are_read() -> None:
    calls = [ToolCall(f"id{name}", name, json.dumps(arguments)) for name, arguments in (IN_PARIS, NOTES)]
    assert run(GENERIC.parser(TOOLS), call_text(calls)).values == (IN_PARIS, NOTES)


def test_arguments_that_are_no_json_are_written_as_a_string() -> None:
    assert call_text([ToolCall("1", "f", "{oops")]) == (
        '<tool_call>\n{"name": "f", "arguments": "{oops"}\n</tool_call>'
    )


def test_results_name_their_tool() -> None:
    assert result_text("get_weather", 'Sunny, "warm"') == (
        '<tool_response>\n{"name": "get_weather", "content": "Sunny, \\"warm\\""}\n</tool_response>'
    )


def test_json_that_calls_no_tool_stays_text() -> None:
    for answer in ('{"name": "Paris", "population": 2}', "```json\n[1, 2]\n```", '[{"name": "other"}]'):
        found = run(GENERIC.parser(TOOLS), answer)
        assert (found.text, found.calls) == (answer, [])
