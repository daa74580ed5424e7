"""The use cases about models themselves: what there is, what it would need, what is loaded; load it, stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from minerva.core.errors import InvalidModelFile, MinervaError, ModelNotLoaded, OutOfMemory
from minerva.core.model import Device, LoadedModel, ModelFile, ModelSpec
from minerva.core.preset import ModelDefaults, Preset
from minerva.models.gguf import Array, Header, LongText, Value, read_header
from minerva.models.listing import preset_entry
from minerva.models.registry import Registry
from minerva.models.scan import ScanResult
from minerva.service.loading import Loader
from minerva.workers.pool import Loaded, Pool

_CHAT_TEMPLATE = "tokenizer.chat_template"


class ModelDetails(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a model on disk. `preset` is the one whose name was asked for, if it was one.

    `defaults` are the model's, which hold beneath a preset.
    `metadata` is the GGUF header's; a long array or text is described in words. `plan` is how it would be loaded with
    the present options and memory; `None` if it does not fit, and `problem` then says why. Bytes.
    """

    model: ModelFile
    preset: Preset | None
    defaults: ModelDefaults | None
    metadata: dict[str, bool | int | float | str | list[bool | int | float | str]]
    chat_template: str | None
    plan: ModelSpec | None
    problem: str | None
    available_bytes: int


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What the models of this machine may take, in bytes of RAM, and the GPUs as they were when last asked.

    `total_bytes` is what the machine has, or less where a container or the setting `memory_limit` allows no more.
    `free_bytes` is what one more model could take now. The rest is what the loaded models take or were promised, and
    what other programs take.
    """

    total_bytes: int
    free_bytes: int
    devices: tuple[Device, ...]


class Catalog:
    """The models of this machine."""

    def __init__(
        self,
        registry: Registry,
        pool: Pool,
        loader: Loader,
        available: Callable[[], int],
        total: Callable[[], int],
    ) -> None:
        """`loader` loads what is asked for; `available` measures free memory and `total` all there is, in bytes."""
        self._registry = registry
        self._pool = pool
        self._loader = loader
        self._available = available
        self._total = total

    async def models(self) -> ScanResult:
        """Return all models on disk, and the files that look like models and are none."""
        return await asyncio.to_thread(self._registry.list)

    async def default(self) -> str | None:
        """Return the name of the model that answers requests which name none; `None` if there is no such model."""
        try:
            return (await asyncio.to_thread(self._registry.entry, None)).name
        except MinervaError:
            return None

    async def details(self, name: str) -> ModelDetails:
        """Return what is known of model `name`.

        Raises `ModelNotFound`, `AmbiguousModelName`, and `InvalidModelFile` if the file changed for the worse.
        """
        file, preset, header = await self.header(name)
        available_bytes = await asyncio.to_thread(self._available)
        plan, problem = None, None
        try:
            # In a thread, for it reads and compiles a template that stands in a file of its own.
            plan = await asyncio.to_thread(self._loader.plan(file), available_bytes, await self._pool.devices())
        except (OutOfMemory, InvalidModelFile) as error:
            problem = error.message
        return ModelDetails(
            model=file if preset is None else preset_entry(preset, file),
            preset=preset,
            defaults=await asyncio.to_thread(self._registry.defaults, file),
            metadata={key: _plain(value) for key, value in header.metadata.items() if key != _CHAT_TEMPLATE},
            chat_template=header.text(_CHAT_TEMPLATE),
            plan=plan,
            problem=problem,
            available_bytes=available_bytes,
        )

    async def entry(self, name: str) -> ModelFile:
        """Return the model or preset `name` as `models` has it. Raises as `details` does."""
        return await asyncio.to_thread(self._registry.entry, name)

    async def check(self, name: str | None) -> None:
        """Return if requests for `name`, `None` for the default model, find a model. Raises as `details` does."""
        await asyncio.to_thread(self._registry.resolve, name)

    async def header(self, name: str) -> tuple[ModelFile, Preset | None, Header]:
        """Return the file that `name` means, the preset if it means one, and the header of the file's first part.

        The header's chat template is the one that holds, be it from another file or the preset. Raises as `details`.
        """
        file, preset = await asyncio.to_thread(self._registry.resolve, name)
        header = await asyncio.to_thread(self._read, file)
        if preset is not None and preset.template:
            header = _with_template(header, preset.template)
        return file, preset, header

    async def chat_template(self, name: str) -> str | None:
        """Return the chat template of model `name`; the file of a loaded one is not read. Raises as `details` does."""
        file, preset = await asyncio.to_thread(self._registry.resolve, name)
        if preset is not None and preset.template:
            return preset.template
        for loaded in self._pool.loaded():
            if loaded.model.name == file.name and loaded.state == "ready":
                return loaded.model.chat_template
        return (await asyncio.to_thread(self._read, file)).text(_CHAT_TEMPLATE)

    def _read(self, file: ModelFile) -> Header:
        header, template = read_header(file.paths[0]), self._loader.templates.read(file)
        if template is None:
            return header
        return _with_template(header, template.text)

    def loaded(self) -> tuple[Loaded, ...]:
        """Return the models that are in memory, or on their way in or out."""
        return self._pool.loaded()

    def memory(self) -> Memory:
        """Return what memory there is, and what is left of it."""
        room, total_bytes = self._pool.room(), self._total()
        if room.limit_bytes is not None:
            total_bytes = min(total_bytes, room.limit_bytes)
        return Memory(total_bytes=total_bytes, free_bytes=min(room.free_bytes, total_bytes), devices=room.devices)

    async def load(self, name: str | None, keep_alive_s: float | None = None) -> LoadedModel:
        """Load a model unless it is loaded, and keep it for `keep_alive_s` (`None`: the default) from now.

        It has the name by which requests for it go on: that of a preset, if `name` means one.
        Raises what finding and loading it raise.
        """
        file, preset = await asyncio.to_thread(self._registry.resolve, name)
        async with self._pool.lease(file.name, self._loader.plan(file), keep_alive_s) as lease:
            info = lease.worker.info
            return info if preset is None else msgspec.structs.replace(info, name=preset.name)

    async def stop(self, name: str) -> str:
        """Unload a model once its running requests are done; return its full name.

        Raises `ModelNotLoaded`, or what finding it raises. A model whose file is gone is known by its full name.
        """
        if not await self._pool.stop(name):
            name = (await asyncio.to_thread(self._registry.find, name)).name
            if not await self._pool.stop(name):
                raise ModelNotLoaded(f"Model '{name}' is not loaded, so there is nothing to stop.", name)
        return name


def _with_template(header: Header, template: str) -> Header:
    return msgspec.structs.replace(header, metadata={**header.metadata, _CHAT_TEMPLATE: template})


def _plain(value: Value) -> bool | int | float | str | list[bool | int | float | str]:
    match value:
        case Array(kind, length, values):
            return f"{length:,} values of type {kind.name.lower()}" if values is None else list(values)
        case LongText(length):
            return f"{length:,} bytes of text"
        case _:
            return value
