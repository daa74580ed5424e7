"""Bodies of the Ollama API into the neutral request. Pure."""

from __future__ import annotations

from minerva.chat.tools import check_tools
from minerva.core import parameters
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.core.output import JsonObject, JsonSchema, OutputForm
from minerva.core.request import ChatInput, GenerateRequest, Input, TextInput, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import Tool
from minerva.server.ollama.context import unpack
from minerva.server.ollama.json_text import json_text
from minerva.server.ollama.messages import chat_messages
from minerva.server.ollama.schema import (
    OllamaChatRequest,
    OllamaGenerateRequest,
    OllamaGenerationBody,
    OllamaOptions,
    OllamaTool,
)

_ANY_SEED = -1
_UNTIL_THE_WINDOW_IS_FULL = (-1, -2)


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
    if not body.raw:
        return _request(body, request_id, ChatInput(conversation(body), thinking=_thinking(body.think)))
    for field in ("system", "context", "think"):
        if getattr(body, field):
            raise InvalidRequest(f"`{field}` is set and `raw` is true; a raw prompt is taken as it is.", field)
    return _request(body, request_id, TextInput(body.prompt or ""))


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
        sampling=_sampling(options),
        max_tokens=_max_tokens(options),
        stop=tuple(options.stop or ()),
        logprobs=_logprobs(body),
        form=_form(body.format),
        context_length=options.num_ctx,
        keep_alive_s=body.keep_alive,
    )


def _sampling(options: OllamaOptions) -> SamplingOptions:
    values = {name: getattr(options, field) for field, name in OllamaOptions.parameters.items()}
    if values["seed"] == _ANY_SEED:
        values["seed"] = None
    for field, name in OllamaOptions.parameters.items():
        parameters.check(name, values[name], f"options.{field}")
    return SamplingOptions(**{name: value for name, value in values.items() if name != "stop"})


def _max_tokens(options: OllamaOptions) -> int | None:
    if options.num_predict in _UNTIL_THE_WINDOW_IS_FULL:
        return None
    parameters.check("max_tokens", options.num_predict, "options.num_predict")
    return options.num_predict


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
