"""The composition root: builds everything below the servers once, and closes it in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from minerva.core.event import Event
from minerva.core.log import get_logger
from minerva.core.model import LoadOptions
from minerva.core.request import GenerateRequest, Input
from minerva.models import memory, starter
from minerva.models.registry import Registry
from minerva.service.catalog import Catalog
from minerva.service.count import TokenCounter
from minerva.service.generate import Generator
from minerva.service.observe import LogObserver, Observer, Observers
from minerva.workers.pool import Pool, PoolSettings

_SCAN_CACHE = "models.msgpack"


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the services need to know.

    `folders` are searched for models, and `shipped` is one beside them. `default_model` answers requests that name none
    (`None`: the shipped one does). `cache_dir` holds what can be computed again (`None`: nothing is kept). `timeout_s`
    limits every request; `None` does not.
    """

    folders: tuple[Path, ...]
    shipped: Path | None = starter.PATH
    default_model: str | None = None
    cache_dir: Path | None = None
    pool: PoolSettings = PoolSettings()
    load: LoadOptions = LoadOptions()
    timeout_s: float | None = None


class Services:
    """Everything the servers call. Lives in one event loop."""

    def __init__(self, settings: ServiceSettings, observer: Observer | None = None) -> None:
        """Build all parts; nothing runs before `start`. `observer` is told of requests beside the log."""
        cache = None if settings.cache_dir is None else settings.cache_dir / _SCAN_CACHE
        log = get_logger("service")
        observers = [LogObserver(log)] if observer is None else [LogObserver(log), observer]
        self.registry = Registry(settings.folders, settings.default_model, cache, settings.shipped)
        self.pool = Pool(settings.pool, get_logger("workers"), memory.available)
        self.catalog = Catalog(self.registry, self.pool, settings.load, memory.available)
        self._counter = TokenCounter(self.registry, self.pool, settings.load)
        self._generator = Generator(
            self.registry,
            self.pool,
            Observers(*observers),
            log,
            load=settings.load,
            timeout_s=settings.timeout_s,
        )
        self._log = log
        self._first_scan: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for models and GPUs, so that the first request need not. Returns at once."""
        self.pool.look_for_devices()
        self._first_scan = asyncio.create_task(self._scan(), name="first scan")

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        """Return the events of `request`, see `Generator.generate`."""
        return self._generator.generate(request)

    async def count_tokens(self, source: Input, model: str | None) -> int:
        """Return how long the prompt of `source` is, see `TokenCounter.count`."""
        return await self._counter.count(source, model)

    def begin_drain(self) -> None:
        """Refuse new requests from now on; those that run go on."""
        self._generator.draining = True
        self.pool.begin_drain()

    async def close(self, drain_s: float) -> None:
        """Drain: let running requests end within `drain_s`, then end every worker."""
        self.begin_drain()
        if self._first_scan is not None:
            self._first_scan.cancel()
            await asyncio.wait({self._first_scan})
        await self.pool.close(drain_s)

    async def _scan(self) -> None:
        found = await self.catalog.models()
        self._log.info("models found", models=len(found.models), unusable=len(found.invalid))
