"""The answer shapes of what the Ollama API says of models themselves, as they are encoded."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

Capability = Literal["completion", "embedding", "rerank", "tools", "thinking"]


class OllamaDetails(msgspec.Struct, frozen=True):
    """What kind of model it is."""

    parent_model: str
    format: str
    family: str
    families: list[str]
    parameter_size: str
    quantization_level: str


class OllamaModel(msgspec.Struct, frozen=True):
    """A model on disk. `digest` tells one file from another by name, size and time; it is not of what is in it."""

    name: str
    model: str
    modified_at: datetime
    size: int
    digest: str
    details: OllamaDetails


class OllamaModels(msgspec.Struct, frozen=True):
    """The models that requests may name, the newest first."""

    models: list[OllamaModel]


class OllamaRunningModel(msgspec.Struct, frozen=True):
    """A model in memory; `size` and `size_vram` in bytes. One that is used would expire so long after now."""

    name: str
    model: str
    size: int
    digest: str
    details: OllamaDetails
    expires_at: datetime
    size_vram: int
    context_length: int


class OllamaRunningModels(msgspec.Struct, frozen=True):
    """The models in memory."""

    models: list[OllamaRunningModel]


class OllamaTensor(msgspec.Struct, frozen=True):
    """A tensor of the file."""

    name: str
    type: str
    shape: list[int]


class OllamaShownMessage(msgspec.Struct, frozen=True):
    """A message with which every conversation with a preset begins."""

    role: str
    content: str


class OllamaModelAnswer(msgspec.Struct, frozen=True):
    """All about a model. `template` is Jinja, as the file or a preset has it; `model_info` is the file's header."""

    modelfile: str
    parameters: str
    template: str
    details: OllamaDetails
    model_info: dict[str, Any]
    capabilities: list[Capability]
    modified_at: datetime
    license: str | UnsetType = UNSET
    system: str | UnsetType = UNSET
    messages: list[OllamaShownMessage] | UnsetType = UNSET
    tensors: list[OllamaTensor] | UnsetType = UNSET


class OllamaStatus(msgspec.Struct, frozen=True):
    """How far something is that takes long."""

    status: str


class OllamaVersion(msgspec.Struct, frozen=True):
    """`version` is that of the API, for clients choose by it what they ask for; `minerva` is the program's own."""

    version: str
    minerva: str
