"""What the official clients know of a recorded stream: each event is read as the type that they have for it.

Strictly, by pydantic: the clients themselves take anything. What they have no name for must be an extension of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import anthropic.types
import ollama
import openai.types
from anthropic.types.shared import ErrorResponse as AnthropicError
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent
from openai.types.shared import ErrorObject as OpenAIErrorObject
from pydantic import BaseModel, ValidationError

from tests.snapshots.record import Frame, Recording

EXTENSIONS = {
    "openai-chat": {"timings", "choices[].delta.reasoning_content", "error.model"},
    "openai-completions": {"timings", "error.model"},
    "openai-responses": {
        *("response.timings", "error"),
        # OpenAI's own, or, in deltas, as it is in the response that they become: its client is behind.
        *("response.store", "logprobs[].bytes", "logprobs[].top_logprobs[].bytes"),
    },
    # Ollama's own: its client is behind too.
    "ollama-chat": {"message.tool_calls[].id", "message.tool_calls[].function.index"},
    "ollama-generate": set(),
    "anthropic-messages": {"error.details"},
}
"""Fields that clients have no name for, as paths, by API. `error.model` and `error.details` are facts of an error."""


class _OpenAIError(BaseModel):
    """The clients look for `error` in the data, and raise what is in it."""

    error: OpenAIErrorObject


class _OllamaError(BaseModel):
    """The same."""

    error: str


class _AnthropicPing(BaseModel):
    """The clients pass over an event of this name."""

    type: str


def _by_type(*types: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Return `types` by the value of their field `type`, one each."""
    return {get_args(one.model_fields["type"].annotation)[0]: one for one in types}


_BY_TYPE: dict[str, dict[str, type[BaseModel]]] = {
    "openai-responses": _by_type(*get_args(get_args(ResponseStreamEvent)[0])),
    "anthropic-messages": {
        **_by_type(*get_args(get_args(anthropic.types.RawMessageStreamEvent)[0]), AnthropicError),
        "ping": _AnthropicPing,
    },
}
_CHUNKS: dict[str, tuple[type[BaseModel], type[BaseModel]]] = {
    "openai-chat": (ChatCompletionChunk, _OpenAIError),
    "openai-completions": (openai.types.Completion, _OpenAIError),
    "ollama-chat": (ollama.ChatResponse, _OllamaError),
    "ollama-generate": (ollama.GenerateResponse, _OllamaError),
}
"""Where data has no type: that of news, and that of an error."""


def strange(recording: Recording) -> list[str]:
    """Return what the official client does not know in a recording, in words; empty when it knows all."""
    return [fault for frame in recording.frames for fault in _strange(recording.case.api, frame)]


def _strange(api: str, frame: Frame) -> Iterator[str]:
    if frame.data == "[DONE]":
        return
    data = json.loads(frame.data)
    if frame.event is not None and frame.event != data["type"]:
        yield f"the event {frame.event} has data of the type {data['type']}"
    kind = _type_of(api, data)
    try:
        known = kind.model_validate_json(frame.data, strict=True)
    except ValidationError as error:
        yield from (
            f"{kind.__name__}: {fault}" for fault in error.errors(include_url=False) if not _is_loose(api, fault)
        )
        return
    for path in _unknown(known, data, ""):
        if path not in EXTENSIONS[api]:
            yield f"{kind.__name__} has no field {path}"


def _is_loose(api: str, fault: Any) -> bool:
    """The client says that every text chunk has a `finish_reason`; OpenAI's own have null in all but the last."""
    return api == "openai-completions" and fault["loc"][-1] == "finish_reason" and fault["input"] is None


def _type_of(api: str, data: dict[str, Any]) -> type[BaseModel]:
    if api in _BY_TYPE:
        return _BY_TYPE[api][data["type"]]
    news, error = _CHUNKS[api]
    return error if "error" in data else news


def _unknown(known: Any, data: Any, path: str) -> Iterator[str]:
    """Yield the paths of fields in `data` that the type of `known`, which was read from it, does not declare."""
    if isinstance(known, BaseModel):
        fields = {field.alias or name: name for name, field in type(known).model_fields.items()}
        for key, value in data.items():
            inner = f"{path}.{key}" if path else key
            if key in fields:
                yield from _unknown(getattr(known, fields[key]), value, inner)
            else:
                yield inner
    elif isinstance(known, list):
        for one, value in zip(known, data, strict=True):
            yield from _unknown(one, value, f"{path}[]")
