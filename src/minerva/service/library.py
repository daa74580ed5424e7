"""The use cases that change which models there are: save a preset, copy one, delete."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from minerva.chat.template import render
from minerva.core.errors import (
    Forbidden,
    InvalidModelFile,
    InvalidRequest,
    MinervaError,
    ModelNotFound,
    ModelNotLoaded,
    StorageFailed,
)
from minerva.core.message import Message
from minerva.core.model import InvalidFile, ModelFile
from minerva.core.preset import Preset, inherit, name_key, plain_name, without
from minerva.models.preset_files import DefaultsFiles, PresetFiles
from minerva.models.registry import Registry
from minerva.service.catalog import Catalog
from minerva.service.window import check_trained


class Library:
    """Presets are saved, copied and deleted; of files only those in Minerva's own folder are deleted, none is changed.

    All methods raise `StorageFailed` for what the disk refuses.
    """

    def __init__(
        self,
        registry: Registry,
        presets: PresetFiles,
        defaults: DefaultsFiles,
        catalog: Catalog,
        own_folder: Path | None,
    ) -> None:
        """`own_folder` is where model files may be deleted, and their `defaults` with them; `None`: nowhere."""
        self._registry = registry
        self._presets = presets
        self._defaults = defaults
        self._catalog = catalog
        self._own_folder = own_folder

    async def presets(self) -> tuple[list[Preset], list[InvalidFile]]:
        """Return all presets by name, and the files that are none with the reason."""
        return await asyncio.to_thread(self._presets.list)

    async def preset(self, name: str) -> Preset:
        """Return the preset `name`. Raises `ModelNotFound`, and `InvalidModelFile` if its file cannot be used."""
        preset = await asyncio.to_thread(self._presets.get, name)
        if preset is None:
            raise _no_preset(name)
        return preset

    async def delete_preset(self, name: str, revision: int | None) -> None:
        """Forget preset `name`. Raises `ModelNotFound`, and `RevisionConflict` if it is not at `revision` any more."""
        if not await asyncio.to_thread(self._presets.delete, name, revision):
            raise _no_preset(name)

    async def save(self, preset: Preset, reset: Collection[str] = (), revision: int | None = None) -> Preset:
        """Keep `preset`, instead of one of its name, and return it as it is kept.

        Its `model` may also be another preset, which it takes over where it says nothing itself; not in the fields
        `reset`, which are those of `Preset` and its `sampling`. `revision` is as in `PresetFiles.save`.
        Raises what finding that raises, and `InvalidRequest` for a name that a file has, for a template that fails,
        and for a context that the model was not trained for; its `param` is a field of `Preset`. Raises
        `RevisionConflict`.
        """
        await self._check_name(preset.name, "name")
        file, parent = await asyncio.to_thread(self._registry.resolve, preset.model)
        template = preset.template
        if template and template == await self._catalog.chat_template(preset.model):
            # What is shown of a model may be sent back as it is.
            template = ""
        await asyncio.to_thread(_check_template, template)
        preset = msgspec.structs.replace(preset, model=file.name, template=template, modified_s=time.time())
        preset = preset if parent is None else inherit(preset, without(parent, reset))
        check_trained(preset.context_length, file)
        await asyncio.to_thread(self._presets.save, preset, revision)
        return preset

    async def copy(self, source: str, destination: str) -> None:
        """Make `destination` another name for the preset `source`; for a file it is a preset that adds nothing.

        Raises what finding `source` raises, and `InvalidRequest` for a `destination` that cannot be a preset's name.
        """
        await self._check_name(destination, "destination")
        file, preset = await asyncio.to_thread(self._registry.resolve, source)
        preset = preset or Preset(name="", model=file.name)
        copy = msgspec.structs.replace(preset, name=plain_name(destination), modified_s=time.time())
        await asyncio.to_thread(self._presets.save, copy)

    async def delete(self, name: str) -> None:
        """Forget preset `name`, or delete the files of the model of that full name, which is unloaded first.

        Raises `ModelNotFound`, and `Forbidden` for files that are not Minerva's to delete.
        """
        if await asyncio.to_thread(self._presets.delete, name):
            return
        file = await asyncio.to_thread(self._registry.find_exactly, name)
        if file is None:
            raise await self._not_found(name)
        await asyncio.to_thread(self._check_deletable, file)
        if file.kind == "model":
            with suppress(ModelNotLoaded):
                await self._catalog.stop(file.name)
        try:
            await asyncio.to_thread(_unlink, file)
            # Another file that comes under its name is another model.
            await asyncio.to_thread(self._defaults.delete, file.name)
        finally:
            self._registry.forget()

    async def _check_name(self, name: str, field: str) -> None:
        if (file := await asyncio.to_thread(self._registry.find_exactly, name)) is not None:
            raise InvalidRequest(f"{name!r} is the name of a file, {file.paths[0]}; choose another name.", field)

    async def _not_found(self, name: str) -> MinervaError:
        """Return why there is nothing to delete: to be deleted a model has to be called by its full name."""
        try:
            file = await asyncio.to_thread(self._registry.find, name)
        except MinervaError as error:
            return error
        return ModelNotFound(f"To delete {file.name!r}, call it by that name.", name)

    def _check_deletable(self, file: ModelFile) -> None:
        if file.shipped:
            raise Forbidden(f"{file.name!r} ships with Minerva and is not deleted.")
        if not all(self._is_own(Path(path)) for path in file.paths):
            own = "no files" if self._own_folder is None else f"files in {self._own_folder} only"
            raise Forbidden(f"Minerva deletes {own}; to delete {file.name!r}, delete {' and '.join(file.paths)}.")
        presets, _ = self._presets.list()
        if made := [preset.name for preset in presets if name_key(preset.model) == name_key(file.name)]:
            raise Forbidden(f"{file.name!r} is the model of {', '.join(map(repr, made))}; delete those first.")

    def _is_own(self, path: Path) -> bool:
        """Whether `path` lies in Minerva's own folder. Where it leads, if it is a link, does not matter."""
        return self._own_folder is not None and path.parent.resolve().is_relative_to(self._own_folder.resolve())


def _no_preset(name: str) -> ModelNotFound:
    return ModelNotFound(f"There is no preset {name[:200]!r}; GET presets lists them.", name)


def _check_template(template: str) -> None:
    """Try `template`, which may be empty, with the shortest conversation; it may refuse that, and take others."""
    if not template:
        return
    advice = "Leave it out to use the model's own; templates in the syntax of Go, as Ollama has them, do not work here."
    try:
        with suppress(InvalidRequest):
            render(template, (Message("user", "Hello"),), bos="", eos="", now=datetime.now(UTC).astimezone())
    except InvalidModelFile as error:
        why = str(error.__cause__ or error.message)
        raise InvalidRequest(f"`template` does not work as a Jinja template: {why}. {advice}", "template") from error
    if "messages" not in template:
        raise InvalidRequest(
            f"`template` does not write the `messages`, as a Jinja template would. {advice}", "template"
        )


def _unlink(file: ModelFile) -> None:
    for path in file.paths:
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(f"{path} cannot be deleted: {error.strerror or error}.") from error
