"""Models as the Ollama API shows them. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import UNSET

from minerva.chat.reasoning import find_marks
from minerva.core.model import ModelFile
from minerva.core.preset import ModelDefaults, Preset, with_defaults
from minerva.core.request import FOREVER
from minerva.models.gguf import Array, Header, LongText, Value
from minerva.models.listing import preset_entry
from minerva.server.ollama.creation import message_texts, parameter_texts
from minerva.server.ollama.model_answers import (
    Capability,
    OllamaDetails,
    OllamaModel,
    OllamaModelAnswer,
    OllamaRunningModel,
    OllamaShownMessage,
    OllamaTensor,
)
from minerva.server.ollama.modelfile import write_modelfile
from minerva.workers.pool import Loaded

Parameters = tuple[tuple[str, str], ...]
"""Names and values of parameters, as a Modelfile has them."""

_TEMPLATE = "tokenizer.chat_template"
_FOR_EVER_S = 100 * 365 * 24 * 3600
"""Clients show as "forever" what is more than some decades away."""
_SHORT_ARRAY = 5
_TOOLS = re.compile(r"\btools\b")
_PARAMETERS = {
    "temp": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "min_p": "min_p",
    "penalty_last_n": "repeat_last_n",
    "penalty_repeat": "repeat_penalty",
    "mirostat": "mirostat",
    "mirostat_tau": "mirostat_tau",
    "mirostat_eta": "mirostat_eta",
}
"""Keys of `general.sampling` in a GGUF header, and the names of this API."""


def tagged(name: str) -> str:
    """Return `name` with a tag, which names in this API never lack."""
    return name if ":" in name else f"{name}:latest"


def listed(file: ModelFile) -> OllamaModel:
    """Return a model on disk."""
    name = tagged(file.name)
    return OllamaModel(name, name, _modified_at(file), file.size_bytes, _digest(file), _details(file))


def running(loaded: Loaded, file: ModelFile | None, now: datetime) -> OllamaRunningModel:
    """Return a model in memory; `file` is `None` if it is gone from the disk since."""
    name = tagged(loaded.model.name)
    known = file or ModelFile(name=loaded.model.name, paths=(), kind="model", size_bytes=0, modified_s=0)
    return OllamaRunningModel(
        name=name,
        model=name,
        size=loaded.model.memory.total_bytes,
        digest=_digest(known),
        details=_details(known),
        expires_at=_expires_at(loaded, now),
        size_vram=loaded.model.memory.device_bytes,
        context_length=loaded.model.context_length,
    )


def shown(
    file: ModelFile, header: Header, preset: Preset | None, defaults: ModelDefaults | None = None, *, verbose: bool
) -> OllamaModelAnswer:
    """Return all about a model on disk, or about a `preset` of it; the model's `defaults` hold beneath either."""
    tensors = [OllamaTensor(one.name, one.type.name, list(one.shape)) for one in header.tensors]
    entry = file if preset is None else preset_entry(preset, file)
    said = with_defaults(preset, defaults) or Preset(name="", model="")
    template, parameters = header.text(_TEMPLATE) or "", _parameters(header, said)
    messages = [OllamaShownMessage(role, text) for role, text in message_texts(said.messages)]
    return OllamaModelAnswer(
        modelfile=_modelfile(file, template, parameters) if preset is None else _preset_modelfile(preset, template),
        parameters="\n".join(f"{name:<30} {_shown_value(name, value)}" for name, value in parameters),
        template=template,
        details=_details(entry),
        model_info=_model_info(file, header, verbose=verbose),
        capabilities=_capabilities(file, template),
        modified_at=_modified_at(entry),
        license=said.license or header.text("general.license") or UNSET,
        system=said.system or UNSET,
        messages=messages or UNSET,
        tensors=tensors if verbose else UNSET,
    )


def count_text(count: int) -> str:
    """Return a number of parameters for people to read: `7B`, `7.2B`, `134.52M`, `260K`."""
    for unit, letter, digits in ((10**9, "B", 1), (10**6, "M", 2)):
        if count >= unit:
            return f"{count / unit:.{0 if count % unit == 0 else digits}f}{letter}"
    return f"{count / 1000:.0f}K" if count >= 1000 else str(count)


def _details(file: ModelFile) -> OllamaDetails:
    family = file.shape.architecture if file.shape is not None else ""
    return OllamaDetails(
        parent_model=file.preset_of or "",
        format="gguf",
        family=family,
        families=[family] if family else [],
        parameter_size=count_text(file.parameters),
        quantization_level=file.quantisation,
    )


def _digest(file: ModelFile) -> str:
    """Of what is at hand: to read gigabytes for a list would take minutes."""
    return hashlib.sha256(f"{file.name}\n{file.size_bytes}\n{file.modified_s!r}".encode()).hexdigest()


def _modified_at(file: ModelFile) -> datetime:
    return datetime.fromtimestamp(file.modified_s, UTC)


def _expires_at(loaded: Loaded, now: datetime) -> datetime:
    """A model that is being unloaded has expired; one that is used will be idle for its `keep_alive` first."""
    if loaded.state == "stopping":
        return now - timedelta(seconds=1)
    left_s = loaded.keep_alive_s if loaded.expires_s is None else loaded.expires_s
    return now + timedelta(seconds=_FOR_EVER_S if left_s == FOREVER else min(left_s, _FOR_EVER_S))


def _parameters(header: Header, preset: Preset) -> Parameters:
    """Return the parameters of `preset`, and before them those that the model's author stored in the file."""
    found = {name: header.metadata.get(f"general.sampling.{key}") for key, name in _PARAMETERS.items()}
    own = parameter_texts(preset)
    names = {name for name, _ in own}
    stored = ((name, f"{value:g}") for name, value in found.items() if isinstance(value, int | float))
    return (*((name, value) for name, value in stored if name not in names), *own)


def _shown_value(name: str, value: str) -> str:
    """Texts are quoted, as other clients expect it of lists of words."""
    return json.dumps(value, ensure_ascii=False) if name == "stop" else value


def _modelfile(file: ModelFile, template: str, parameters: Parameters) -> str:
    comments = (
        "The file is used as it is; no Modelfile made it.",
        "To build a new Modelfile based on this, replace FROM with:",
        f"FROM {tagged(file.name)}",
        "",
    )
    return write_modelfile(file.paths[0], comments=comments, template=template, parameters=parameters)


def _preset_modelfile(preset: Preset, template: str) -> str:
    return write_modelfile(
        preset.model,
        comments=("A preset of the model that FROM names. To build a new one based on it:", f"FROM {preset.name}", ""),
        template=template,
        system=preset.system,
        parameters=parameter_texts(preset),
        messages=message_texts(preset.messages),
        license=preset.license,
    )


def _model_info(file: ModelFile, header: Header, *, verbose: bool) -> dict[str, Any]:
    info = {key: _plain(value, verbose=verbose) for key, value in header.metadata.items() if key != _TEMPLATE}
    return {**info, "general.parameter_count": file.parameters}


def _plain(value: Value, *, verbose: bool) -> Any:
    """An array is left empty unless it is short or asked for, and so is what was too long to be read."""
    match value:
        case Array():
            values = list(value.values or ())
            return values if verbose or len(values) <= _SHORT_ARRAY else []
        case LongText():
            return ""
        case _:
            return value


def _capabilities(file: ModelFile, template: str) -> list[Capability]:
    """What the model can be asked for. Of those that write text it is not said that they give embeddings too."""
    if "completion" not in file.capabilities:
        return list(file.capabilities)
    found: list[Capability] = ["completion"]
    if _TOOLS.search(template):
        found.append("tools")
    if find_marks(template) is not None:
        found.append("thinking")
    return found
