"""Keeps a run short, and the worker alive that has to outlive it, whatever a body asks for."""

from __future__ import annotations

from typing import Any

from tests.fuzz.seeds import MODEL, TINY
from tests.fuzz.text import Raw

_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict", "num_predict")
_MOST_TOKENS = 16
_MOST_CHOICES = 3
_REFUSED_TOKENS, _REFUSED_CHOICES = 2**31, 129
"""From here on the server says no by itself, and is to be asked."""

_LEAST_TIMEOUT_S = 60
"""A limit of the client's own that passes is a 504, and right."""

_STOP = "/api/minerva/v1/stop"
_SOURCES = {"/api/copy": "source", "/api/create": "from"}
"""Where a new name for a model is made; the survivor gets none."""


def tamed(path: str, body: Any) -> Any:
    """Return `body` without a long answer or a short limit of time, and with `TINY` as what may be unloaded."""
    if not isinstance(body, dict):
        return body
    tame = {name: _limited(name, value) for name, value in body.items()}
    for inner in ("options", "settings"):
        if isinstance(tame.get(inner), dict):
            tame[inner] = {name: _limited(name, value) for name, value in tame[inner].items()}
    unloads = path == _STOP or "keep_alive" in tame
    field = "model" if unloads else _SOURCES.get(path)
    if field is not None and _is_survivor(tame.get(field)):
        tame[field] = TINY
    return tame


def _limited(name: str, value: Any) -> Any:
    number = _number(value)
    if number is None:
        return value
    if name in _LIMITS and _MOST_TOKENS < number < _REFUSED_TOKENS:
        return _MOST_TOKENS
    if name == "timeout" and 0 < number < _LEAST_TIMEOUT_S:
        return _LEAST_TIMEOUT_S
    return _MOST_CHOICES if name in {"n", "best_of"} and _MOST_CHOICES < number < _REFUSED_CHOICES else value


def _number(value: Any) -> float | None:
    """Return what the server takes `value` for, if that is a number."""
    match value:
        case bool():
            return None
        case int() | float():
            return value
        case Raw(text) if text.isascii():
            try:
                return float(text)
            except ValueError:
                return None
        case _:
            return None


def _is_survivor(name: Any) -> bool:
    """Whether that model is meant, by any of its names or by none: it is the default one."""
    return not name or (isinstance(name, str) and name.strip().lower().startswith(MODEL))
