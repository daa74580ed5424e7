"""Bodies of the Ollama API into the neutral request. Pure."""

from __future__ import annotations

from minerva.chat.tools import check_tools
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.core.output import JsonObject, JsonSchema, OutputForm
from minerva.core.request import ChatInput, GenerateRequest, InfillInput, Input, Overflow, TextInput, Thinking
from minerva.core.tools import Tool
from minerva.server.body import json_text
from minerva.server.ollama.context import unpack
from minerva.server.ollama.messages import chat_messages
from minerva.server.ollama.options import max_tokens_of, resets_of, sampling_of
from minerva.server.ollama.schema import (
    OllamaChatRequest,
    OllamaGenerateRequest,
    OllamaGenerationBody,
    OllamaOptions,
    OllamaTool,
)


def chat_request(body: OllamaChatRequest, request_id: str) -> GenerateRequest:
    """Return what a chat asks for. Raises `InvalidRequest`."""
    source = ChatInput(
        messages=chat_messages(body.messages or []),
        tools=_tools(body.tools or []),
        thinking=_thinking(body.think),
    )
    return _request(body, request_id, source)


def generate_request(body: OllamaGenerateRequest, request_id: str) -> GenerateRequest:
    """Return what a generation asks for. Raises `InvalidRequest`."""
    if body.suffix:
        _check_alone(body, "`suffix` is set; the text around a gap is taken as it is", "raw")
        return _request(body, request_id, InfillInput(body.prompt or "", body.suffix))
    if body.raw:
        _check_alone(body, "`raw` is true; a raw prompt is taken as it is")
        return _request(body, request_id, TextInput(body.prompt or ""))
    return _request(body, request_id, ChatInput(conversation(body), thinking=_thinking(body.think)))


def _check_alone(body: OllamaGenerateRequest, why: str, *more: str) -> None:
    """Refuse what is for a conversation, and the fields `more`, because of `why`."""
    for field in ("system", "context", "think", "truncate", *more):
        if getattr(body, field):
            raise InvalidRequest(f"`{field}` is set and {why}.", field)


def conversation(body: OllamaGenerateRequest) -> tuple[Message, ...]:
    """Return the messages of a prompt that is not raw: those of its context, with its own system message, and itself.

    Raises `InvalidRequest`.
    """
    earlier = unpack(body.context) if body.context else ()
    if body.system:
        earlier = (Message("system", body.system), *(message for message in earlier if message.role != "system"))
    return (*earlier, Message("user", body.prompt or ""))


def _request(body: OllamaGenerationBody, request_id: str, source: Input) -> GenerateRequest:
    options = body.options or OllamaOptions.model_validate({})
    return GenerateRequest(
        request_id=request_id,
        input=source,
        model=body.model,
        sampling=sampling_of(options, "options"),
        max_tokens=max_tokens_of(options, "options"),
        stop=tuple(options.stop or ()),
        logprobs=_logprobs(body),
        form=_form(body.format),
        context_length=options.num_ctx,
        overflow=_overflow(body),
        keep_tokens=options.num_keep,
        reset=resets_of(options),
        keep_alive_s=body.keep_alive,
    )


def _overflow(body: OllamaGenerationBody) -> Overflow | None:
    """Return the policy of the two switches, which are both on by default there, and both act in silence."""
    if body.truncate and body.shift:
        raise InvalidRequest("`truncate` and `shift` are both true; one of them can be followed.", "shift")
    if body.truncate:
        return "trim_history"
    if body.shift:
        return "shift"
    return None if body.truncate is None and body.shift is None else "error"


def _logprobs(body: OllamaGenerationBody) -> int | None:
    if body.top_logprobs and not body.logprobs:
        raise InvalidRequest("`top_logprobs` is only allowed when `logprobs` is true.", "top_logprobs")
    return (body.top_logprobs or 0) if body.logprobs else None


def _thinking(think: bool | str | None) -> Thinking:
    return Thinking(enabled=True, effort=think) if isinstance(think, str) else Thinking(enabled=think)


def _form(asked: str | dict[str, object] | None) -> OutputForm | None:
    if isinstance(asked, dict):
        return JsonSchema(json_text(asked, "format"))
    return JsonObject() if asked == "json" else None


def _tools(offered: list[OllamaTool]) -> tuple[Tool, ...]:
    found: list[Tool] = []
    for index, item in enumerate(offered):
        function = item.function
        schema = json_text(function.parameters or {}, f"tools[{index}].function.parameters")
        found.append(Tool(function.name, function.description or "", schema, bool(function.strict)))
    check_tools(found, lambda index, part: f"tools[{index}].function.{part}")
    return tuple(found)
