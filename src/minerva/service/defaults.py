"""The use cases of what a model is asked with by itself: read, changed, forgotten."""

from __future__ import annotations

import asyncio
import time

import msgspec

from minerva.chat.reasoning import find_marks
from minerva.core.errors import InvalidRequest, ModelNotFound
from minerva.core.model import InvalidFile, ModelFile
from minerva.core.preset import ModelDefaults, name_key
from minerva.models.kept_files import revision_of
from minerva.models.preset_files import DefaultsFiles
from minerva.models.registry import Registry
from minerva.service.catalog import Catalog
from minerva.service.window import check_trained


class KeptDefaults(msgspec.Struct, frozen=True):
    """A model's defaults, and the revision that If-Match takes: another number for every other content, 0 for none."""

    defaults: ModelDefaults
    revision: int


class Defaults:
    """What models are asked with by themselves. A model is called by its full name.

    All methods raise `InvalidModelFile` for a file of defaults that cannot be used, and `StorageFailed`.
    """

    def __init__(self, registry: Registry, files: DefaultsFiles, catalog: Catalog) -> None:
        """Keep them in `files`."""
        self._registry = registry
        self._files = files
        self._catalog = catalog

    async def every(self) -> tuple[list[KeptDefaults], list[InvalidFile]]:
        """Return all that are kept, by model, and the files that cannot be used with the reason."""
        found, invalid = await asyncio.to_thread(self._files.list)
        return [KeptDefaults(kept, revision_of(kept)) for kept in found], invalid

    async def get(self, model: str) -> KeptDefaults:
        """Return those of `model`; of a model that has none, some that say nothing. Raises as `Registry.resolve`."""
        kept = await asyncio.to_thread(self._files.get, model)
        if kept is not None:
            return KeptDefaults(kept, revision_of(kept))
        return KeptDefaults(ModelDefaults(model=(await self._file(model)).name), 0)

    async def save(self, defaults: ModelDefaults, revision: int | None) -> KeptDefaults:
        """Keep `defaults` instead of those of its model, and return them as they are kept.

        Raises as `get`; `InvalidRequest`, whose `param` is a field of `defaults`; and `RevisionConflict` if they are
        not at `revision` any more; `None`: at any.
        """
        file = await self._file(defaults.model)
        check_trained(defaults.context_length, file)
        await self._check_thinking(defaults)
        kept = msgspec.structs.replace(defaults, model=file.name, modified_s=time.time())
        await asyncio.to_thread(self._files.save, kept, revision)
        return KeptDefaults(kept, revision_of(kept))

    async def delete(self, model: str, revision: int | None) -> None:
        """Forget those of `model`, be it here or not. Raises `ModelNotFound` if there are none, `RevisionConflict`."""
        if not await asyncio.to_thread(self._files.delete, model, revision):
            raise ModelNotFound(f"No defaults are kept for {model[:200]!r}; GET defaults lists them.", model)

    async def _file(self, model: str) -> ModelFile:
        file, preset = await asyncio.to_thread(self._registry.resolve, model)
        if preset is not None:
            raise InvalidRequest(
                f"{preset.name!r} is a preset, which says itself what it is asked with; change the preset, or the "
                f"defaults of its model, {file.name!r}.",
                "model",
            )
        if name_key(file.name) != name_key(model):
            raise ModelNotFound(f"To change or read the defaults of {file.name!r}, call it by that name.", model)
        return file

    async def _check_thinking(self, defaults: ModelDefaults) -> None:
        """Every request would be refused for it otherwise."""
        if defaults.thinking.budget_tokens is None:
            return
        if find_marks(await self._catalog.chat_template(defaults.model) or "") is None:
            raise InvalidRequest(
                f"{defaults.model!r} marks no thoughts, so a budget for them cannot be kept; leave out "
                "`thinking.budget_tokens`.",
                "thinking.budget_tokens",
            )
