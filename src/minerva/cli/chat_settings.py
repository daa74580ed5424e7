"""What a chat in the terminal is asked with, as `/set NAME VALUE` and `--set NAME=VALUE` change it. Pure."""

from __future__ import annotations

import json
from typing import Any, cast, get_args

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.parameters import BY_NAME, PARAMETERS, Parameter, Value, check
from minerva.core.request import Overflow
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings

DEFAULT = "default"
_NOTHING = SessionSettings()
_POLICIES = get_args(Overflow)
OVERFLOW_RANGE = f"{', '.join(_POLICIES[:-1])} or {_POLICIES[-1]}"


def with_parameter(settings: SessionSettings, name: str, text: str) -> SessionSettings:
    """Return `settings` with a parameter, or the policy `overflow`, set from text; `default` takes it back.

    Raises `InvalidRequest`.
    """
    if name == "overflow":
        return _replaced(settings, name, None if text == DEFAULT else _policy(text))
    row = BY_NAME.get(name)
    if row is None:
        names = ", ".join(BY_NAME)
        raise InvalidRequest(f"There is no parameter `{name}`; there are {names}, overflow, verbose.", name)
    if text == DEFAULT:
        return _replaced(settings, name, getattr(_holder(_NOTHING, name), name))
    value = _parse(row, text)
    check(name, value)
    return _replaced(settings, name, value)


def parameters(settings: SessionSettings) -> dict[str, Value]:
    """Return the parameters that were set, by name."""
    values = {row.name: getattr(_holder(settings, row.name), row.name) for row in PARAMETERS}
    return {name: value for name, value in values.items() if value not in (None, ())}


def _holder(settings: SessionSettings, name: str) -> SessionSettings | SamplingOptions:
    return settings.sampling if name in SamplingOptions.__struct_fields__ else settings


def _replaced(settings: SessionSettings, name: str, value: object) -> SessionSettings:
    changed: Any = msgspec.structs.replace(_holder(settings, name), **{name: value})
    return changed if isinstance(changed, SessionSettings) else msgspec.structs.replace(settings, sampling=changed)


def _policy(text: str) -> Overflow:
    if text not in _POLICIES:
        raise InvalidRequest(f"`overflow` is {text!r}; it must be {OVERFLOW_RANGE}.", "overflow")
    return cast("Overflow", text)


def _parse(row: Parameter, text: str) -> Value:
    """Read `text` as the kind of value that `row` takes; what cannot be read is left to `check`, which says why."""
    if row.kind == "strings" and not text.startswith("["):
        return (text,)
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    if row.kind == "strings" and isinstance(value, list):
        return tuple(value)
    if row.kind == "bias":
        return _parse_bias(value) or text
    return value if isinstance(value, (int, float, str)) else text


def _parse_bias(value: object) -> dict[int, float] | None:
    try:
        return msgspec.convert(value, dict[int, float], strict=False)
    except msgspec.ValidationError:
        return None
