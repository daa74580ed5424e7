"""The forms that an answer may be asked for, as grammars that llguidance takes and that mean the same."""

from __future__ import annotations

import pytest
from llguidance import LLMatcher, LLTokenizer

from minerva.chat.form import form_grammar
from minerva.core.errors import InvalidRequest
from minerva.core.output import GBNF_MARK, Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex

BYTES = LLTokenizer("byte")
LISTS = '{"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}, "required": ["a"]}'


def fits(form: OutputForm, text: str) -> bool:
    """Return whether `text` as a whole has the form."""
    matcher = LLMatcher(BYTES, form_grammar(form), log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    raw = list(text.encode())
    return matcher.try_consume_tokens(raw) == len(raw) and matcher.is_accepting()


@pytest.mark.parametrize("text", ["{}", '{"a": [1, null, {"b": "\\n"}]}', '{\n  "a": true\n}'])
def test_any_object_is_a_json_object(text: str) -> None:
    assert fits(JsonObject(), text)


@pytest.mark.parametrize("text", ["", "[]", "1", "{}x", " {}", '{"a"}'])
def test_nothing_else_is(text: str) -> None:
    assert not fits(JsonObject(), text)


@pytest.mark.parametrize("text", ['{"a":[1,2]}', '{"a": [1, 2]}', '{\n  "a": [\n    1,\n    2\n  ]\n}'])
def test_a_schema_allows_json_on_one_line_or_indented(text: str) -> None:
    assert fits(JsonSchema(LISTS), text)


@pytest.mark.parametrize("text", ['{"a":["1"]}', "{}", '{"a":   [1]}', '{\n\n"a":[1]}'])
def test_and_neither_other_values_nor_endless_blanks(text: str) -> None:
    assert not fits(JsonSchema(LISTS), text)


def test_what_a_schema_says_of_white_space_itself_wins() -> None:
    schema = '{"type": "array", "items": {"type": "null"}, "x-guidance": {"whitespace_flexible": false}}'
    assert fits(JsonSchema(schema), "[null,null]")
    assert not fits(JsonSchema(schema), "[null, null]")


@pytest.mark.parametrize(
    "options", ["1", "[]", '{"lenient": true}', '{"whitespace_flexible": false, "item_separator": ";"}']
)
def test_other_options_of_the_grammar_library_are_refused(options: str) -> None:
    with pytest.raises(InvalidRequest, match="#/x-guidance"):
        form_grammar(JsonSchema(f'{{"type": "array", "x-guidance": {options}}}'))


@pytest.mark.parametrize(("schema", "text"), [("{}", "[1]"), (" {\n } ", '"x"'), ("true", "null")])
def test_a_schema_that_says_nothing_allows_any_json(schema: str, text: str) -> None:
    assert fits(JsonSchema(schema), text)


@pytest.mark.parametrize("schema", ["", "{", "[]", "1", '{"a": 1} | "x"', "{'a': 1}", "[" * 100_000])
def test_what_is_no_schema_is_refused(schema: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        form_grammar(JsonSchema(schema))
    assert caught.value.param == "form"


@pytest.mark.parametrize(
    ("pattern", "text", "other"),
    [
        ("a/b", "a/b", "ab"),
        (r"a\/b", "a/b", "ab"),
        (r"[/\\]+", "/\\", "a"),
        (r"\\/", "\\/", "/"),
        ("a\nb\tc", "a\nb\tc", "abc"),
        ("a|bc", "bc", "ac"),
        ("", "", "a"),
        ("/", "/", "//"),
        ("[0-9]{3}", "123", "1234"),
        ('"é"', '"é"', "e"),
        ("\x00", "\x00", "0"),
    ],
)
def test_a_regular_expression_fits_the_whole_text(pattern: str, text: str, other: str) -> None:
    assert fits(Regex(pattern), text)
    assert not fits(Regex(pattern), other)


TEXTS = ("yes", "yes, indeed", 'a "quoted" \\ one', "two\nlines", "🙂", "")


@pytest.mark.parametrize("text", TEXTS)
def test_one_of_several_texts_fits(text: str) -> None:
    assert fits(OneOf(TEXTS), text)
    assert not fits(OneOf(TEXTS), f"{text}.")


def test_a_choice_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="no text to choose from"):
        form_grammar(OneOf(()))


def test_grammars_go_through_as_they_are() -> None:
    assert form_grammar(Grammar('start: "a"', "lark")) == 'start: "a"'
    assert form_grammar(Grammar('root ::= "a"', "gbnf")) == GBNF_MARK + 'root ::= "a"'
