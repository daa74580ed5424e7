"""Errors as HTTP: one table per API, from exception class to status, type and code; a class not listed is its parent's.

Bodies carry, beside the words, the facts of the error (`maximum`, `required`, `retry_after_s`, …): a program need not
read prose. OpenAI (API reference, "Error codes"): `{"error": {"message", "type", "param", "code"}}`. Anthropic (API
reference, "Errors"): `{"type": "error", "error": {"type", "message", "details"}, "request_id"}`. Ollama (API reference,
"Errors"): `{"error": MESSAGE}`, without facts, for its clients take all of it for the message. llama-server
(README, "API Endpoints"): `{"error": {"code", "message", "type"}}`, where `code` is the status.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import msgspec
from starlette.responses import Response

from minerva.core import errors
from minerva.core.errors import MinervaError

MESSAGE_LIMIT = 4000
"""Characters of a message that are sent: it may quote what the client sent, however long that was."""
NATIVE_PREFIX = "/api/minerva/"
OLLAMA_PREFIX = "/api/"
ANTHROPIC_PATH = "/v1/messages"
ANTHROPIC_HEADER = "anthropic-version"
"""All clients of that API send it; it tells whose list of models is asked for, as both APIs have it at one path."""
MODELS_PATH = "/v1/models"
LLAMA_PATHS = frozenset({"/tokenize", "/detokenize", "/apply-template", "/infill"})
RESPONSES_PATH = "/v1/responses"
_SHOWN_FACTS = (
    "maximum",
    "required",
    "needed_bytes",
    "available_bytes",
    "retry_after_s",
    "timeout_s",
    "model",
    "revision",
)
_DRAIN_RETRY_S = 5


class Row(msgspec.Struct, frozen=True):
    """How a class of errors looks: `retry` tells clients whether the same request may succeed a little later."""

    status: int
    type: str
    code: str
    retry: bool = False


class Report(msgspec.Struct, frozen=True):
    """All that a body can say of an error, in no API's shape yet. `param` is the field at fault."""

    row: Row
    message: str
    param: str | None
    facts: dict[str, object]
    request_id: str


Shape = Callable[[Report], object]
"""Makes the JSON of a body."""


class Table(dict[type[MinervaError], Row]):
    """An API's rows, with what else is its own.

    `shape` makes its bodies. `http_types` are its types for what HTTP itself refuses, by status; those of 400 and 500
    stand for all others of their kind. `fields` are its names for the fields of the neutral request.
    """

    def __init__(
        self,
        rows: Mapping[type[MinervaError], Row],
        shape: Shape,
        http_types: Mapping[int, str],
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Keep them all."""
        super().__init__(rows)
        self.shape = shape
        self.http_types = http_types
        self.fields = fields or {}


def _openai_shape(report: Report) -> object:
    row = report.row
    return {
        "error": {
            "message": report.message,
            "type": row.type,
            "param": report.param,
            "code": row.code,
            **report.facts,
        }
    }


def _anthropic_shape(report: Report) -> object:
    message, facts = report.message, report.facts
    if report.row.code == errors.ContextLimitExceeded.code:
        # Clients look for these words to know that they must shorten the conversation, and by how much.
        message = f"prompt is too long: {facts['required']} tokens > {facts['maximum']} maximum. {message}"
    details = {"error_code": report.row.code, **({"param": report.param} if report.param else {}), **facts}
    return {
        "type": "error",
        "error": {"type": report.row.type, "message": message, "details": details},
        "request_id": report.request_id,
    }


def _ollama_shape(report: Report) -> object:
    if report.row.code == errors.ModelNotFound.code:
        # Clients look for these words to know that they must pull the model.
        return {"error": f"model '{report.facts['model']}' not found: {report.message}"}
    return {"error": report.message}


def _llama_shape(report: Report) -> object:
    row, message = report.row, report.message
    if report.param and not re.search(rf"`{re.escape(report.param)}[`.\[]", message):
        # There is no place for the field but here.
        message = f"`{report.param}`: {message}"
    return {"error": {"code": row.status, "message": message, "type": row.type, **report.facts}}


_BAD = "invalid_request_error"
_SERVER = "server_error"
_OPENAI_HTTP = {400: _BAD, 500: _SERVER}

_OPENAI_ROWS: dict[type[MinervaError], Row] = {
    errors.MinervaError: Row(500, _SERVER, "internal_error"),
    errors.RequestError: Row(400, _BAD, "request_error"),
    errors.InvalidRequest: Row(400, _BAD, "invalid_request"),
    errors.ContextLimitExceeded: Row(400, _BAD, "context_length_exceeded"),
    errors.ModelNotFound: Row(404, _BAD, "model_not_found"),
    errors.AmbiguousModelName: Row(400, _BAD, "ambiguous_model_name"),
    errors.ResponseNotFound: Row(404, _BAD, "response_not_found"),
    errors.PreviousResponseNotFound: Row(400, _BAD, "previous_response_not_found"),
    errors.SessionNotFound: Row(404, _BAD, "session_not_found"),
    errors.MessageNotFound: Row(404, _BAD, "message_not_found"),
    errors.AttachmentNotFound: Row(404, _BAD, "attachment_not_found"),
    errors.PromptTemplateNotFound: Row(404, _BAD, "prompt_template_not_found"),
    errors.RevisionConflict: Row(409, _BAD, "revision_conflict"),
    errors.TurnRunning: Row(409, _BAD, "turn_running"),
    errors.Unauthorized: Row(401, _BAD, "invalid_api_key"),
    errors.Forbidden: Row(403, _BAD, "forbidden"),
    errors.ModelError: Row(500, _SERVER, "model_error"),
    errors.InvalidModelFile: Row(500, _SERVER, "invalid_model_file"),
    errors.ModelLoadFailed: Row(500, _SERVER, "model_load_failed"),
    errors.ModelNotLoaded: Row(409, _BAD, "model_not_loaded"),
    errors.CapacityError: Row(503, _SERVER, "capacity_error", retry=True),
    errors.OutOfMemory: Row(503, _SERVER, "out_of_memory"),
    errors.QueueFull: Row(429, "rate_limit_error", "rate_limit_exceeded", retry=True),
    # Not 429: this client did not ask too often, the server is overloaded.
    errors.QueueTimeout: Row(503, _SERVER, "queue_timeout", retry=True),
    errors.ShuttingDown: Row(503, _SERVER, "shutting_down", retry=True),
    errors.GenerationTimeout: Row(504, _SERVER, "generation_timeout"),
    errors.EngineError: Row(500, _SERVER, "engine_error"),
    errors.WorkerCrashed: Row(500, _SERVER, "worker_crashed", retry=True),
    errors.InferenceError: Row(500, _SERVER, "inference_error"),
    errors.StorageFailed: Row(500, _SERVER, "storage_failed"),
    errors.SettingsError: Row(500, _SERVER, "invalid_setting"),
}

OPENAI = Table(_OPENAI_ROWS, _openai_shape, _OPENAI_HTTP, {"form": "response_format"})
RESPONSES = Table(
    _OPENAI_ROWS,
    _openai_shape,
    _OPENAI_HTTP,
    {"form": "text.format", "messages": "input", "reasoning_effort": "reasoning.effort"},
)
"""The same API, but for the names of its fields, at `RESPONSES_PATH`."""

NATIVE = Table(
    {cls: Row(row.status, cls.code, cls.code, row.retry) for cls, row in OPENAI.items()}, _openai_shape, _OPENAI_HTTP
)
"""Minerva's own API: the same statuses and shape, with the codes of `core/errors.py`."""

_API = "api_error"
_OVERLOADED = "overloaded_error"

_ANTHROPIC_ROWS: dict[type[MinervaError], tuple[int, str]] = {
    errors.MinervaError: (500, _API),
    errors.RequestError: (400, _BAD),
    errors.InvalidRequest: (400, _BAD),
    errors.ContextLimitExceeded: (400, _BAD),
    errors.ModelNotFound: (404, "not_found_error"),
    errors.AmbiguousModelName: (400, _BAD),
    errors.ResponseNotFound: (404, "not_found_error"),
    errors.PreviousResponseNotFound: (400, _BAD),
    errors.SessionNotFound: (404, "not_found_error"),
    errors.MessageNotFound: (404, "not_found_error"),
    errors.AttachmentNotFound: (404, "not_found_error"),
    errors.PromptTemplateNotFound: (404, "not_found_error"),
    errors.RevisionConflict: (409, _BAD),
    errors.TurnRunning: (409, _BAD),
    errors.Unauthorized: (401, "authentication_error"),
    errors.Forbidden: (403, "permission_error"),
    errors.ModelError: (500, _API),
    errors.InvalidModelFile: (500, _API),
    errors.ModelLoadFailed: (500, _API),
    errors.ModelNotLoaded: (409, _BAD),
    errors.CapacityError: (529, _OVERLOADED),
    errors.OutOfMemory: (503, _API),
    errors.QueueFull: (429, "rate_limit_error"),
    errors.QueueTimeout: (529, _OVERLOADED),
    errors.ShuttingDown: (529, _OVERLOADED),
    errors.GenerationTimeout: (504, "timeout_error"),
    errors.EngineError: (500, _API),
    errors.WorkerCrashed: (500, _API),
    errors.InferenceError: (500, _API),
    errors.StorageFailed: (500, _API),
    errors.SettingsError: (500, _API),
}

ANTHROPIC = Table(
    {cls: Row(status, kind, cls.code, OPENAI[cls].retry) for cls, (status, kind) in _ANTHROPIC_ROWS.items()},
    _anthropic_shape,
    {400: _BAD, 404: "not_found_error", 413: "request_too_large", 500: _API},
    {
        "form": "output_config.format",
        "reasoning_effort": "output_config.effort",
        "thinking_budget": "thinking.budget_tokens",
    },
)

_OLLAMA_STATUSES: dict[type[MinervaError], int] = {
    errors.MinervaError: 500,
    errors.RequestError: 400,
    errors.InvalidRequest: 400,
    errors.ContextLimitExceeded: 400,
    errors.ModelNotFound: 404,
    errors.AmbiguousModelName: 400,
    errors.ResponseNotFound: 404,
    errors.PreviousResponseNotFound: 400,
    errors.SessionNotFound: 404,
    errors.MessageNotFound: 404,
    errors.AttachmentNotFound: 404,
    errors.PromptTemplateNotFound: 404,
    errors.RevisionConflict: 409,
    errors.TurnRunning: 409,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.ModelError: 500,
    errors.InvalidModelFile: 500,
    errors.ModelLoadFailed: 500,
    errors.ModelNotLoaded: 409,
    errors.CapacityError: 503,
    errors.OutOfMemory: 500,
    errors.QueueFull: 503,
    errors.QueueTimeout: 503,
    errors.ShuttingDown: 503,
    errors.GenerationTimeout: 504,
    errors.EngineError: 500,
    errors.WorkerCrashed: 500,
    errors.InferenceError: 500,
    errors.StorageFailed: 500,
    errors.SettingsError: 500,
}

OLLAMA = Table(
    {cls: Row(status, cls.code, cls.code, OPENAI[cls].retry) for cls, status in _OLLAMA_STATUSES.items()},
    _ollama_shape,
    _OPENAI_HTTP,
)
"""Its bodies have no type and no code: both are ours."""

_LLAMA_TYPES = {
    400: _BAD,
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: _BAD,
    429: "unavailable_error",
    503: "unavailable_error",
}


def _llama_row(cls: type[MinervaError], row: Row) -> Row:
    is_too_long = cls is errors.ContextLimitExceeded
    kind = "exceed_context_size_error" if is_too_long else _LLAMA_TYPES.get(row.status, _SERVER)
    return Row(row.status, kind, cls.code, row.retry)


LLAMA = Table(
    {cls: _llama_row(cls, row) for cls, row in OPENAI.items()},
    _llama_shape,
    {400: _BAD, 404: _LLAMA_TYPES[404], 500: _SERVER},
    {"form": "grammar / json_schema"},
)

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large"}


def table_for(path: str, headers: Mapping[str, str] | None = None) -> Table:
    """Return the table of the API that is called; `headers` has lower-case names."""
    if _is_at(path, ANTHROPIC_PATH) or (ANTHROPIC_HEADER in (headers or {}) and _is_at(path, MODELS_PATH)):
        return ANTHROPIC
    if _is_at(path, RESPONSES_PATH):
        return RESPONSES
    if path.startswith(NATIVE_PREFIX):
        return NATIVE
    if path in LLAMA_PATHS:
        return LLAMA
    return OLLAMA if path.startswith(OLLAMA_PREFIX) else OPENAI


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def row_of(table: Mapping[type[MinervaError], Row], error: MinervaError) -> Row:
    """Return the row of the error's class, or of its nearest parent that has one."""
    return next(table[cls] for cls in type(error).__mro__ if cls in table)


def error_body(table: Table, error: MinervaError, request_id: str = "") -> bytes:
    """Return the JSON body of an error; the same bytes are the `data` of an error in the middle of a stream."""
    row, info = row_of(table, error), error.info()
    facts = {name: value for name in _SHOWN_FACTS if (value := getattr(info, name)) is not None}
    param = None if info.param is None else _field(table, info.param)
    return _encode(table, Report(row, _shown(info.message), param, facts, request_id))


def _field(table: Table, param: str) -> str:
    """Return the API's name for a field; of a place within one that it has in another form, the name of the whole."""
    return table.fields.get(param.partition("[")[0], param)


def error_response(table: Table, error: MinervaError, request_id: str = "") -> Response:
    """Return the whole answer of a request that failed before anything of it was sent."""
    row = row_of(table, error)
    headers = {"x-should-retry": "true" if row.retry else "false"}
    if row.retry:
        headers["retry-after"] = str(_retry_after_s(error))
    if row.status == 401:
        headers["www-authenticate"] = "Bearer"
    return _response(row.status, error_body(table, error, request_id), headers)


def http_error_response(
    status: int,
    message: str,
    headers: dict[str, str] | None = None,
    *,
    table: Table = OPENAI,
    request_id: str = "",
) -> Response:
    """Return the answer for what HTTP itself makes wrong: an unknown path, a wrong method, a body too large."""
    kind = table.http_types.get(status) or table.http_types[400 if status < 500 else 500]
    row = Row(status, kind, _HTTP_CODES.get(status, "http_error"))
    return _response(status, _encode(table, Report(row, _shown(message), None, {}, request_id)), headers or {})


def _retry_after_s(error: MinervaError) -> int:
    """`Retry-After` is in whole seconds, at least one."""
    if isinstance(error, errors.QueueFull | errors.QueueTimeout):
        return max(1, math.ceil(error.retry_after_s))
    return _DRAIN_RETRY_S if isinstance(error, errors.ShuttingDown) else 1


def _shown(message: str) -> str:
    shown = message if len(message) <= MESSAGE_LIMIT else message[:MESSAGE_LIMIT] + "…"
    # A message may quote half a surrogate pair, which no JSON encoder takes.
    return shown.encode("utf-8", "replace").decode()


def _encode(table: Table, report: Report) -> bytes:
    return msgspec.json.encode(table.shape(report))


def _response(status: int, body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, status, {"cache-control": "no-store", **headers}, "application/json")
