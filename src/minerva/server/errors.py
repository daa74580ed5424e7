"""Errors as HTTP: one table per API, from exception class to status, type and code; a class not listed is its parent's.

Bodies: `{"error": {"message", "type", "param", "code"}}` as in the OpenAI API reference ("Error codes"), and beside
these the facts that the error carries (`maximum`, `required`, `retry_after_s`, …): a program need not read prose.
"""

from __future__ import annotations

import math

import msgspec
from starlette.responses import Response

from minerva.core import errors
from minerva.core.errors import MinervaError

MESSAGE_LIMIT = 4000
"""Characters of a message that are sent: it may quote what the client sent, however long that was."""
NATIVE_PREFIX = "/api/minerva/"
_SHOWN_FACTS = ("maximum", "required", "needed_bytes", "available_bytes", "retry_after_s", "timeout_s", "model")
_DRAIN_RETRY_S = 5


class Row(msgspec.Struct, frozen=True):
    """How a class of errors looks: `retry` tells clients whether the same request may succeed a little later."""

    status: int
    type: str
    code: str
    retry: bool = False


_BAD = "invalid_request_error"
_SERVER = "server_error"

OPENAI: dict[type[MinervaError], Row] = {
    errors.MinervaError: Row(500, _SERVER, "internal_error"),
    errors.RequestError: Row(400, _BAD, "request_error"),
    errors.InvalidRequest: Row(400, _BAD, "invalid_request"),
    errors.ContextLimitExceeded: Row(400, _BAD, "context_length_exceeded"),
    errors.ModelNotFound: Row(404, _BAD, "model_not_found"),
    errors.AmbiguousModelName: Row(400, _BAD, "ambiguous_model_name"),
    errors.Unauthorized: Row(401, _BAD, "invalid_api_key"),
    errors.Forbidden: Row(403, _BAD, "forbidden"),
    errors.ModelError: Row(500, _SERVER, "model_error"),
    errors.InvalidModelFile: Row(500, _SERVER, "invalid_model_file"),
    errors.ModelLoadFailed: Row(500, _SERVER, "model_load_failed"),
    errors.ModelNotLoaded: Row(409, _BAD, "model_not_loaded"),
    errors.CapacityError: Row(503, _SERVER, "capacity_error", retry=True),
    errors.OutOfMemory: Row(503, _SERVER, "out_of_memory"),
    errors.QueueFull: Row(429, "rate_limit_error", "rate_limit_exceeded", retry=True),
    errors.ShuttingDown: Row(503, _SERVER, "shutting_down", retry=True),
    errors.GenerationTimeout: Row(504, _SERVER, "generation_timeout"),
    errors.EngineError: Row(500, _SERVER, "engine_error"),
    errors.WorkerCrashed: Row(500, _SERVER, "worker_crashed", retry=True),
    errors.InferenceError: Row(500, _SERVER, "inference_error"),
    errors.SettingsError: Row(500, _SERVER, "invalid_setting"),
}

NATIVE: dict[type[MinervaError], Row] = {
    cls: Row(row.status, cls.code, cls.code, row.retry) for cls, row in OPENAI.items()
}
"""Minerva's own API: the same statuses and shape, with the codes of `core/errors.py`."""

Table = dict[type[MinervaError], Row]

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large"}


def table_for(path: str) -> Table:
    """Return the table of the API that `path` belongs to."""
    return NATIVE if path.startswith(NATIVE_PREFIX) else OPENAI


def row_of(table: Table, error: MinervaError) -> Row:
    """Return the row of the error's class, or of its nearest parent that has one."""
    return next(table[cls] for cls in type(error).__mro__ if cls in table)


def error_body(table: Table, error: MinervaError) -> bytes:
    """Return the JSON body of an error; the same bytes are the `data` of an error in the middle of a stream."""
    row, info = row_of(table, error), error.info()
    facts = {name: value for name in _SHOWN_FACTS if (value := getattr(info, name)) is not None}
    return _body(row, info.message, info.param, facts)


def error_response(table: Table, error: MinervaError) -> Response:
    """Return the whole answer of a request that failed before anything of it was sent."""
    row = row_of(table, error)
    headers = {"x-should-retry": "true" if row.retry else "false"}
    if row.retry:
        headers["retry-after"] = str(_retry_after_s(error))
    if row.status == 401:
        headers["www-authenticate"] = "Bearer"
    return _response(row.status, error_body(table, error), headers)


def http_error_response(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """Return the answer for what HTTP itself makes wrong: an unknown path, a wrong method, a body too large."""
    row = Row(status, _BAD if status < 500 else _SERVER, _HTTP_CODES.get(status, "http_error"))
    return _response(status, _body(row, message, None, {}), headers or {})


def _retry_after_s(error: MinervaError) -> int:
    """`Retry-After` is in whole seconds, at least one."""
    if isinstance(error, errors.QueueFull):
        return max(1, math.ceil(error.retry_after_s))
    return _DRAIN_RETRY_S if isinstance(error, errors.ShuttingDown) else 1


def _body(row: Row, message: str, param: str | None, facts: dict[str, object]) -> bytes:
    shown = message if len(message) <= MESSAGE_LIMIT else message[:MESSAGE_LIMIT] + "…"
    # A message may quote half a surrogate pair, which no JSON encoder takes.
    shown = shown.encode("utf-8", "replace").decode()
    return msgspec.json.encode(
        {"error": {"message": shown, "type": row.type, "param": param, "code": row.code, **facts}}
    )


def _response(status: int, body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, status, {"cache-control": "no-store", **headers}, "application/json")
