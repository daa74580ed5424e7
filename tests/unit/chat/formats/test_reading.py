"""What formats share: JSON found in portions, values without quotes, literals, schemas."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.chat.formats.hermes import HERMES
from minerva.chat.formats.json_text import JsonScanner
from minerva.chat.formats.literals import NoLiteral, parse_python
from minerva.chat.formats.qwen_coder import QWEN_CODER
from minerva.chat.formats.schema import json_of, types_of
from minerva.core.tools import Tool
from tests.unit.chat.formats.drive import Found, run
from tests.unit.chat.formats.recorded import TOOLS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON, st.sampled_from([",", "}", "]", " ", "\n"]))
@settings(max_examples=60, deadline=None)
def test_the_scanner_finds_the_end_of_a_value(value: object, behind: str) -> None:
    text = json.dumps(value)
    scanner = JsonScanner()
    sizes = [scanner.take(character) for character in text + behind if not scanner.complete]
    assert sum(sizes) == len(text)
    assert scanner.complete
    assert JsonScanner().take(text + behind) == len(text)


@pytest.mark.parametrize("text", ['{"a": 1]', "[1}", "[{]"])
def test_brackets_that_do_not_match_break_a_value(text: str) -> None:
    scanner = JsonScanner()
    assert scanner.take(text) == len(text) - 1
    assert scanner.broken


@given(JSON)
@settings(max_examples=60, deadline=None)
def test_python_values_are_read(value: object) -> None:
    assert parse_python(repr(value)) == value


@pytest.mark.parametrize("text", ["", "[1", "{'a' 1}", "'open", "1 2", "name", "[" * 500, "inf", r"'\xZZ'"])
def test_what_is_no_python_value_is_refused(text: str) -> None:
    with pytest.raises(NoLiteral):
        parse_python(text)


@pytest.mark.parametrize(
    ("text", "types", "written"),
    [
        ("2", {"integer"}, "2"),
        ("2.0", {"integer"}, "2.0"),
        ("2", {"number"}, "2"),
        ("2", {"string"}, '"2"'),
        ("2", {"string", "integer"}, "2"),
        ("two", {"integer"}, '"two"'),
        ("True", {"boolean"}, "true"),
        ("null", {"string", "null"}, "null"),
        ("['a', 1]", {"array"}, '["a", 1]'),
        ('{"a": NaN}', {"object"}, '"{\\"a\\": NaN}"'),
        ("[1]", set(), "[1]"),
        ("plain\ntext", set(), '"plain\\ntext"'),
    ],
)
def test_values_without_quotes_become_json_of_the_schema(text: str, types: set[str], written: str) -> None:
    assert json_of(text, frozenset(types)) == written


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"type": "string"}, {"string"}),
        ({"type": ["integer", "null"]}, {"integer", "null"}),
        ({"enum": ["a", 1]}, {"string", "integer"}),
        ({"const": True}, {"boolean"}),
        ({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Count"}]}, {"string", "integer"}),
        ({"anyOf": [{"type": "string"}, {}]}, set()),
        ({"allOf": [{}, {"type": "object"}]}, {"object"}),
        ({"$ref": "#/$defs/Loop"}, set()),
        ({"$ref": "#/nowhere"}, set()),
        ({"type": 5, "anyOf": "x"}, set()),
        ("no schema", set()),
    ],
)
def test_types_of_a_schema(schema: object, types: set[str]) -> None:
    root = {"$defs": {"Count": {"type": "integer"}, "Loop": {"anyOf": [{"$ref": "#/$defs/Loop"}]}}}
    assert types_of(schema, root) == types


def hermes(body: str) -> Found:
    return run(HERMES.parser(TOOLS), f"<tool_call>\n{body}\n</tool_call>")


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        ('{"arguments": {"city": "Paris"}, "name": "get_weather"}', '{"city": "Paris"}'),
        ('{"name": "get_weather", "arguments": "{\\"city\\": \\"Paris\\"}"}', '{"city": "Paris"}'),
        ('{"name": "get_weather"}', "{}"),
        ('{"name": "get_weather", "arguments": null}', "{}"),
        ('{"id": "7", "type": "function", "name": "get_weather", "arguments": {}}', "{}"),
        ('{"name":"get_weather","arguments":{"city":"}</tool_call>\\""}}', '{"city":"}</tool_call>\\""}'),
    ],
)
def test_ways_to_write_one_call(body: str, arguments: str) -> None:
    found = hermes(body)
    assert found.calls == [("get_weather", arguments)]
    assert found.text == ""


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "get_weather", "arguments": [1]}',
        '{"name": "get_weather", "arguments": "Paris"}',
        '{"name": "get_weather", "why": "because", "arguments": {}}',
        '{"name": "GET_WEATHER", "arguments": {}}',
        '{"name": 5, "arguments": {}}',
        "get_weather",
        "",
    ],
)
def test_what_is_no_call_stays_text_with_its_marks(body: str) -> None:
    found = hermes(body)
    assert found.calls == []
    assert found.text == f"<tool_call>\n{body}\n</tool_call>"


def test_arguments_come_before_they_are_complete() -> None:
    parser = HERMES.parser(TOOLS)
    found = run(parser, ['<tool_call>\n{"name": "get_weather", "arguments": {"city": "Par'])
    assert found.calls == [("get_weather", '{"city": "Par')]
    assert found.ended == 1


def test_text_in_tags_comes_before_it_is_complete_and_stays_open_when_cut_off() -> None:
    found = run(QWEN_CODER.parser(TOOLS), '<tool_call>\n<function=get_weather>\n<parameter=city>\nPar"is\n</par')
    assert found.calls == [("get_weather", '{"city": "Par\\"is\\n</par')]


def test_text_around_calls_is_delivered_at_once() -> None:
    parser = HERMES.parser(TOOLS)
    assert [piece.text for piece in parser.feed("Hello <b") if hasattr(piece, "text")] == ["Hello <b"]
    assert parser.feed(" <tool") == []


def test_tags_of_qwen_without_the_outer_one() -> None:
    found = run(QWEN_CODER.parser(TOOLS), "<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>")
    assert found.values == (("get_weather", {"city": "Paris"}),)


def test_schemas_from_outside_may_be_anything() -> None:
    for parameters in ("[]", "5", '{"properties": [1], "required": [{}]}', '{"properties": {"a": 3}}'):
        tool = Tool("f", "", parameters)
        found = run(QWEN_CODER.parser((tool,)), "<function=f>\n<parameter=a>\n1\n</parameter>\n</function>")
        assert found.values == (("f", {"a": 1}),)
        assert QWEN_CODER.grammar((tool,), parallel=True, special={})
