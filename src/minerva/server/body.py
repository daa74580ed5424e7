"""Request bodies: JSON into a validated shape, and every way to get it wrong into an `InvalidRequest` that names it."""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NoReturn, Self, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails
from starlette.requests import Request

from minerva.core import parameters
from minerva.core.errors import InvalidRequest

_SHOWN = 80
"""Characters of a wrong value that the message repeats."""


class Shape(BaseModel):
    """A JSON object without tolerance: no unknown fields, no `"5"` for 5, no NaN."""

    # Built at first use: a server that is asked for its health alone never pays for a schema.
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True, frozen=True)


class Body(Shape):
    """A request body. Its class says which fields are generation parameters, and what is refused for now.

    `parameters`: field → row of `core.parameters`. `not_yet`: field → the values that ask for nothing and are let
    pass; any other is refused with a message that says so.
    """

    parameters: ClassVar[Mapping[str, str]] = {}
    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = {}

    @model_validator(mode="before")
    @classmethod
    def _refuse_what_is_not_there_yet(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        for name in cls.not_yet.keys() & data.keys():
            if data[name] is not None and data[name] not in cls.not_yet[name]:
                raise InvalidRequest(f"`{name}` is {_show(data[name])}; this is not supported yet.", name)
        return {name: value for name, value in data.items() if name not in cls.not_yet}

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Return `data` as this shape. Raises `InvalidRequest` with the path of the offending field."""
        if not data.strip():
            raise InvalidRequest("The body is empty; send a JSON object.")
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            _refuse(cls, error.errors(include_url=False)[0])

    def check_parameters(self) -> None:
        """Raise `InvalidRequest` if a generation parameter is out of its range."""
        for field, name in self.parameters.items():
            value = getattr(self, field)
            parameters.check(name, tuple(value) if isinstance(value, list) else value, field)

    @classmethod
    def describe_parameters(cls, schema: dict[str, Any]) -> None:
        """Write each generation parameter's meaning and range into its property of this shape's JSON schema."""
        for field, name in cls.parameters.items():
            row = parameters.BY_NAME[name]
            schema["properties"][field]["description"] = f"{row.meaning} ({row.range_text})"


B = TypeVar("B", bound=Body)


async def read(request: Request, shape: type[B], *, any_type: bool = False) -> B:
    """Return the request's body as `shape`, its parameters checked. Raises `InvalidRequest`.

    `any_type`: it is JSON whatever its Content-Type says.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if not any_type and kind != "application/json" and not kind.endswith("+json"):
        raise InvalidRequest(f"The Content-Type is {kind!r}; send application/json.")
    body = shape.decode(await request.body())
    body.check_parameters()
    return body


def json_text(value: object, field: str) -> str:
    """Return a value of a body as JSON text. Raises `InvalidRequest` for NaN and infinity, which JSON cannot say."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise InvalidRequest(f"`{field}` has a number that is not finite; JSON has no word for it.", field) from error


def _refuse(shape: type[Body], details: ErrorDetails) -> NoReturn:
    path = _path(shape, details["loc"])
    if details["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        path = f"{path}.{_plain(details['ctx']['discriminator'])}"
    field = str(details["loc"][0]) if details["loc"] else ""
    if len(details["loc"]) == 1 and field in shape.parameters and details["type"] != "missing":
        # The table knows range and type; what it has nothing against goes on to the general wording.
        parameters.check(shape.parameters[field], details["input"], field)
    raise InvalidRequest(_wording(shape, details, path), path or None)


def _wording(shape: type[Body], details: ErrorDetails, path: str) -> str:
    match details["type"]:
        case "json_invalid":
            return f"The body is not valid JSON: {details['ctx']['error']}."
        case "extra_forbidden":
            return f"`{path}` is not a known field{_suggestion(shape, details['loc'])}."
        case "missing" | "union_tag_not_found":
            return f"`{path}` is missing."
        case "union_tag_invalid":
            return f"`{path}` is {_show(details['ctx']['tag'])}; it must be one of {details['ctx']['expected_tags']}."
        case "too_short":
            return f"`{path}` has {len(details['input'])} items; there must be at least {details['ctx']['min_length']}."
        case "too_long":
            return f"`{path}` has {len(details['input'])} items; there may be at most {details['ctx']['max_length']}."
        case _ if not path:
            return f"The body is {_show(details['input'])}; it must be a JSON object."
        case _:
            expected = details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
            return f"`{path}` is {_show(details['input'])}; it must be {expected}{_range(shape, details['loc'])}."


def _path(shape: type[Body], loc: tuple[int | str, ...]) -> str:
    """`("messages", 2, "content")` → `messages[2].content`, as the caller wrote it: a union's tag is no part of it."""
    steps = [step for step, _, is_tag in _walk(shape, loc) if not is_tag]
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _plain(discriminator: str) -> str:
    """Pydantic names the field in quotes."""
    return discriminator.strip("'")


def _suggestion(shape: type[Body], loc: tuple[int | str, ...]) -> str:
    known = list(_schema_at(shape, loc[:-1]).get("properties", {}))
    close = difflib.get_close_matches(str(loc[-1])[:_SHOWN], known, n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


def _range(shape: type[Body], loc: tuple[int | str, ...]) -> str:
    schema = _schema_at(shape, loc)
    if "minimum" in schema and "maximum" in schema:
        return f" ({schema['minimum']} to {schema['maximum']})"
    return ""


def _schema_at(shape: type[Body], loc: tuple[int | str, ...]) -> dict[str, Any]:
    """Return the JSON schema of the place `loc`, as far as it can be followed; `{}` where it cannot."""
    walked = [schema for _, schema, _ in _walk(shape, loc)]
    return walked[-1] if walked else _schema(shape)


def _walk(shape: type[Body], loc: tuple[int | str, ...]) -> Iterator[tuple[int | str, dict[str, Any], bool]]:
    """Yield each step of `loc`, the schema it leads to, and whether it only says which member of a union was meant."""
    here = root = _schema(shape)
    for step in loc:
        members = here.get("discriminator", {}).get("mapping", {})
        is_tag = step in members
        if is_tag:
            here = _choose(root, {"$ref": members[step]})
        elif isinstance(step, int):
            here = _choose(root, here.get("items", {}))
        else:
            here = _choose(root, here.get("properties", {}).get(step, {}))
        yield step, here, is_tag


@functools.cache
def _schema(shape: type[Body]) -> dict[str, Any]:
    return shape.model_json_schema()


def _choose(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and of several alternatives take the array or else the first."""
    options = schema.get("anyOf")
    if options:
        schema = next((option for option in options if option.get("type") == "array"), options[0])
    reference = schema.get("$ref")
    return root["$defs"][reference.rpartition("/")[2]] if reference else schema


def _show(value: object) -> str:
    """Return `value` as JSON, or as near to it as it gets, and not at full length."""
    try:
        text = msgspec.json.encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
