"""The settings, handed down by section: what the services and the server are told."""

from __future__ import annotations

from pathlib import Path

from minerva.core.model import CacheOptions
from minerva.server.options import ServerOptions
from minerva.service.services import ServiceSettings
from minerva.sessions.responses import ResponseLimits
from minerva.settings.paths import find_paths
from minerva.settings.schema import Settings
from minerva.settings.settings import model_folders
from minerva.workers.pool import PoolSettings


def service_settings(settings: Settings) -> ServiceSettings:
    """Return what the services are told."""
    return ServiceSettings(
        folders=model_folders(settings),
        default_model=settings.models.default,
        cache_dir=find_paths().cache,
        data_dir=find_paths().data,
        responses=ResponseLimits(
            keep_s=settings.responses.keep_s,
            most=settings.responses.most,
            size_limit_bytes=settings.responses.size_limit_bytes,
        ),
        pool=PoolSettings(
            default_keep_alive_s=settings.pool.keep_alive_s,
            max_loaded=settings.pool.max_loaded,
            load_timeout_s=settings.pool.load_timeout_s,
            log_level=settings.log.level,
            log_style=settings.log.format,
            memory_limit_bytes=settings.pool.memory_limit_bytes,
            cache=CacheOptions(
                ram_bytes=settings.cache.ram_bytes,
                folder=str(find_paths().cache / "prompts"),
                disk_bytes=settings.cache.disk_bytes,
                keep_s=settings.cache.keep_s,
            ),
        ),
        load=settings.engine.load_options(),
        chat_templates={name: Path(path) for name, path in settings.models.chat_templates.items()},
        timeout_s=settings.server.timeout_s,
        queue_timeout_s=settings.server.queue_timeout_s,
        overflow=settings.server.overflow,
    )


def server_options(settings: Settings, *, open_browser: bool) -> ServerOptions:
    """Return what the HTTP server is told."""
    server = settings.server
    return ServerOptions(
        host=server.host,
        port=server.port,
        api_key=server.api_key,
        allowed_hosts=server.allowed_hosts,
        allowed_origins=server.allowed_origins,
        body_limit_bytes=server.body_limit_bytes,
        drain_s=server.drain_s,
        ping_s=server.ping_s,
        open_browser=open_browser,
    )
