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

    def __init__(
        self,
        folders: Sequence[Path],
        default: str | None = None,
        cache_path: Path | None = None,
        shipped: Path | None = None,
    ) -> None:
        """Look below `folders`, and at the model that is `shipped` with Minerva.

        A request that names no model gets `default`; without one, the shipped model, whatever else there is.
        """
        self.folders = tuple(folders)
        self._default = default
        self._cache_path = cache_path
        self._shipped = shipped
        self._lock = threading.Lock()
        self._last = ScanResult()
        self._scanned_s: float | None = None

    def list(self) -> ScanResult:
        """Return what is on disk, at most a second old."""
        with self._lock:
            if self._scanned_s is None or monotonic() - self._scanned_s > _FRESH_S:
                self._last = scan(self.folders, self._cache_path, self._shipped)
                self._scanned_s = monotonic()
            return self._last

    def find(self, name: str | None) -> ModelFile:
        """Return the model that `name` means, see `models.name.find`; `None` means the default one.

        Raises:
            ModelNotFound: There is none of that name, or no model at all.
            AmbiguousModelName: There are several.
            InvalidModelFile: There is one, and its file cannot be used.
            InvalidRequest: No name was given, no default is set, and the shipped model is not there.
        """
        wanted = name or self._default
        if known := self._known(wanted):
            return known
        result = self.list()
        if wanted is None:
            return self._find_shipped(result)
        models = _usable(result)
        try:
            return find(wanted, models)
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
