"""The models on this machine, as the rest of the program asks for them."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from minerva.core.errors import InvalidModelFile, InvalidRequest, ModelNotFound
from minerva.core.model import InvalidFile, ModelFile
from minerva.models.name import find
from minerva.models.scan import ScanResult, scan

_FRESH_S = 1.0
"""For so long a scan is taken as the truth: a burst of requests scans once."""

_KIND_WORDS = {
    "projector": "a projector, the part of another model that reads images",
    "adapter": "an adapter, to be applied to another model",
    "vocabulary": "a vocabulary without weights",
}


class Registry:
    """What is in the model folders. Its methods may block on the disk and may be called from any thread."""

    def __init__(self, folders: Sequence[Path], default: str | None = None, cache_path: Path | None = None) -> None:
        """Look below `folders`; `default` is the model of a request that names none."""
        self.folders = tuple(folders)
        self._default = default
        self._cache_path = cache_path
        self._lock = threading.Lock()
        self._last = ScanResult()
        self._scanned_s: float | None = None

    def list(self) -> ScanResult:
        """Return what is on disk, at most a second old."""
        with self._lock:
            if self._scanned_s is None or monotonic() - self._scanned_s > _FRESH_S:
                self._last = scan(self.folders, self._cache_path)
                self._scanned_s = monotonic()
            return self._last

    def find(self, name: str | None) -> ModelFile:
        """Return the model that `name` means, see `models.name.find`; `None` means the default, or the only model.

        Raises:
            ModelNotFound: There is none of that name.
            AmbiguousModelName: There are several.
            InvalidModelFile: There is one, and its file cannot be used.
            InvalidRequest: No name was given and there are several models.
        """
        if known := self._known(name or self._default):
            return known
        result = self.list()
        models = [model for model in result.models if model.kind == "model"]
        wanted = name or self._default
        if wanted is None:
            return self._only(models)
        try:
            return find(wanted, models)
        except ModelNotFound as error:
            self._explain(wanted, result)
            raise error

    def _known(self, name: str | None) -> ModelFile | None:
        """Return the model of exactly this name, if the last scan found it and its files are as they were.

        So the common request looks at one file, and not through all folders.
        """
        model = next((model for model in self._last.models if model.name == name and model.kind == "model"), None)
        return model if model and _is_unchanged(model) else None

    def _only(self, models: Sequence[ModelFile]) -> ModelFile:
        if len(models) == 1:
            return models[0]
        if not models:
            places = ", ".join(str(folder) for folder in self.folders) or "no folder"
            raise ModelNotFound(f"There is no model on this machine. Put a GGUF file into {places}.", "")
        names = ", ".join(model.name for model in models[:8])
        raise InvalidRequest(
            f"`model` is missing and there are {len(models)} models: name one ({names}), or set a default model.",
            "model",
        )

    def _explain(self, name: str, result: ScanResult) -> None:
        """Raise a better error than "not found" if `name` is that of a file that holds no usable model."""
        word = Path(name).name.lower().removesuffix(".gguf")
        for model in result.models:
            if model.kind != "model" and word in {model.name.lower(), Path(model.paths[0]).stem.lower()}:
                raise ModelNotFound(f"{name!r} is {_KIND_WORDS[model.kind]}, and cannot generate by itself.", name)
        fault: InvalidFile | None = next(
            (fault for fault in result.invalid if Path(fault.path).stem.lower() == word), None
        )
        if fault is not None:
            raise InvalidModelFile(f"{fault.path} is there, but {fault.reason}.", fault.path)


def _is_unchanged(model: ModelFile) -> bool:
    try:
        states = [os.stat(path) for path in model.paths]  # noqa: PTH116 - they are texts
    except OSError:
        return False
    size, modified_s = sum(state.st_size for state in states), max(state.st_mtime_ns for state in states) / 1e9
    return (size, modified_s) == (model.size_bytes, model.modified_s)
