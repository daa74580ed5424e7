"""`minerva bench --tune`: find threads and batches that a model is fastest with, and keep them for its next load."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import psutil

from minerva.cli import codes
from minerva.cli.bench.command import show_progress
from minerva.cli.compose import service_settings
from minerva.cli.failure import CommandFailed
from minerva.cli.terminal import note, say, say_json, say_table
from minerva.core.errors import EngineError, InvalidRequest, OutOfMemory
from minerva.core.model import Device, LoadOptions, ModelFile, ModelSpec, Tuning
from minerva.models import memory
from minerva.models.fit import fit
from minerva.models.registry import Registry
from minerva.service.services import ServiceSettings
from minerva.settings.settings import load_settings
from minerva.settings.sources import Given
from minerva.wire.tuning import Rate, Tuned
from minerva.workers.devices import list_devices
from minerva.workers.tuning import run_tuning

BUDGET_S = 40.0
"""The measurements take this long at most; with the loading of a large model it is a minute."""

_LOOK_S = 0.5
_BUSY_PERCENT = 25.0

_WINDOW = 2048
_BATCHES = (2048, 1024, 512)
"""The largest batch to be tried, or less where its buffers do not fit."""


def check_flags(others: Mapping[str, object], *, tune: bool) -> None:
    """Raise `CommandFailed` for flags that go without effect: `--forget` alone, or any of `others` with `--tune`."""
    if not tune:
        raise CommandFailed("--forget goes with --tune: minerva bench --tune --forget MODEL", codes.USAGE)
    given = [flag for flag, value in others.items() if value is not None]
    if given:
        raise CommandFailed(f"--tune decides for itself what it measures: leave out {', '.join(given)}.", codes.USAGE)


def run_tune(model: str, config: Path | None, flags: Sequence[Given], *, forget: bool, as_json: bool) -> None:
    """Do what was asked: tune `model`, or forget what that found."""
    service = service_settings(load_settings(config, flags))
    file = Registry(service.folders, shipped=service.shipped).find(model)
    if forget:
        _forget(service, file)
    else:
        _tune(service, file, as_json=as_json)


def _tune(service: ServiceSettings, file: ModelFile, *, as_json: bool) -> None:
    spec = plan(file, service.load, memory.available(), _devices())
    _warn_if_busy(psutil.cpu_percent(_LOOK_S))
    found = run_tuning(spec, BUDGET_S, show_progress)
    show_progress("")
    try:
        service.tuned().save(file, found.tuning)
    except OSError as error:
        raise CommandFailed(f"What was found cannot be kept: {error}.") from error
    if as_json:
        say_json(found)
        return
    for headings, rows in _report(found):
        say_table(headings, rows, right=("tokens/s",))
        say("")
    say(_conclusion(file.name, found.tuning, service.load))


def _forget(service: ServiceSettings, file: ModelFile) -> None:
    try:
        was_there = service.tuned().forget(file)
    except OSError as error:
        raise CommandFailed(f"What is kept for {file.name} cannot be removed: {error}.") from error
    if was_there:
        say(f"{file.name} is loaded with the usual threads and batches again.")
    else:
        note(f"Nothing is kept for {file.name}.")


def plan(file: ModelFile, options: LoadOptions, available_bytes: int, devices: Sequence[Device]) -> ModelSpec:
    """Return how to load `file` for measuring: as ever, but with one window and with the largest batch that fits.

    Raises what `fit` raises.
    """
    usual = fit(file, options, available_bytes, devices)
    if usual.whole:
        raise InvalidRequest(f"{file.name} reads texts whole and writes none: there is nothing to tune.", "model")
    window = min(_WINDOW, file.shape.context_length if file.shape else _WINDOW)
    small = msgspec.structs.replace(
        options, context_length=window, kv_cells=None, max_sequences=1, gpu_layers=usual.gpu_layers
    )
    for batch in _BATCHES[:-1]:
        try:
            return fit(file, msgspec.structs.replace(small, batch_tokens=batch), available_bytes, devices)
        except OutOfMemory:
            continue
    return fit(file, msgspec.structs.replace(small, batch_tokens=_BATCHES[-1]), available_bytes, devices)


def _warn_if_busy(percent: float) -> None:
    """What is found beside other programs is best beside them only, and it is kept."""
    if percent > _BUSY_PERCENT:
        note(f"Other programs take {percent:.0f} % of the processors now: tune again when they rest.")


def _devices() -> tuple[Device, ...]:
    try:
        return asyncio.run(list_devices())
    except EngineError as error:
        note(f"{error.message} The model is measured on the CPU.")
        return ()


_Table = tuple[tuple[str, str, str], list[tuple[str, str, str]]]


def _report(found: Tuned) -> Iterator[_Table]:
    """Yield a table of each measurement; a mark stands where the choice was made."""
    tuning = found.tuning
    yield ("threads", "tokens/s", "writing, one answer"), _rows(found.writing, tuning.threads)
    reading = f"reading, {found.reading_batch} tokens at a time"
    yield ("threads", "tokens/s", reading), _rows(found.reading, tuning.threads_batch)
    if found.batches:
        batches = f"reading {found.batch_prompt} tokens"
        yield ("batch", "tokens/s", batches), _rows(found.batches, tuning.batch_tokens)


def _rows(rates: Sequence[Rate], chosen: int | None) -> list[tuple[str, str, str]]:
    return [(str(rate.size), f"{rate.tokens_per_s:.1f}", "best" if rate.size == chosen else "") for rate in rates]


def _conclusion(name: str, tuning: Tuning, options: LoadOptions) -> str:
    held = tuning.without(options).values()
    kept = ", ".join(f"{field} {value}" for field, value in held.items())
    lines = [f"From its next load on {name} has {kept}." if kept else f"Nothing changes for {name}."]
    if tuning.batch_tokens is None:
        lines.append("There was no time for batches of the usual size: they are left as they are.")
    set_ = [f"engine.{field}" for field in tuning.values() if field not in held]
    if set_:
        lines.append(f"The settings decide {', '.join(set_)}: remove them there to have what was found.")
    lines.append(f"To forget it: minerva bench --tune --forget {name}")
    return "\n".join(lines)
