"""What is asked to be created, as a preset, and a preset's parameters in this API's words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.core.preset import Preset, plain_name
from minerva.server.ollama.messages import chat_messages
from minerva.server.ollama.model_schema import OllamaCreateRequest, OllamaParameters
from minerva.server.ollama.modelfile import Modelfile, parse_modelfile
from minerva.server.ollama.options import max_tokens_of, resets_of, sampling_of
from minerva.server.ollama.schema import OllamaMessage

_BESIDE_MODELFILE = ("from_", "system", "template", "license", "parameters_", "messages")
_TEXTS = ("stop", "overflow")
"""Parameters whose value is a text, whatever it looks like."""


class Creation(NamedTuple):
    """What is to be kept, and which fields of a preset that it is made from it does not take over."""

    preset: Preset
    reset: frozenset[str]


def creation_of(body: OllamaCreateRequest) -> Creation:
    """Return what `body` asks for; the preset's `model` is what `from` names. Raises `InvalidRequest`."""
    if body.modelfile is not None:
        return _from_modelfile(body, body.modelfile)
    if not body.from_:
        raise InvalidRequest("`from` is missing: it names the model that is to be built on.", "from")
    texts = Modelfile(
        model=body.from_,
        system=body.system or "",
        template=body.template or "",
        license=tuple(body.license or ()),
    )
    return _creation(body.wanted, texts, body.parameters_, chat_messages(body.messages or []))


def parameter_texts(preset: Preset) -> tuple[tuple[str, str], ...]:
    """Return the parameters of `preset` by their names in this API, as a Modelfile has them."""
    return tuple((name, _text(value)) for name, value in _parameters(preset) if value is not None)


def _from_modelfile(body: OllamaCreateRequest, text: str) -> Creation:
    for field in _BESIDE_MODELFILE:
        if getattr(body, field):
            name = field.removesuffix("_")
            raise InvalidRequest(f"`modelfile` and `{name}` are both set; send one of them.", name)
    said = parse_modelfile(text)
    messages = [OllamaMessage.model_validate({"role": role, "content": content}) for role, content in said.messages]
    return _creation(body.wanted, said, _typed(said), chat_messages(messages))


def _creation(name: str, said: Modelfile, given: OllamaParameters | None, messages: tuple[Message, ...]) -> Creation:
    options = given or OllamaParameters.model_validate({})
    preset = Preset(
        name=plain_name(name),
        model=said.model,
        system=said.system,
        messages=messages,
        template=said.template,
        sampling=sampling_of(options, "parameters"),
        stop=tuple(options.stop or ()),
        max_tokens=max_tokens_of(options, "parameters"),
        context_length=options.num_ctx,
        overflow=options.overflow,
        keep_tokens=options.num_keep,
        license="\n".join(said.license),
    )
    return Creation(preset, resets_of(options))


def _typed(said: Modelfile) -> OllamaParameters:
    """Return the parameters of a Modelfile, which has texts alone, as what they stand for."""
    values: dict[str, object] = {}
    stop: list[str] = []
    for name, text in said.parameters:
        if name == "stop":
            stop.append(text)
        else:
            values[name] = text if name in _TEXTS else _value(text)
    if stop:
        values["stop"] = stop
    try:
        return OllamaParameters.decode(json.dumps(values).encode())
    except InvalidRequest as error:
        raise InvalidRequest(f"A PARAMETER of the Modelfile is wrong: {error.message}", "modelfile") from error


def _value(text: str) -> object:
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return {"true": True, "false": False}.get(text.lower(), text)


def _parameters(preset: Preset) -> Iterator[tuple[str, object]]:
    for field, name in OllamaParameters.parameters.items():
        if name != "stop":
            yield field, getattr(preset.sampling, name)
    yield "num_predict", preset.max_tokens
    yield "num_ctx", preset.context_length
    yield "num_keep", preset.keep_tokens
    yield "overflow", preset.overflow
    yield from (("stop", text) for text in preset.stop)


def _text(value: object) -> str:
    """Return `value` for `_typed` to make the same of it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def message_texts(messages: Sequence[Message]) -> tuple[tuple[str, str], ...]:
    """Return role and text of `messages`, as a Modelfile has them: one that is nothing but calls has no place there."""
    return tuple((message.role, message.content) for message in messages if message.content)
