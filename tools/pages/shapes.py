"""JSON schemas as tables of fields."""

import inspect
import json
from collections.abc import Mapping
from typing import Any

from tools.pages.markdown import code, table

Schema = Mapping[str, Any]


def section(name: str, schema: Schema) -> str:
    """Return a section about the shape `name`: what it is for, then its fields."""
    required = schema.get("required", [])
    rows = [_row(field, about, field in required) for field, about in schema.get("properties", {}).items()]
    about = inspect.cleandoc(schema.get("description", ""))
    return f"### {name}\n\n{about}\n\n{table(['Field', 'Type', 'Default', 'Meaning'], rows)}"


def reference(schema: Schema) -> str:
    """Return a link to the section of the shape that `schema` refers to."""
    name = schema["$ref"].rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


def type_text(schema: Schema) -> str:
    """Say in words which values fit."""
    if "$ref" in schema:
        return reference(schema)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(type_text, options)))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return ", ".join(code(json.dumps(value)) for value in values)
    if schema.get("type") == "array":
        return f"list of {type_text(schema['items'])}" if schema.get("items") else "list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {type_text(schema['additionalProperties'])}"
    return f"{schema.get('type', 'anything')}{_range(schema)}"


def _row(field: str, schema: Schema, required: bool) -> list[str]:
    default = "required" if required else _default(schema.get("default"))
    return [code(field), type_text(schema), default, schema.get("description", "")]


def _default(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return code(str(value).lower())
        case _:
            return code(str(value))


def _range(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None or high is None:
        return ""
    return f" ({low} to {high})"
