"""The fields of a JSON schema by their paths: `messages[].content` is one of each of the `messages`."""

from collections.abc import Iterator, Mapping

from tools.pages.shapes import Schema

Shapes = Mapping[str, Schema]
Places = dict[str, list[Schema]]
"""Path → the schemas that a field has there: several where the members of a union all have such a field."""


def places(shapes: Shapes, name: str) -> Places:
    """Return every field of the shape `name`, parents before their own fields."""
    found: Places = {}
    for path, schema in _walk(shapes, shapes[name], ""):
        found.setdefault(path, []).append(schema)
    return found


def parent(path: str) -> str:
    """Return the path of the field that `path` is within, or an empty text."""
    return path.rpartition(".")[0].rstrip("[]")


def forms(shapes: Shapes, schema: Schema) -> Iterator[Schema]:
    """Yield the alternatives that `schema` allows, none of them a reference or a union."""
    alternatives = schema.get("anyOf", schema.get("oneOf"))
    if "$ref" in schema:
        yield from forms(shapes, shapes[schema["$ref"].rpartition("/")[2]])
    elif alternatives is not None:
        for alternative in alternatives:
            yield from forms(shapes, alternative)
    else:
        yield schema


def is_free(schema: Schema) -> bool:
    """Whether it is an object with fields of the caller's choice."""
    return schema.get("type") == "object" and "properties" not in schema


def _walk(shapes: Shapes, schema: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    for form in forms(shapes, schema):
        if "items" in form:
            yield from _walk(shapes, form["items"], f"{path}[]")
        for name, field in form.get("properties", {}).items():
            here = f"{path}.{name}".removeprefix(".")
            yield here, field
            yield from _walk(shapes, field, here)
