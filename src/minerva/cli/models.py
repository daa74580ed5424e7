"""`minerva list`, `show`, `ps` and `stop`: what the server says of its models, as tables or JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from minerva.cli.client import NATIVE, model_path
from minerva.cli.connect import connect
from minerva.cli.terminal import format_count, note, say, say_facts, say_json, say_table
from minerva.core.model import InvalidFile, MemoryPlan, ModelFile, ModelSpec, Tuning
from minerva.core.preset import ModelDefaults, Preset
from minerva.core.units import format_duration, format_size

JsonObject = dict[str, object]


class _Models(msgspec.Struct):
    models: list[ModelFile]
    invalid: list[InvalidFile]
    folders: list[str]


class _Details(msgspec.Struct):
    model: ModelFile
    preset: Preset | None
    defaults: ModelDefaults | None
    chat_template: str | None
    plan: ModelSpec | None
    problem: str | None


class _Running(msgspec.Struct):
    name: str
    state: str
    progress: float
    running: int
    waiting: int
    expires_s: float | None
    memory_bytes: int
    context_length: int
    device: str
    threads: int
    tuned: list[str]


class _RunningModels(msgspec.Struct):
    models: list[_Running]


class _Stopped(msgspec.Struct):
    model: str


def list_models(url: str | None, config: Path | None, *, as_json: bool) -> None:
    """Print the models on disk. Files that cannot be used are counted on standard error."""
    client = connect(url, config)
    if as_json:
        say_json(client.get(f"{NATIVE}/models", JsonObject))
        return
    found = client.get(f"{NATIVE}/models", _Models)
    if found.models:
        headings = ("NAME", "KIND", "QUANT", "PARAMS", "CONTEXT", "SIZE", "MODIFIED")
        say_table(headings, map(_list_row, found.models), right=("PARAMS", "CONTEXT", "SIZE"))
    if all(model.shipped or model.preset_of for model in found.models):
        note(f"There are no models in {', '.join(found.folders)}. Put *.gguf files there.")
    for file in found.invalid:
        note(f"{file.path} cannot be used: {file.reason}")


def show_model(name: str, url: str | None, config: Path | None, *, as_json: bool) -> None:
    """Print what is known of one model."""
    client = connect(url, config)
    if as_json:
        say_json(client.get(model_path(name), JsonObject))
    else:
        say_facts(_facts(client.get(model_path(name), _Details)))


def list_loaded(url: str | None, config: Path | None, *, as_json: bool) -> None:
    """Print the models in memory."""
    client = connect(url, config)
    if as_json:
        say_json(client.get(f"{NATIVE}/ps", JsonObject))
        return
    models = client.get(f"{NATIVE}/ps", _RunningModels).models
    if not models:
        note("No model is loaded.")
        return
    headings = ("NAME", "STATE", "MEMORY", "CONTEXT", "DEVICE", "THREADS", "RUNNING", "WAITING", "UNLOADED IN")
    say_table(headings, map(_ps_row, models), right=("MEMORY", "CONTEXT", "THREADS", "RUNNING", "WAITING"))


def stop_model(name: str, url: str | None, config: Path | None) -> None:
    """Have a model unloaded, and wait until it is."""
    say(f"{connect(url, config).post(f'{NATIVE}/stop', {'model': name}, _Stopped, patient=True).model} is stopped.")


def _list_row(model: ModelFile) -> tuple[str, ...]:
    modified = datetime.fromtimestamp(model.modified_s, UTC).astimezone()
    return (
        model.name,
        "preset" if model.preset_of else model.kind,
        model.quantisation,
        format_count(model.parameters),
        str(model.context_length or ""),
        format_size(model.size_bytes),
        f"{modified:%Y-%m-%d %H:%M}",
    )


def _ps_row(model: _Running) -> tuple[str, ...]:
    return (
        model.name,
        f"loading {model.progress:.0%}" if model.state == "loading" else model.state,
        format_size(model.memory_bytes),
        str(model.context_length),
        model.device,
        f"{model.threads}{' tuned' if 'threads' in model.tuned else ''}" if model.threads else "",
        str(model.running),
        str(model.waiting),
        "" if model.expires_s is None else format_duration(round(model.expires_s)),
    )


def _facts(details: _Details) -> list[tuple[str, str]]:
    model, shape = details.model, details.model.shape
    facts = [
        ("name", model.name),
        ("title", model.title),
        ("origin", "ships with Minerva" if model.shipped else ""),
        ("kind", model.kind),
        ("can be asked for", ", ".join(model.capabilities)),
        *_preset_facts(details.preset),
        *_defaults_facts(details.defaults),
        ("files", "\n".join(model.paths)),
    ]
    if shape:
        kv_heads = map(str, sorted({min(shape.kv_heads, default=0), max(shape.kv_heads, default=0)}))
        facts += [
            ("architecture", shape.architecture),
            ("trained context", f"{shape.context_length} tokens"),
            ("vocabulary", f"{shape.vocabulary} tokens"),
            ("layers", f"{shape.layers} of {shape.embedding} values"),
            ("heads", f"{shape.heads}, for keys and values {' to '.join(kv_heads)}"),
            ("experts", str(shape.experts or "")),
        ]
    facts += [
        ("parameters", format_count(model.parameters)),
        ("quantisation", model.quantisation),
        ("size", format_size(model.size_bytes)),
        *_plan_facts(details),
        ("template", details.chat_template or "none: a default one is used"),
    ]
    return [(name, value) for name, value in facts if value]


def _preset_facts(preset: Preset | None) -> list[tuple[str, str]]:
    if preset is None:
        return []
    return [
        ("preset of", preset.model),
        ("system prompt", preset.system),
        ("messages", "\n".join(f"{message.role}: {message.content}" for message in preset.messages)),
        ("tools", "\n".join(tool.function.name for tool in preset.tools)),
        ("preset's values", _values(preset)),
        ("license", preset.license),
    ]


def _defaults_facts(defaults: ModelDefaults | None) -> list[tuple[str, str]]:
    if defaults is None:
        return []
    return [("default system prompt", defaults.system), ("default values", _values(defaults))]


def _values(said: Preset | ModelDefaults) -> str:
    """Return the parameters, a line each."""
    values = msgspec.to_builtins(said.sampling)
    for name in ("max_tokens", "context_length", "overflow", "keep_tokens"):
        values[name] = getattr(said, name)
    values["stop"] = ", ".join(map(repr, said.stop))
    values |= {f"thinking.{name}": value for name, value in msgspec.to_builtins(said.thinking).items()}
    return "\n".join(f"{name} {value}" for name, value in values.items() if value not in (None, ""))


def _plan_facts(details: _Details) -> list[tuple[str, str]]:
    plan = details.plan
    if plan is None:
        return [("would load", details.problem or "no")]
    layers = f", {plan.gpu_layers} layers on the GPU" if plan.gpu_layers else ""
    return [
        ("memory needed", _memory_text(plan.memory)),
        ("would load", f"with a context of {plan.context_length} tokens, room for {plan.kv_cells} in all{layers}"),
        ("tuned", _tuned_text(plan.tuning)),
        ("reduced", "\n".join(plan.notes)),
    ]


def _tuned_text(tuning: Tuning | None) -> str:
    """Return what `minerva bench --tune` decides of a load."""
    return "" if tuning is None else ", ".join(f"{name} {value}" for name, value in tuning.values().items())


def _memory_text(memory: MemoryPlan) -> str:
    parts = {
        "weights": memory.weights_bytes,
        "KV cache": memory.kv_bytes,
        "computing": memory.compute_bytes,
        "overhead": memory.overhead_bytes,
    }
    shares = ", ".join(f"{name} {format_size(size)}" for name, size in parts.items() if size)
    return f"{format_size(memory.total_bytes)} ({shares})"
