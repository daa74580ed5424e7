"""The composition root: builds everything below the servers once, and closes it in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import msgspec

from minerva.core.embedding import Embeddings, EmbedRequest
from minerva.core.event import Event
from minerva.core.log import get_logger
from minerva.core.model import LoadOptions
from minerva.core.request import GenerateRequest, Overflow
from minerva.models import memory, starter
from minerva.models.preset_files import DefaultsFiles, PresetFiles
from minerva.models.registry import Registry
from minerva.models.scan import ScanResult
from minerva.models.template_files import TemplateFiles
from minerva.models.tuned import TunedFiles
from minerva.service.catalog import Catalog
from minerva.service.conversations import Conversations
from minerva.service.defaults import Defaults
from minerva.service.embed import Embedder
from minerva.service.feed import Feeds
from minerva.service.generate import Generator
from minerva.service.library import Library
from minerva.service.loading import Loader
from minerva.service.observe import LogObserver, Observer, Observers
from minerva.service.pdf_pool import PdfPool
from minerva.service.preset import check_with_tools
from minerva.service.timeline import Timeline
from minerva.service.tokens import Tokens
from minerva.service.transfer import Transfer
from minerva.service.turns import Turns
from minerva.sessions.db import Database
from minerva.sessions.owner import Owner
from minerva.sessions.records import SessionLimits
from minerva.sessions.responses import ResponseLimits, ResponseStore
from minerva.sessions.store import SessionStore
from minerva.workers.pool import Pool, PoolSettings

_SCAN_CACHE = "models.msgpack"
_TUNED = "tuned"
_PRESETS, _DEFAULTS = "presets", "defaults"
_MODELS = "models"
"""The folder people are told to put models into: `settings.paths.Paths.models`."""
_DATABASE = "minerva.sqlite3"

_PDF_GRACE_S = 5.0
"""How long closing waits for PDFs that are being read, and were told to end."""


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the services need to know.

    `folders` are searched for models, and `shipped` is one beside them. `default_model` answers requests that name none
    (`None`: the shipped one does). `cache_dir` holds what can be computed again (`None`: nothing is kept). `data_dir`
    holds what cannot: the database, presets, models' defaults, and the folder whose model files may be deleted (`None`:
    the database is in memory, and gone when the services are closed, and there are neither presets nor defaults).
    `timeout_s` limits every request, `queue_timeout_s` its wait in a model's queue; `None` does not. `overflow` is the
    policy of requests that name none.
    `chat_templates` are files whose template holds instead of that in a model's file, by the full names of models.
    """

    folders: tuple[Path, ...]
    shipped: Path | None = starter.PATH
    default_model: str | None = None
    cache_dir: Path | None = None
    data_dir: Path | None = None
    responses: ResponseLimits = ResponseLimits()
    sessions: SessionLimits = SessionLimits()
    pool: PoolSettings = PoolSettings()
    load: LoadOptions = LoadOptions()
    chat_templates: Mapping[str, Path] = {}
    timeout_s: float | None = None
    queue_timeout_s: float | None = None
    overflow: Overflow = "error"

    def tuned(self) -> TunedFiles:
        """Return what `minerva bench --tune` keeps, and every load looks at."""
        return TunedFiles(None if self.cache_dir is None else self.cache_dir / _TUNED)


class Services:
    """Everything the servers call. Lives in one event loop."""

    def __init__(self, settings: ServiceSettings, observer: Observer | None = None) -> None:
        """Build all parts; nothing runs before `start`. `observer` is told of requests beside the log."""
        cache = None if settings.cache_dir is None else settings.cache_dir / _SCAN_CACHE
        log = get_logger("service")
        self.timeline = Timeline()
        told = Observers(LogObserver(log), self.timeline, *([] if observer is None else [observer]))
        data = settings.data_dir
        presets = PresetFiles(None if data is None else data / _PRESETS, check_with_tools)
        defaults = DefaultsFiles(None if data is None else data / _DEFAULTS)
        self.registry = Registry(settings.folders, settings.default_model, cache, settings.shipped, presets, defaults)
        self.pool = Pool(settings.pool, get_logger("workers"), memory.available)
        self._templates = TemplateFiles(settings.chat_templates)
        loader = Loader(settings.load, self._templates, settings.tuned())
        self.catalog = Catalog(self.registry, self.pool, loader, memory.available, memory.total)
        own_folder = None if data is None else data / _MODELS
        self.library = Library(self.registry, presets, defaults, self.catalog, own_folder)
        self.defaults = Defaults(self.registry, defaults, self.catalog)
        self.tokens = Tokens(self.registry, self.pool, loader, settings.timeout_s)
        self._embedder = Embedder(self.registry, self.pool, told, log, loader=loader, timeout_s=settings.timeout_s)
        self._generator = Generator(
            self.registry,
            self.pool,
            told,
            log,
            loader=loader,
            timeout_s=settings.timeout_s,
            queue_timeout_s=settings.queue_timeout_s,
            overflow=settings.overflow,
        )
        database = None if data is None else data / _DATABASE
        self._database = Database(database, get_logger("sessions"))
        self.responses = ResponseStore(self._database, settings.responses)
        self.sessions = SessionStore(self._database, settings.sessions)
        self.pdfs = PdfPool()
        self.transfer = Transfer(self.sessions)
        feeds = Feeds()
        turns = Turns(
            self.sessions,
            feeds,
            self.generate,
            self.catalog.check,
            self.tokens.forecast,
            settings.overflow,
            get_logger("sessions"),
        )
        self._owner = Owner(database, self.sessions, get_logger("sessions"), turns.writing)
        self.conversations = Conversations(self.sessions, feeds, turns)
        self._log = log
        self._first_scan: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for models and GPUs, so that the first request need not, and do not wait for them.

        Returns when answers that an earlier server was killed in have the status of that.
        """
        self.pool.look_for_devices()
        self._first_scan = asyncio.create_task(self._scan(), name="first scan")
        await self._owner.start()

    def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        """Return the events of `request`, see `Generator.generate`."""
        return self._generator.generate(request)

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Return what a model makes of the texts of `request`, see `Embedder.embed`."""
        return await self._embedder.embed(request)

    def begin_drain(self) -> None:
        """Refuse new requests from now on; those that run go on."""
        self._embedder.draining = True
        self._generator.draining = True
        self.conversations.begin_drain()
        self.pool.begin_drain()

    async def close(self, drain_s: float) -> None:
        """Drain: let running requests end within `drain_s`, then end every worker."""
        self.begin_drain()
        if self._first_scan is not None:
            self._first_scan.cancel()
            await asyncio.wait({self._first_scan})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(drain_s):
                await self.conversations.turns.drained()
        await self.conversations.turns.close()
        await self.pool.close(drain_s)
        with contextlib.suppress(TimeoutError):
            # A file may hold its thread in one long step of the library; conversations are to be closed all the same.
            async with asyncio.timeout(_PDF_GRACE_S):
                await self.pdfs.close()
        await self._owner.close()
        await self._database.close()

    async def _scan(self) -> None:
        found = await self.catalog.models()
        self._log.info("models found", models=len(found.models), unusable=len(found.invalid))
        for fault in found.invalid:
            self._log.warning("cannot be used", path=fault.path, reason=fault.reason)
        self._warn_of_templates(found)

    def _warn_of_templates(self, found: ScanResult) -> None:
        """A name with a slip in it would change nothing, and nobody would know why."""
        for name in self._templates.unused(frozenset(model.name for model in found.models if not model.preset_of)):
            self._log.warning("there is no model for this chat template yet", model=name)
