"""Presets: a name under which a model is asked in a certain way; and what a model is asked with by itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import msgspec

from minerva.core import parameters
from minerva.core.errors import InvalidRequest
from minerva.core.message import SYSTEM_ROLES, Message
from minerva.core.preset_tools import PresetTool, check_amount
from minerva.core.ranges import LEAST_CONTEXT, LEAST_KEPT, LEAST_THINKING, check_range
from minerva.core.request import Overflow, Thinking, merge_thinking
from minerva.core.sampling import SamplingOptions, merge

_PART = r"[a-z0-9_][a-z0-9_.-]*"
_NAME = re.compile(rf"(?:{_PART}/){{0,2}}{_PART}(?::[a-z0-9_.-]+)?", re.ASCII | re.IGNORECASE)
_DEVICE = re.compile(r"(?:aux|con|nul|prn|com[0-9]|lpt[0-9])(?:\..*)?", re.ASCII | re.IGNORECASE)
"""What Windows takes for a device, in whatever folder and with whatever suffix."""
_MOST_CHARACTERS = 128
_LATEST = ":latest"


class Preset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a request under the name `name` gets where it says nothing itself.

    `model` is the full name of a model's file. `system` is for conversations without a system message; `messages`
    stand at the beginning of every conversation. `template` is a chat template in Jinja that holds instead of the
    model's own; empty leaves it that. `tools` are for requests that bring none. `sampling` goes before what the model's
    file says. `stop`, `max_tokens`, `context_length`, `overflow`, `keep_tokens` and `thinking` are as in
    `core.request`. `license` is for people to read. `modified_s` is when it was saved, in seconds since the epoch.
    """

    name: str
    model: str
    system: str = ""
    messages: tuple[Message, ...] = ()
    template: str = ""
    tools: tuple[PresetTool, ...] = ()
    sampling: SamplingOptions = SamplingOptions()
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    context_length: int | None = None
    overflow: Overflow | None = None
    keep_tokens: int | None = None
    thinking: Thinking = Thinking()
    license: str = ""
    modified_s: float = 0.0


class ModelDefaults(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every request for a model gets where neither it nor its preset says anything.

    `model` is the full name of a model's file. The other fields are as in `Preset`.
    """

    model: str
    system: str = ""
    sampling: SamplingOptions = SamplingOptions()
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    context_length: int | None = None
    overflow: Overflow | None = None
    keep_tokens: int | None = None
    thinking: Thinking = Thinking()
    modified_s: float = 0.0


_SHARED = frozenset(ModelDefaults.__struct_fields__) & frozenset(Preset.__struct_fields__) - {"model", "modified_s"}


def plain_name(name: str) -> str:
    """Return `name` without `:latest`, in any case, which is no part of a name."""
    name = name.strip()
    return name[: -len(_LATEST)] if name.lower().endswith(_LATEST) else name


def name_key(name: str) -> str:
    """Return what tells names apart: case does not."""
    return plain_name(name).lower()


def is_name(name: str) -> bool:
    """Whether `name` can be that of a preset. Such a name, quoted, is a file name on every platform."""
    return len(name) <= _MOST_CHARACTERS and _NAME.fullmatch(name) is not None and _DEVICE.fullmatch(name) is None


def check_preset(preset: Preset) -> None:
    """Raise `InvalidRequest`, whose `param` is a field of `preset`, if its name or a parameter cannot be."""
    if not is_name(preset.name):
        raise InvalidRequest(
            f"{preset.name[:_MOST_CHARACTERS]!r} cannot be the name of a preset: it must be up to {_MOST_CHARACTERS} "
            "letters, digits and `_.-`, with up to two `/` before it and `:TAG` behind it, and no device of Windows, "
            "as `con` and `nul` are.",
            "name",
        )
    check_amount(preset.tools)
    check_defaults(preset)


def check_defaults(said: Preset | ModelDefaults) -> None:
    """Raise `InvalidRequest`, whose `param` is a field of `said`, if a parameter cannot be."""
    for field in SamplingOptions.__struct_fields__:
        parameters.check(field, getattr(said.sampling, field), f"sampling.{field}")
    parameters.check("stop", said.stop)
    parameters.check("max_tokens", said.max_tokens)
    check_range(said.context_length, "context_length", LEAST_CONTEXT)
    check_range(said.keep_tokens, "keep_tokens", LEAST_KEPT)
    check_range(said.thinking.budget_tokens, "thinking.budget_tokens", LEAST_THINKING)


def without(preset: Preset, fields: Collection[str]) -> Preset:
    """Return `preset` as if it had never said anything of `fields`, be they its own or those of its `sampling`."""
    said = {name: value for name, value in _items(preset) if name not in fields}
    sampling = {name: value for name, value in _items(preset.sampling) if name not in fields}
    return Preset(**{**said, "sampling": SamplingOptions(**sampling)})


def _items(struct: msgspec.Struct) -> list[tuple[str, Any]]:
    return [(name, getattr(struct, name)) for name in struct.__struct_fields__]


def inherit(child: Preset, parent: Preset) -> Preset:
    """Return `child` of the model of `parent`, with whatever of `parent` it does not say itself."""
    return msgspec.structs.replace(
        child,
        model=parent.model,
        system=child.system or parent.system,
        messages=child.messages or parent.messages,
        template=child.template or parent.template,
        tools=child.tools or parent.tools,
        sampling=merge(child.sampling, parent.sampling),
        stop=child.stop or parent.stop,
        max_tokens=parent.max_tokens if child.max_tokens is None else child.max_tokens,
        context_length=parent.context_length if child.context_length is None else child.context_length,
        overflow=child.overflow or parent.overflow,
        keep_tokens=parent.keep_tokens if child.keep_tokens is None else child.keep_tokens,
        thinking=merge_thinking(child.thinking, parent.thinking),
        license=child.license or parent.license,
    )


def with_defaults(preset: Preset | None, defaults: ModelDefaults | None) -> Preset | None:
    """Return `preset`, of the same model, with whatever of `defaults` it does not say itself.

    Without one it is a preset that has the model's own name. A preset whose messages begin with a system prompt has
    one.
    """
    if defaults is None:
        return preset
    said: dict[str, Any] = {name: value for name, value in _items(defaults) if name in _SHARED}
    child = preset or Preset(name=defaults.model, model=defaults.model)
    if any(message.role in SYSTEM_ROLES for message in child.messages):
        said["system"] = ""
    return inherit(child, Preset(name=defaults.model, model=defaults.model, **said))
