"""A JSON Schema as llguidance enforces it to the letter.

A few schemas it takes for less than they say, and answers would not fit. What can be said to it in other words is; what
cannot is refused. `tests/schemas/test_letter.py` finds such cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard
from urllib.parse import unquote

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.output import MOST_FORM_CHARACTERS
from minerva.core.schema_parts import Schema, all_parts, escape, required_of

_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_BESIDE = ("allOf", "anyOf", "oneOf")
_MOST_BESIDE = 16
"""How many schemas that hold for one value are looked at together. Nobody writes so many; who does is on their own."""

_PAIRS = (
    ("exclusiveMinimum", "minimum", ("maximum", "exclusiveMaximum"), 1),
    ("exclusiveMaximum", "maximum", ("minimum", "exclusiveMinimum"), -1),
)
"""A limit that is not allowed itself, the like of it that is, those on the other side, and in which direction."""

_EXACT_INTEGERS = 2**53
"""llguidance reads numbers as doubles, which hold all integers up to this one."""

_ESCAPED = re.compile(r"\\.", re.DOTALL)
_CLASS = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*", re.DOTALL)
_OTHERWISE = re.compile(r"^\[\^?(?:$|.*(?:\[|&&|--|~~))", re.DOTALL)
"""A class of characters that Rust's `regex` reads otherwise than JavaScript, by which JSON Schema goes."""

_DAY = (
    "^([0-9]{4}-(0[13-9]|1[0-2]|02-([01]|2[0-8]))"
    "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
)
"""The beginning of dates that there are, among those of the right form: February has 29 days in leap years alone."""

_PATTERNS = {
    "date": (_DAY,),
    "date-time": (_DAY, "^.{17}[0-5]"),
    "time": ("^.{6}[0-5]",),
}
"""What a format means beyond what llguidance takes for it. A second 60 is one that most minutes do not have."""

ESCAPES = {"json_allowed_escapes": 'nrbtf\\"'}
"""An option of llguidance: strings without `\\u`, with which a name could be spelled so that it passes for another."""


def exact_schema(text: str) -> Any:
    """Return the JSON Schema `text`, changed where llguidance has to be told more to hold an answer to it.

    Its numbers are `Decimal` where they are not integers. Raises `InvalidRequest`, its `param` being `form`, for what
    is too large, no JSON, no schema, or would not be enforced, with the path of the keyword.
    """
    if len(text) > MOST_FORM_CHARACTERS:
        raise InvalidRequest(
            f"The JSON Schema has {len(text)} characters; the most is {MOST_FORM_CHARACTERS}. Simplify it.", "form"
        )
    schema = _parse(text)
    if isinstance(schema, dict):
        for path, node in all_parts(schema):
            for place, reason in _unenforced(path, node):
                raise _refusal(place, reason)
            _say_more(node)
        _check_exclusive(schema)
    elif not isinstance(schema, bool):
        raise InvalidRequest(f"A JSON Schema is an object or a boolean, but this one is {text[:100]}.", "form")
    return schema


def _refusal(place: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"The form asked for cannot be enforced: {reason} (at `#{place}`).", "form")


def _parse(text: str) -> Any:
    try:
        return msgspec.json.Decoder(float_hook=Decimal).decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidRequest(f"The JSON Schema is not JSON: {error}.", "form") from error
    except InvalidOperation as error:
        raise InvalidRequest("The JSON Schema has a number that is too large, or too near to zero.", "form") from error


def _say_more(node: Schema) -> None:
    if node.get("uniqueItems") is False:
        # It is refused for the keyword alone.
        del node["uniqueItems"]
    format_, others = node.get("format"), node.get("allOf", [])
    if isinstance(format_, str) and isinstance(others, list) and format_ in _PATTERNS:
        node["allOf"] = [*others, *({"pattern": pattern} for pattern in _PATTERNS[format_])]


def _unenforced(path: str, node: Schema) -> Iterator[tuple[str, str]]:
    """Yield the pointers of keywords that llguidance would not hold to, each with the reason."""
    for keyword in (*_LIMITS, "const", "enum"):
        for number in _numbers(node.get(keyword)):
            if not _is_exact(number, near=keyword.startswith("exclusive")):
                reason = f"{number} has more digits than numbers are compared by; use fewer, or a string"
                yield f"{path}/{keyword}", reason
    least, certain = node.get("minProperties"), len(required_of(node))
    if isinstance(least, int) and least > certain + 1:
        reason = f"it is {least}, but names that are not in `required` may come twice; name at least {least - 1} there"
        yield f"{path}/minProperties", reason
    for place, pattern in _patterns(node):
        if any(_OTHERWISE.search(_ESCAPED.sub("x", found[0])) for found in _CLASS.finditer(pattern)):
            reason = r"a class in it has `[`, `&&`, `--`, `~~` or nothing; write `\[` and so on"
            yield f"{path}/{place}", reason


def _patterns(node: Schema) -> Iterator[tuple[str, str]]:
    if isinstance(pattern := node.get("pattern"), str):
        yield "pattern", pattern
    if isinstance(by_pattern := node.get("patternProperties"), dict):
        yield from ((f"patternProperties/{escape(pattern)}", pattern) for pattern in by_pattern)


def _check_exclusive(schema: Schema) -> None:
    """Raise `InvalidRequest` for the first limit that is exclusive, and would not be."""
    if not any(exclusive in node for _, node in all_parts(schema) for exclusive, *_ in _PAIRS):
        return
    for path, node in all_parts(schema):
        for place, reason in _included(_beside(path, node, schema)):
            raise _refusal(place, reason)


def _included(beside: list[tuple[str, Schema]]) -> Iterator[tuple[str, str]]:
    """Exclusive limits that llguidance takes as inclusive: beside an equal one, or less than 1 from the other limit."""
    for exclusive, inclusive, opposites, sign in _PAIRS:
        equals = {limit for _, limit in _limits(beside, inclusive)}
        others = [other for keyword in opposites for _, other in _limits(beside, keyword)]
        for place, limit in _limits(beside, exclusive):
            if limit in equals:
                yield place, f"`{exclusive}` and `{inclusive}` are both {limit}; leave out `{inclusive}`"
            elif _is_whole(limit) and limit * sign >= 0 and any(0 < (other - limit) * sign < 1 for other in others):
                yield place, f"{limit} cannot be kept out so near to the other limit; use `{inclusive}`"


def _beside(path: str, node: Schema, root: Schema) -> list[tuple[str, Schema]]:
    """Return `node` and the schemas that hold for the same value, or may, each with its pointer."""
    found: dict[int, tuple[str, Schema]] = {}
    left: list[tuple[str, Any]] = [(path, node)]
    while left and len(found) < _MOST_BESIDE:
        path, one = left.pop()
        if not isinstance(one, dict) or id(one) in found:
            continue
        found[id(one)] = (path, one)
        for keyword in _BESIDE:
            if isinstance(several := one.get(keyword), list):
                left += [(f"{path}/{keyword}/{index}", item) for index, item in enumerate(several[:_MOST_BESIDE])]
        if isinstance(target := one.get("$ref"), str):
            pointer = unquote(target.removeprefix("#"))
            left.append((pointer, _resolve(pointer, root)))
    return list(found.values())


def _resolve(pointer: str, root: Schema) -> Any:
    """Return what `pointer` (`/$defs/name`) points to, if it is there."""
    found: Any = root
    for step in pointer.split("/")[1:]:
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    return found


def _limits(beside: list[tuple[str, Schema]], keyword: str) -> list[tuple[str, Decimal]]:
    """Return the pointers of all `keyword` and what they are, as far as it is a number that is enforced."""
    values = [(f"{path}/{keyword}", schema.get(keyword)) for path, schema in beside]
    return [(place, Decimal(value)) for place, value in values if _is_number(value) and _is_exact(value, near=False)]


def _numbers(value: Any) -> Iterator[int | Decimal]:
    """Yield the numbers in a JSON value."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one
        elif _is_number(one):
            yield one


def _is_number(value: Any) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _is_exact(number: int | Decimal, *, near: bool) -> bool:
    """Whether a double holds it; with `near` also the integers next to it, from which llguidance counts."""
    if isinstance(number, int):
        return abs(number) + near <= _EXACT_INTEGERS
    return Decimal(repr(float(number))) == number
