"""Grammars are compiled once, kept within bounds, and refused in words that name the fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.output import GBNF_MARK
from minerva.engine import grammar_place
from minerva.engine.grammar_compiler import GrammarCompiler
from tests.support.fake_backend import FakeVocabulary

_SHORT = {"type": "string", "minLength": 3, "maxLength": 1}
ARRAYS = {"type": "object", "properties": {"b": {}, "a/b": {"type": "array", "items": _SHORT, "minItems": 1}}}


@pytest.fixture
def compiler() -> GrammarCompiler:
    return GrammarCompiler(FakeVocabulary())


def refusal(compiler: GrammarCompiler, grammar: str) -> str:
    with pytest.raises(InvalidRequest) as caught:
        compiler.compile(grammar)
    assert caught.value.param == "form"
    return str(caught.value)


def schema(value: Any) -> str:
    return f"start: %json {json.dumps(value)}"


def test_a_grammar_is_compiled_once(compiler: GrammarCompiler) -> None:
    assert compiler.compile('start: "A"') is compiler.compile('start: "A"')


def test_one_that_is_spoiled_is_compiled_anew(compiler: GrammarCompiler) -> None:
    first = compiler.compile('start: "A"')
    first.spoiled = True
    second = compiler.compile('start: "A"')
    assert second is not first
    assert compiler.compile('start: "A"') is second


def test_one_that_is_used_again_gets_a_spare_and_is_found() -> None:
    compiler = GrammarCompiler(FakeVocabulary())
    compiled = compiler.compile('start: "A"')
    for spare_is_due in (False, True):
        assert compiler.find('start: "A"') is None
        compiler.prepare('start: "A"')
        assert (compiled.spare is not None) is spare_is_due
        assert compiler.compile('start: "A"') is compiled
    assert compiler.find('start: "A"') is compiled
    assert compiler.find('start: "B"') is None
    assert [compiled.renew(), compiled.renew()] == [True, False]
    assert compiler.find('start: "A"') is None


def test_a_spare_of_gbnf_is_one_too(compiler: GrammarCompiler) -> None:
    grammar = GBNF_MARK + 'root ::= "A"'
    compiled = compiler.compile(grammar)
    compiler.compile(grammar)
    compiler.prepare(grammar)
    assert compiled.renew()
    assert compiled.start().consume_tokens([ord("A") - 48])


def test_the_one_used_longest_ago_is_forgotten(compiler: GrammarCompiler) -> None:
    first, second = compiler.compile('start: "A"'), compiler.compile('start: "B"')
    for number in range(14):
        compiler.compile(f'start: "A" "{number + 1}"')
    assert compiler.compile('start: "A"') is first
    compiler.compile('start: "C"')
    assert compiler.compile('start: "A"') is first
    assert compiler.compile('start: "B"') is not second


def test_a_grammar_of_the_empty_text_alone_is_one(compiler: GrammarCompiler) -> None:
    assert compiler.compile('start: ""').start().is_accepting()


def test_gbnf_is_read_behind_its_mark(compiler: GrammarCompiler) -> None:
    matcher = compiler.compile(GBNF_MARK + 'root ::= item "A"\nitem ::= [0-9]+').start()
    assert matcher.consume_tokens([ord(char) - 48 for char in "12A"])
    assert matcher.is_stopped()


@pytest.mark.parametrize(
    ("value", "reason", "path"),
    [
        ({"items": {"properties": {"z": {"not": {}}}}}, 'Unimplemented keys: ["not"]', "/items/properties/z/not"),
        ({"properties": {"not": {"if": True, "then": {}}}}, "Unimplemented keys", "/properties/not/if"),
        ({"anyOf": [{"const": 1}, {"format": "odd"}]}, "Unknown format: odd", "/anyOf/1/format"),
        ({"$defs": {"a/b": {"format": "odd"}}, "$ref": "#/$defs/a~1b"}, "Unknown format", "/$defs/a~1b/format"),
        ({"type": "object", "properties": {"a": False}, "required": ["a"]}, "'a' is unsatisfiable", "/required"),
        ({"type": "string", "minLength": 5, "maxLength": 2}, "minLength (5) is greater than", "/minLength"),
        ({"type": "integer", "minimum": 3, "maximum": 1.5}, "minimum (3) is greater than maximum (1.5)", "/minimum"),
        ({"items": {"oneOf": [{"type": "string"}, {"minLength": 2}]}}, "oneOf constraints", "/items/oneOf"),
        ({"properties": {"a/b": {"anyOf": [{"pattern": "(?=a)"}]}}}, "look-around", "/properties/a~1b/anyOf/0/pattern"),
        ({"properties": {"enum": {"enum": {}}}}, "enum must be an array", "/properties/enum/enum"),
        ({"items": {"$ref": "#/$defs/x"}}, "'/$defs/x' does not exist", "/items/$ref"),
        ({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, "no text fits it", "/$defs/a/$ref"),
        ({"anyOf": [{"type": "integer", "allOf": [{"type": "null"}]}]}, "incompatible", "/anyOf/0/allOf"),
        ({"x-guidance": {}, "type": "array", "contains": {}, "uniqueItems": True}, "Unimplemented keys", "/contains"),
        ({"properties": {"type": {"type": "text"}}}, "Invalid type: text", "/properties/type/type"),
        ({**ARRAYS, "required": ["b", "a/b"]}, "minLength (3) is greater than", "/properties/a~1b/items/minLength"),
        ({"type": "array", "prefixItems": [{}, {"enum": []}], "minItems": 2}, "empty", "/prefixItems/1/enum"),
        ({"type": "string", "pattern": "^ab$", "maxLength": 1}, "all that is asked of it", "/pattern"),
        ({"type": "integer", "minimum": 1, "maximum": 3, "multipleOf": 5}, "a multiple of 5", "/minimum"),
    ],
    ids=str,
)
def test_a_schema_that_cannot_be_is_refused_with_the_keyword_and_its_path(
    compiler: GrammarCompiler, value: dict[str, Any], reason: str, path: str
) -> None:
    message = refusal(compiler, schema(value))
    assert reason in message
    assert f"(at `#{path}`)" in message
    assert "%json" not in message


def test_the_second_schema_of_a_grammar_may_be_the_one(compiler: GrammarCompiler) -> None:
    grammar = 'start: a | b\na: %json {"not": false}\nb: %json {"items": {"contains": {}}}'
    assert 'Unimplemented keys: ["not"] (at `#/not`)' in refusal(compiler, grammar)
    assert "(at `#/items/contains`)" in refusal(compiler, grammar.replace("not", "title"))


def test_a_schema_in_which_the_fault_is_not_found_in_time_is_refused_all_the_same(
    compiler: GrammarCompiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammar_place, "_LIMIT_S", 0)
    message = refusal(compiler, schema({"not": {}}))
    assert 'Unimplemented keys: ["not"]' in message
    assert "#/" not in message


@pytest.mark.parametrize(
    ("grammar", "reason"),
    [
        ("start: nothing", 'unknown name: "nothing"'),
        ("start: /(?=a)/", "look-around"),
        ("start: x\nx: x", "no text fits it"),
        ("", "Empty grammar"),
        ("start: %json {", "%json"),
        (schema({"$ref": "#/$defs/x"}), "'/$defs/x' does not exist"),
        (GBNF_MARK + "root ::= nothing", "'nothing' not found"),
        (GBNF_MARK + 'root ::= "a', "Unexpected end of input"),
        (GBNF_MARK + "root ::= " + "(" * 5000, "recursion"),
        (GBNF_MARK + "#" * 70_000, "70000 characters; the most is 65536"),
        ("start: /" + "a" * (1 << 20) + "/", "the most is 131072"),
        (schema({"anyOf": [{"$ref": "#"}] * 2001}), "2001 references; the most is 2000"),
        ('start: "a"' + "\n" * 20_001, "20001 lines; the most is 20000"),
        (schema({"type": "string", "pattern": "pattern (.)("}), "regex parse error"),
        # What llguidance says of these repeats them, at full length.
        ("start: /(" + "a" * 100_000 + "/", "invalid regex"),
        (schema({"type": "string", "format": "x" + " " * 100_000 + "y"}), "Unknown format: x"),
        (
            schema(
                {
                    "allOf": [{"$ref": "#/$defs/n"}],
                    "$defs": {
                        "a": {"properties": {"id": {"type": "string", "required": True}}},
                        "n": {"type": "object", "properties": {"q": False}, "required": ["q"]},
                    },
                }
            ),
            "unsatisfiable",
        ),
    ],
    ids=lambda text: text[:24],
)
def test_a_grammar_that_cannot_be_is_refused_with_the_reason(
    compiler: GrammarCompiler, grammar: str, reason: str
) -> None:
    message = refusal(compiler, grammar)
    assert reason in message
    assert len(message) < 800
