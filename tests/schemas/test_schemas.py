"""A JSON Schema is answered with a document that fits, or refused with the keyword's path."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.server.live import live_server
from tests.schemas.ask import ask_all
from tests.schemas.cases import COUNT, all_cases
from tests.schemas.make import made
from tests.support.json_schema import faults

KEYWORDS = {
    *("type", "const", "enum", "anyOf", "oneOf", "allOf", "$ref", "$defs", "title", "description", "default"),
    *("properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties"),
    *("items", "prefixItems", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_schema_is_answered_with_a_document_that_fits_or_refused_with_the_keywords_path(tmp_path: Path) -> None:
    """Every tenth of them; `python -m tests.schemas` asks for all.

    One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run.
    """
    cases = all_cases()[::10]
    with live_server(tmp_path, load={"threads": 1}) as server:
        results = asyncio.run(ask_all(server.url, cases))
    assert [(one.case.name, one.detail) for one in results if one.outcome in {"wrong", "cut"}] == []
    assert Counter(one.outcome for one in results) == Counter(
        "valid" if case.refused_at is None else "refused" for case in cases
    )


def test_there_are_three_hundred() -> None:
    cases = all_cases()
    assert len(cases) == len({case.name for case in cases}) == COUNT == 300


def test_the_made_schemas_are_the_same_ones_every_time_and_grow() -> None:
    first, second = list(made(200)), list(made(200))
    assert first == second
    sizes = [len(json.dumps(case.schema)) for case in first]
    assert sum(sizes[100:]) > 4 * sum(sizes[:100])


def test_the_made_schemas_have_every_keyword() -> None:
    assert {keyword for case in made(COUNT) for keyword in _keys(case.schema)} >= KEYWORDS


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _keys(item)


@pytest.mark.parametrize(
    ("document", "schema", "good"),
    [
        ("0.3", {"multipleOf": 0.1}, True),
        ("0.35", {"multipleOf": 0.1}, False),
        ("1", {"const": True}, False),
        ('"2024-02-29"', {"format": "date"}, True),
        ('"2023-02-29"', {"format": "date"}, False),
        ('"0000-13-01"', {"format": "date"}, False),
        ('"23:59:59.5-00:30"', {"format": "time"}, True),
        ('"23:59:60Z"', {"format": "time"}, False),
        ('"24:00:00Z"', {"format": "time"}, False),
        ('"2024-12-31T00:00:00Z"', {"format": "date-time"}, True),
        ('"2024-12-31 00:00:00Z"', {"format": "date-time"}, False),
        ('"P1DT2H"', {"format": "duration"}, True),
        ('"P1DT"', {"format": "duration"}, False),
        ('"a-b.c"', {"format": "hostname"}, True),
        ('"a_b"', {"format": "hostname"}, False),
        ('"x:y?z"', {"format": "uri"}, True),
        ('"//a b"', {"format": "uri"}, False),
        ('"1.2.3.256"', {"format": "ipv4"}, False),
        ('{"a": 1, "b": 2}', {"properties": {"a": {}}, "additionalProperties": False}, False),
    ],
)
def test_the_judge_knows_good_from_bad(document: str, schema: Any, *, good: bool) -> None:
    assert (faults(document, schema) == []) is good
