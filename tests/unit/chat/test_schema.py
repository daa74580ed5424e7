"""Schemas that llguidance would take for less than they say: told in other words, or refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from llguidance import LLMatcher, LLTokenizer

from minerva.chat.form import form_grammar
from minerva.chat.schema import exact_schema
from minerva.core.errors import InvalidRequest
from minerva.core.output import MOST_FORM_CHARACTERS, JsonSchema

BYTES = LLTokenizer("byte")
RATIO = {"type": "number", "exclusiveMinimum": 0}
DIGIT = {"type": "integer", "minimum": 0, "maximum": 9}


def takes(schema: str, text: str) -> bool:
    """Return whether `text` as a whole fits the grammar of `schema`."""
    matcher = LLMatcher(BYTES, form_grammar(JsonSchema(schema)), log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    raw = list(text.encode())
    return matcher.try_consume_tokens(raw) == len(raw) and matcher.is_accepting()


def refusal(schema: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        exact_schema(schema if isinstance(schema, str) else json.dumps(schema))
    assert caught.value.param == "form"
    return str(caught.value)


@pytest.mark.parametrize("date", ["2024-02-29", "2000-02-29", "2023-02-28", "1999-12-31", "0004-02-29"])
@pytest.mark.parametrize("type_", ['"type": "string", ', '"type": ["string", "null"], ', ""])
def test_days_that_there_are(date: str, type_: str) -> None:
    assert takes(f'{{{type_}"format": "date"}}', f'"{date}"')
    assert takes(f'{{{type_}"format": "date-time"}}', f'"{date}T23:59:59.25Z"')


@pytest.mark.parametrize("date", ["2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2023-04-31", "2023-13-01"])
def test_and_those_that_there_are_not(date: str) -> None:
    assert not takes('{"format": "date"}', f'"{date}"')
    assert not takes('{"format": "date-time"}', f'"{date}T23:59:59Z"')


def test_a_minute_has_sixty_seconds() -> None:
    for seconds, there_are in (("59", True), ("00", True), ("60", False)):
        assert takes('{"format": "time"}', f'"12:30:{seconds}Z"') is there_are
        assert takes('{"format": "date-time"}', f'"2024-01-01T12:30:{seconds}Z"') is there_are


def test_what_is_said_beside_a_format_stays() -> None:
    schema = '{"type": "string", "format": "date", "pattern": "^2", "allOf": [{"pattern": "1$"}]}'
    assert takes(schema, '"2024-01-01"')
    assert not takes(schema, '"1024-01-01"')
    assert not takes(schema, '"2024-01-02"')


def test_a_name_cannot_be_spelled_so_that_it_passes_for_another() -> None:
    schema = {"type": "object", "properties": {"a": DIGIT}, "additionalProperties": {"type": "null"}}
    assert takes(json.dumps(schema), '{"a": 1, "b": null}')
    assert not takes(json.dumps(schema), '{"\\u0061": null}')
    assert not takes(json.dumps({"x-guidance": {"whitespace_flexible": False}, **schema}), '{"\\u0061":null}')


def test_items_that_need_not_differ_are_no_reason_to_refuse() -> None:
    assert takes('{"type": "array", "items": {"type": "null"}, "uniqueItems": false}', "[null, null]")


def test_numbers_stay_as_they_came() -> None:
    schema = exact_schema('{"minimum": 0.1, "maximum": 9007199254740992, "default": 12345678901234567890123}')
    assert schema == {"minimum": Decimal("0.1"), "maximum": 2**53, "default": 12345678901234567890123}
    assert takes('{"enum": [0.1, 1e-7, 100.0]}', "0.1")
    assert takes('{"const": 9007199254740992}', "9007199254740992")


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ('{"const": 9007199254740993}', "#/const"),
        ('{"items": {"enum": ["a", {"b": [0.10000000000000000001]}]}}', "#/items/enum"),
        ('{"properties": {"a/b": {"maximum": 9223372036854775807}}}', "#/properties/a~1b/maximum"),
        ('{"exclusiveMinimum": 9007199254740992}', "#/exclusiveMinimum"),
        ('{"multipleOf": 1e400}', "#/multipleOf"),
        ('{"minimum": 1e-400}', "#/minimum"),
    ],
)
def test_a_number_that_a_double_does_not_hold_is_refused(schema: str, path: str) -> None:
    message = refusal(schema)
    assert "has more digits" in message
    assert f"(at `{path}`)" in message


@pytest.mark.parametrize("number", ["1e99999999999999999999", "-1e-99999999999999999999"])
def test_a_number_beyond_all_others_is_refused(number: str) -> None:
    assert "too large, or too near to zero" in refusal(f'{{"default": {number}}}')


def test_names_that_may_come_twice_are_not_counted_on() -> None:
    schema = {"type": "object", "additionalProperties": DIGIT, "minProperties": 2}
    assert "it is 2, but names that are not in `required` may come twice" in refusal({"items": schema})
    assert "(at `#/items/minProperties`)" in refusal({"items": schema})
    assert takes(json.dumps({**schema, "required": ["a"]}), '{"a": 1, "b": 2}')
    assert takes(json.dumps({**schema, "minProperties": 1}), '{"a": 1}')


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"exclusiveMinimum": 1, "minimum": 1}, "#/exclusiveMinimum"),
        ({"exclusiveMaximum": 1.5, "maximum": 1.5}, "#/exclusiveMaximum"),
        ({"exclusiveMinimum": 0, "maximum": 0.5}, "#/exclusiveMinimum"),
        ({"exclusiveMinimum": 10, "exclusiveMaximum": 10.25}, "#/exclusiveMinimum"),
        ({"exclusiveMaximum": -1, "minimum": -1.5}, "#/exclusiveMaximum"),
        ({"items": {"allOf": [{"minimum": 1}, {"exclusiveMinimum": 1}]}}, "#/items/allOf/1/exclusiveMinimum"),
        ({"maximum": 0.5, "$ref": "#/$defs/a~1b", "$defs": {"a/b": RATIO}}, "#/$defs/a~1b/exclusiveMinimum"),
    ],
)
def test_a_limit_that_would_be_taken_as_inclusive_is_refused(schema: dict[str, Any], path: str) -> None:
    assert f"(at `{path}`)" in refusal(schema)


@pytest.mark.parametrize(
    ("low", "high", "outside"),
    [
        ({"exclusiveMinimum": 0}, {"maximum": 1}, "0"),
        ({"exclusiveMinimum": 0.5}, {"maximum": 0.75}, "0.5"),
        ({"exclusiveMinimum": -1}, {"maximum": -0.5}, "-1"),
        ({"minimum": 1.5}, {"exclusiveMaximum": 2}, "2"),
    ],
)
def test_one_that_is_not_is_taken(low: dict[str, float], high: dict[str, float], outside: str) -> None:
    schema = json.dumps({"type": "number", **low, **high})
    assert not takes(schema, outside)
    assert not takes(schema, f"{float(outside)}0")


def test_limits_of_any_size_are_compared() -> None:
    exact_schema('{"exclusiveMinimum": 1e50, "maximum": 1e60}')
    assert "are both 1E+50" in refusal('{"exclusiveMinimum": 1e50, "minimum": 1e50}')


@pytest.mark.timeout(20)
def test_schemas_that_hold_for_one_value_and_are_very_many_are_not_all_compared() -> None:
    several, references = [True] * 15_000, [{"$ref": "#/$defs/a"}] * 1_500
    exact_schema(json.dumps({"exclusiveMinimum": 1, "allOf": references, "$defs": {"a": {"anyOf": several}}}))


@pytest.mark.parametrize("pattern", ["[[:alpha:]]", "^[a&&b]$", "[+--]", "x[^a~~b]", "[]a]", "[^]", r"\\[a[]"])
def test_a_class_that_would_be_read_otherwise_is_refused(pattern: str) -> None:
    assert "(at `#/pattern`)" in refusal({"pattern": pattern})
    path = pattern.replace("~", "~0").replace("/", "~1")
    assert f"(at `#/items/patternProperties/{path}`)" in refusal({"items": {"patternProperties": {pattern: True}}})


@pytest.mark.parametrize("pattern", [r"[\[\]]", r"\[[a-z]\]", "a&&b--c~~d", r"[&\-~.]", "^[^a-z]+[0-9]$", r"[\\]"])
def test_any_other_is_taken(pattern: str) -> None:
    exact_schema(json.dumps({"pattern": pattern}))


def test_names_of_properties_are_no_keywords() -> None:
    exact_schema('{"properties": {"minimum": {"const": 1}, "enum": {}}, "enum": [{"minProperties": 9, "const": 1}]}')


def test_references_in_a_circle_are_left_to_llguidance() -> None:
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/none"}]}}}
    assert exact_schema(json.dumps(schema)) == schema


def test_what_is_not_well_formed_is_left_to_llguidance() -> None:
    text = '{"required": 1, "minProperties": 1, "format": 3, "allOf": {}, "anyOf": [1], "$ref": 7, "minimum": "0"}'
    assert exact_schema(text) == json.loads(text)


def test_one_that_is_too_large_is_refused_before_anybody_reads_it() -> None:
    assert f"the most is {MOST_FORM_CHARACTERS}" in refusal("x" * (MOST_FORM_CHARACTERS + 1))
