"""Run the measurements and print them: a table as they come, or JSON at the end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from minerva.cli.bench.measure import Plan, measure, open_bench
from minerva.cli.bench.result import HEADINGS, Measurement, cells, row
from minerva.cli.compose import service_settings
from minerva.cli.terminal import say_json, say_table
from minerva.core import log
from minerva.core.model import LoadedModel, ModelFile
from minerva.models.registry import Registry
from minerva.models.template_files import TemplateFiles
from minerva.service.loading import Loader
from minerva.service.services import ServiceSettings
from minerva.settings.settings import load_settings
from minerva.settings.sources import Given


def bench(model: str, plan: Plan, config: Path | None, flags: Sequence[Given], *, as_json: bool) -> None:
    """Measure `model` and print the result. Raises what finding, loading and running it raise."""
    settings = load_settings(config, flags)
    # What the engine logs of its own accord would only disturb the table.
    log.configure("warning", settings.log.format)
    report = asyncio.run(_run(model, plan, service_settings(settings)))
    if as_json:
        say_json([row(report.file, report.loaded, test) for test in report.tests])
    else:
        say_table(
            HEADINGS, [cells(report.file, report.loaded, test) for test in report.tests], right=("t/s", "threads")
        )


class _Report(msgspec.Struct):
    file: ModelFile
    loaded: LoadedModel
    tests: list[Measurement]


async def _run(model: str, plan: Plan, service: ServiceSettings) -> _Report:
    pool = msgspec.structs.replace(service.pool, log_level="warning")
    registry = Registry(service.folders, shipped=service.shipped)
    loader = Loader(service.load, TemplateFiles({}), service.tuned())
    async with open_bench(registry, model, loader, pool, _show_loading) as bench:
        show_progress(f"measuring {bench.file.name} …")
        tests = []
        async for test in measure(bench.worker, plan):
            tests.append(test)
            show_progress(f"{test.name}: {test.mean:.2f} t/s")
        show_progress("")
        return _Report(bench.file, bench.worker.info, tests)


def _show_loading(fraction: float) -> None:
    show_progress(f"loading … {fraction:.0%}")


def show_progress(text: str) -> None:
    """Replace the line of progress, where there is a terminal to show it on."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
