"""The errors of each API: which one a path belongs to, and what its error says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

_LLAMA_PATHS = {"/tokenize", "/detokenize", "/apply-template", "/infill"}


def error_message(path: str, headers: dict[str, str], status: int, answer: Any) -> str | None:
    """Return the message of the error `answer`; `None` if it has not the shape of the API at `path`."""
    return _SHAPES[_api(path, headers)](as_object(answer), status)


def error_code(body: bytes) -> str:
    """Return the code or type of an error in any API's shape; an empty string where it has none."""
    try:
        error = as_object(as_object(json.loads(body)).get("error"))
    except ValueError:
        return ""
    return str(as_object(error.get("details")).get("error_code") or error.get("code") or error.get("type") or "")


def as_object(value: Any) -> dict[str, Any]:
    """Return `value` if it is an object, or else an empty one."""
    return value if isinstance(value, dict) else {}


def _api(path: str, headers: dict[str, str]) -> str:
    path = path.partition("?")[0]
    if _is_at(path, "/v1/messages") or ("anthropic-version" in headers and _is_at(path, "/v1/models")):
        return "anthropic"
    if path in _LLAMA_PATHS:
        return "llama"
    return "ollama" if path.startswith("/api/") and not path.startswith("/api/minerva/") else "openai"


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _openai(answer: dict[str, Any], _status: int) -> str | None:
    error = as_object(answer.get("error"))
    return str(error["message"]) if {"message", "type", "param", "code"} <= error.keys() else None


def _llama(answer: dict[str, Any], status: int) -> str | None:
    error = as_object(answer.get("error"))
    return str(error["message"]) if {"message", "type"} <= error.keys() and error.get("code") == status else None


def _anthropic(answer: dict[str, Any], _status: int) -> str | None:
    error = as_object(answer.get("error"))
    good = answer.get("type") == "error" and answer.get("request_id") and {"message", "type"} <= error.keys()
    return str(error["message"]) if good else None


def _ollama(answer: dict[str, Any], _status: int) -> str | None:
    error = answer.get("error")
    return error if isinstance(error, str) and answer.keys() == {"error"} else None


_SHAPES: dict[str, Callable[[dict[str, Any], int], str | None]] = {
    "openai": _openai,  # Minerva's own API has it as well.
    "llama": _llama,
    "anthropic": _anthropic,
    "ollama": _ollama,
}
