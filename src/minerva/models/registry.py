"""The models on this machine, as the rest of the program asks for them."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import msgspec

from minerva.core.errors import InvalidModelFile, InvalidRequest, ModelNotFound
from minerva.core.model import InvalidFile, ModelFile
from minerva.core.preset import ModelDefaults, Preset, name_key, with_defaults
from minerva.models.listing import preset_entry, with_presets
from minerva.models.name import find, find_exactly
from minerva.models.preset_files import DefaultsFiles, PresetFiles
from minerva.models.scan import ScanResult, scan

_FRESH_S = 1.0
"""For so long a scan is taken as the truth: a burst of requests scans once."""

_KIND_WORDS = {
    "projector": "a projector, the part of another model that reads images",
    "adapter": "an adapter, to be applied to another model",
    "vocabulary": "a vocabulary without weights",
}


class Registry:
    """What is in the model folders, and the presets. Its methods may block on the disk and be called from any thread.

    A name is first looked for among the presets: no file that comes changes what a preset answers.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        default: str | None = None,
        cache_path: Path | None = None,
        shipped: Path | None = None,
        presets: PresetFiles | None = None,
        defaults: DefaultsFiles | None = None,
    ) -> None:
        """Look below `folders`, at the model that is `shipped` with Minerva, at `presets` and at models' `defaults`.

        A request that names no model gets `default`; without one, the shipped model, whatever else there is.
        """
        self.folders = tuple(folders)
        self._default = default
        self._cache_path = cache_path
        self._shipped = shipped
        self._presets = presets or PresetFiles(None)
        self._defaults = defaults or DefaultsFiles(None)
        self._lock = threading.Lock()
        self._last = ScanResult()
        self._scanned_s: float | None = None

    def list(self) -> ScanResult:
        """Return the files on disk, at most a second old, and the presets; see `models.listing.with_presets`.

        Among what cannot be used are defaults too, and those of a model that is not there.
        """
        presets, invalid = self._presets.list()
        return with_presets(self._scan(), presets, [*invalid, *self._lost_defaults()])

    def forget(self) -> None:
        """Look at the disk anew, as files have changed."""
        with self._lock:
            self._scanned_s = None

    def find(self, name: str | None) -> ModelFile:
        """Return the file that `name` means, for a preset that of its model; see `resolve`."""
        return self.resolve(name)[0]

    def entry(self, name: str | None) -> ModelFile:
        """Return what `name` means as `list` has it. Raises as `resolve` does."""
        file, preset = self.resolve(name)
        return file if preset is None else preset_entry(preset, file)

    def resolve(self, name: str | None) -> tuple[ModelFile, Preset | None]:
        """Return the file that `name` means, see `models.name.find`, and the preset, if it means one.

        `None` means the default model.

        Raises:
            ModelNotFound: There is none of that name, or no model at all.
            AmbiguousModelName: There are several.
            InvalidModelFile: There is one, and its file cannot be used.
            InvalidRequest: No name was given, no default is set, and the shipped model is not there.
        """
        wanted = name or self._default
        preset = self._presets.get(wanted) if wanted else None
        if preset is None:
            return self._find_file(wanted), None
        return self._find_model_of(preset), preset

    def asked(self, name: str | None) -> tuple[ModelFile, Preset | None]:
        """Return what `resolve` does, the preset with the defaults of its model beneath it.

        A model with defaults and no preset is a preset of its own name. Raises as `resolve` does, and
        `InvalidModelFile` for defaults that cannot be used.
        """
        file, preset = self.resolve(name)
        return file, with_defaults(preset, self.defaults(file))

    def defaults(self, file: ModelFile) -> ModelDefaults | None:
        """Return the defaults of the model in `file`. Raises `InvalidModelFile` for some that cannot be used."""
        kept = self._defaults.get(file.name)
        # Whoever wrote the file may have spelled the name otherwise.
        return kept and msgspec.structs.replace(kept, model=file.name)

    def find_exactly(self, name: str) -> ModelFile | None:
        """Return the file whose full name is `name`, be it that of a preset too."""
        return find_exactly(name, self._scan().models)

    def _scan(self) -> ScanResult:
        with self._lock:
            if self._scanned_s is None or monotonic() - self._scanned_s > _FRESH_S:
                self._last = scan(self.folders, self._cache_path, self._shipped)
                self._scanned_s = monotonic()
            return self._last

    def _lost_defaults(self) -> tuple[InvalidFile, ...]:
        """Return defaults that cannot be used, and those of a model that is gone or has another name by now."""
        kept, invalid = self._defaults.list()
        names = {name_key(model.name) for model in _usable(self._scan())}
        lost = (one.model for one in kept if name_key(one.model) not in names)
        return (*invalid, *(InvalidFile(name, "it has defaults, and there is no model of this name") for name in lost))

    def _find_model_of(self, preset: Preset) -> ModelFile:
        """Return the file of its model, by its full name: a name that looks like it may be another model's."""
        if known := self._known(preset.model) or find_exactly(preset.model, _usable(self._scan())):
            return known
        key = name_key(preset.model)
        others = [model.name for model in _usable(self._scan()) if name_key(model.name).endswith(f"/{key}")]
        now = f"; its file may be one of {', '.join(others)} now, if others of that name came" if others else ""
        raise ModelNotFound(
            f"{preset.name!r} is a preset of {preset.model!r}, which is not here{now}. Put its file back, or make the "
            "preset again, or delete it.",
            preset.name,
        )

    def _find_file(self, wanted: str | None) -> ModelFile:
        if known := self._known(wanted):
            return known
        result = self._scan()
        if wanted is None:
            return self._find_shipped(result)
        presets, _ = self._presets.list()
        try:
            return find(wanted, _usable(result), [preset.name for preset in presets])
        except ModelNotFound as error:
            self._explain(wanted, result)
            raise error

    def _known(self, name: str | None) -> ModelFile | None:
        """Return the model of exactly this name, or the shipped one, if the last scan found it and it is unchanged.

        So the common request looks at one file, and not through all folders. `:latest` is no part of a name here
        either.
        """
        name = name and name.removesuffix(":latest")
        models = _usable(self._last)
        model = next((model for model in models if (model.shipped if name is None else model.name == name)), None)
        return model if model and _is_unchanged(model) else None

    def _find_shipped(self, result: ScanResult) -> ModelFile:
        """Return the shipped model; no other stands in for it, so that no file that comes or goes changes answers."""
        models = _usable(result)
        if shipped := next((model for model in models if model.shipped), None):
            return shipped
        if fault := next((fault for fault in result.invalid if fault.path == str(self._shipped)), None):
            raise _invalid(fault)
        if not models:
            places = ", ".join(str(folder) for folder in self.folders) or "no folder"
            raise ModelNotFound(f"There is no model on this machine. Put a GGUF file into {places}.", "")
        names = ", ".join(model.name for model in models[:8])
        raise InvalidRequest(
            f"`model` is missing and there is no default model: name one ({names}), or set `models.default`.", "model"
        )

    def _explain(self, name: str, result: ScanResult) -> None:
        """Raise a better error than "not found" if `name` is that of a file that holds no usable model."""
        word = Path(name).name.lower().removesuffix(":latest").removesuffix(".gguf")
        for model in result.models:
            if model.kind != "model" and word in {model.name.lower(), Path(model.paths[0]).stem.lower()}:
                raise ModelNotFound(f"{name!r} is {_KIND_WORDS[model.kind]}, and cannot generate by itself.", name)
        fault: InvalidFile | None = next(
            (fault for fault in result.invalid if Path(fault.path).stem.lower() == word), None
        )
        if fault is not None:
            raise _invalid(fault)


def _usable(result: ScanResult) -> list[ModelFile]:
    """Return what can answer by itself."""
    return [model for model in result.models if model.kind == "model"]


def _invalid(fault: InvalidFile) -> InvalidModelFile:
    return InvalidModelFile(f"{fault.path} is there, but {fault.reason}.", fault.path)


def _is_unchanged(model: ModelFile) -> bool:
    try:
        states = [os.stat(path) for path in model.paths]  # noqa: PTH116 - they are texts
    except OSError:
        return False
    size, modified_s = sum(state.st_size for state in states), max(state.st_mtime_ns for state in states) / 1e9
    return (size, modified_s) == (model.size_bytes, model.modified_s)
