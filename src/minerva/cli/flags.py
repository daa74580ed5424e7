"""Flags that set settings: from a command's arguments to what `settings` resolves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from minerva.settings.sources import Given

FLAGS = {
    "--host": "server.host",
    "--port": "server.port",
    "--api-key": "server.api_key",
    "--models": "models.folders",
    "--default-model": "models.default",
    "--keep-alive": "pool.keep_alive",
    "--max-loaded": "pool.max_loaded",
    "--memory-limit": "pool.memory_limit",
    "--context-length": "engine.context_length",
    "--max-sequences": "engine.max_sequences",
    "--gpu-layers": "engine.gpu_layers",
    "--threads": "engine.threads",
    "--overflow": "server.overflow",
    "--log-level": "log.level",
    "--log-format": "log.format",
}
"""Which setting a flag sets. Values are checked there, so that a flag takes what a variable takes."""

Value = str | Sequence[Path] | None


def given(values: Mapping[str, Value]) -> list[Given]:
    """Return the flags that were given, by the name they have on the command line; `None` and empty ones were not."""
    return [_given(flag, value) for flag, value in values.items() if value]


def _given(flag: str, value: str | Sequence[Path]) -> Given:
    if isinstance(value, str):
        return Given(FLAGS[flag], value, flag, is_text=True)
    return Given(FLAGS[flag], [str(folder) for folder in value], flag)
