"""Presets, and what models are asked with by themselves, as files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from minerva.core.preset import ModelDefaults, Preset, check_defaults, check_preset, is_name, name_key
from minerva.models.kept_files import KeptFiles, Kind

_LONGEST = 200
"""Bytes of a file's name: file systems take 255."""


class PresetFiles(KeptFiles[Preset]):
    """The presets in a folder. What `KeptFiles` calls a name is that of a preset."""

    def __init__(self, folder: Path | None, check: Callable[[Preset], None] = check_preset) -> None:
        """As `KeptFiles`. `check` raises `InvalidRequest` for what is not to be used."""
        super().__init__(folder, Kind(Preset, "preset", "presets", lambda preset: preset.name, _preset_key, check))


class DefaultsFiles(KeptFiles[ModelDefaults]):
    """The defaults in a folder. What `KeptFiles` calls a name is the full name of a model's file."""

    def __init__(self, folder: Path | None) -> None:
        """As `KeptFiles`."""
        kind = Kind(ModelDefaults, "set of defaults", "defaults", lambda kept: kept.model, _model_key, check_defaults)
        super().__init__(folder, kind)


def _preset_key(name: str) -> str | None:
    return name_key(name) if is_name(name) else None


def _model_key(name: str) -> str:
    """A model may have any name that a file can have, also one that is too long with what `quote` adds to it."""
    key = name_key(name)
    if key.isprintable() and len(quote(key, safe="")) <= _LONGEST:
        return key
    return hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
