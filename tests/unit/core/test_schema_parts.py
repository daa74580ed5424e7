"""Where the parts of a schema lie: keywords have them, names and values do not."""

from __future__ import annotations

import tracemalloc
from typing import Any

from minerva.core.schema_parts import all_parts, escape, parts

SCHEMA = {
    "x-guidance": {"lenient": True},
    "properties": {"items": {"items": {"type": "null"}}, "a/b": True, "til~de": {"const": {"items": {}}}},
    "anyOf": [{"minimum": 1}, False, {"enum": [{"not": {}}]}],
    "additionalProperties": {"default": {"type": "null"}},
    "$defs": {"$ref": {"type": "string"}},
}


def test_parts_have_their_pointers() -> None:
    found = dict(parts(SCHEMA))
    assert set(found) == {
        *("/properties/items", "/properties/til~0de", "/anyOf/0", "/anyOf/2"),
        *("/additionalProperties", "/$defs/$ref"),
    }
    assert found["/anyOf/0"] == {"minimum": 1}


def test_all_parts_are_the_schema_itself_and_theirs() -> None:
    paths = [path for path, _ in all_parts(SCHEMA)]
    assert sorted(paths) == sorted(["", "/properties/items/items", *dict(parts(SCHEMA))])


def test_a_part_may_be_changed_when_it_comes() -> None:
    schema: dict[str, Any] = {"items": {"items": {}}}
    for _, node in all_parts(schema):
        node["title"] = "here"
    assert schema == {"title": "here", "items": {"title": "here", "items": {"title": "here"}}}


def test_a_schema_as_deep_as_may_be_is_walked() -> None:
    schema: dict[str, Any] = {}
    for _ in range(5_000):
        schema = {"items": schema}
    assert sum(1 for _ in all_parts(schema)) == 5_001


def test_of_very_many_deep_parts_no_pointer_is_kept() -> None:
    schema: dict[str, Any] = {"anyOf": [{} for _ in range(10_000)]}
    for _ in range(500):
        schema = {"items": schema}
    tracemalloc.start()
    try:
        assert sum(1 for _ in all_parts(schema)) == 10_501
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_key_is_escaped_as_a_step() -> None:
    assert escape("a/b~c") == "a~1b~0c"
