"""Structured logs to stderr, JSON or for a console, with the request id bound by whoever handles the request.

Both processes call `configure` once at their start. Prompts and answers are never logged.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

LogFormat = Literal["console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

Logger = structlog.typing.FilteringBoundLogger


def configure(level: LogLevel = "info", style: LogFormat = "console") -> None:
    """Send all logs of this process to stderr, at `level` and above, as `style`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _renderer(style),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> Logger:
    """Return a logger whose lines carry `name` as their `logger` field."""
    logger: Logger = structlog.get_logger().bind(logger=name)
    return logger


def _renderer(style: LogFormat) -> structlog.typing.Processor:
    if style == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
