"""What a preset, or a model's defaults, adds to a request that asks for it. Pure."""

from __future__ import annotations

import msgspec

from minerva.chat.tools import check_tools
from minerva.core.embedding import EmbedRequest
from minerva.core.message import SYSTEM_ROLES, Message
from minerva.core.model import LoadedModel
from minerva.core.preset import Preset, check_preset, without
from minerva.core.preset_tools import field_of, neutral_tools
from minerva.core.request import ChatInput, GenerateRequest, Input, merge_thinking
from minerva.core.sampling import merge


def check_with_tools(preset: Preset) -> None:
    """Raise `InvalidRequest`, whose `param` is a field of `preset`, for what cannot be: its tools as requests' are."""
    check_preset(preset)
    check_tools(neutral_tools(preset.tools), field_of)


def with_preset(request: GenerateRequest, preset: Preset | None) -> GenerateRequest:
    """Return `request` with what `preset` says and it does not; without one it is as it was."""
    if preset is None:
        return request
    preset = without(preset, request.reset)
    # A plain prompt has no turns to leave out; nobody asked for that with it.
    possible = preset.overflow != "trim_history" or isinstance(request.input, ChatInput)
    return msgspec.structs.replace(
        request,
        input=input_with_preset(request.input, preset),
        sampling=merge(request.sampling, preset.sampling),
        stop=request.stop or preset.stop,
        max_tokens=preset.max_tokens if request.max_tokens is None else request.max_tokens,
        context_length=preset.context_length if request.context_length is None else request.context_length,
        overflow=request.overflow or (preset.overflow if possible else None),
        keep_tokens=preset.keep_tokens if request.keep_tokens is None else request.keep_tokens,
    )


def embedding_with_preset(request: EmbedRequest, preset: Preset | None) -> EmbedRequest:
    """Return `request` with what `preset` says of the context; the rest of a preset is for what writes."""
    if preset is None or request.context_length is not None:
        return request
    return msgspec.structs.replace(request, context_length=preset.context_length)


def input_with_preset(source: Input, preset: Preset | None) -> Input:
    """Return `source` with messages, tools and thinking of `preset`, if it is a chat; a plain prompt stays as it is.

    Its tools are for chats that bring none. The messages stand behind the system messages with which the chat begins.
    Its own system prompt, and system messages among them, are for chats without any.
    """
    if preset is None or not isinstance(source, ChatInput):
        return source
    own = source.messages
    begin = next((index for index, message in enumerate(own) if message.role not in SYSTEM_ROLES), len(own))
    has_system = any(message.role in SYSTEM_ROLES for message in own)
    system = (Message("system", preset.system),) if preset.system and not has_system else ()
    before = tuple(message for message in preset.messages if not has_system or message.role not in SYSTEM_ROLES)
    return msgspec.structs.replace(
        source,
        messages=(*system, *own[:begin], *before, *own[begin:]),
        tools=source.tools or neutral_tools(preset.tools),
        thinking=merge_thinking(source.thinking, preset.thinking),
    )


def model_with_preset(model: LoadedModel, preset: Preset | None) -> LoadedModel:
    """Return `model` with the chat template of `preset`, if it has one, whose errors then name the preset."""
    if preset is None or not preset.template:
        return model
    return msgspec.structs.replace(model, chat_template=preset.template, template_path=f"the preset {preset.name!r}")
