"""Prompt templates as one JSON document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import PromptTemplate, TemplateEntry
from minerva.sessions.transfer.template_file import encode_file, read_file, template_file

TEMPLATE = PromptTemplate(
    name="greet", body="Hello {{name}},\n世界", description="d", variables=("name",), revision=3, updated_s=1.0
)


def document(*entries: object, **fields: object) -> bytes:
    return json.dumps({"format": "minerva-templates", "version": 1, "templates": entries, **fields}).encode()


def test_a_file_has_what_is_not_of_one_database_and_comes_back() -> None:
    data = encode_file(template_file([TEMPLATE], 5.0))
    assert json.loads(data) == {
        "format": "minerva-templates",
        "version": 1,
        "exported_s": 5.0,
        "templates": [{"name": "greet", "body": "Hello {{name}},\n世界", "description": "d"}],
    }
    assert read_file(data) == (TemplateEntry(name="greet", body="Hello {{name}},\n世界", description="d"),)
    assert read_file(document()) == ()


@pytest.mark.parametrize(
    ("data", "param", "words"),
    [
        (b"Dear diary", None, "is not valid JSON"),
        (b"\xff", None, "is not valid JSON"),
        (b"[]", None, "is no export of prompt templates"),
        (b"{}", "format", "is no export of prompt templates"),
        (document(format="minerva-sessions"), "format", "'minerva-sessions'"),
        (document(version=2), "version", "knows version 1"),
        (document(templates={}), "templates", "Expected `array`"),
        (document({"name": "a", "body": "b"}, {"name": "c"}), "templates[1].body", "missing required field"),
        (document({"name": "a", "body": 1}), "templates[0].body", "Expected `str`, got `int`"),
        (document({"name": "a", "body": "b", "revision": 1}), "templates[0].revision", "unknown field"),
        (document("a"), "templates[0]", "Expected `object`"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, param: str | None, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as refused:
        read_file(data)
    assert refused.value.param == param
    if param is not None:
        assert f"`{param}`" in refused.value.message


def test_half_a_surrogate_is_no_text() -> None:
    data: Any = b'{"format": "minerva-templates", "version": 1, "templates": [{"name": "a", "body": "\\ud800"}]}'
    with pytest.raises(InvalidRequest):
        read_file(data)
