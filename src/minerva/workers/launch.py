"""From a command to a ready worker: start the process, have it load, within a time limit, and clean up if not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from minerva.core.errors import ModelLoadFailed, WorkerCrashed
from minerva.wire.messages import Load
from minerva.workers.spawn import Process, start
from minerva.workers.worker import CrashHook, Worker, open_worker


class LoadWatch(msgspec.Struct, frozen=True):
    """Who learns what about a load: its process, its progress (0 to 1), and later how the ready worker died."""

    on_process: Callable[[Process], None]
    on_progress: Callable[[float], None]
    on_crash: CrashHook


async def launch(command: Sequence[str], load: Load, timeout_s: float, watch: LoadWatch) -> Worker:
    """Start `command`, have it load a model and return its worker.

    Raises `ModelLoadFailed` or `OutOfMemory` when the engine says so, `WorkerCrashed` when it died or took longer than
    `timeout_s`. Whatever is raised, cancellation included, no process is left.
    """
    name = load.spec.name
    try:
        process = await start(command)
    except OSError as error:
        raise ModelLoadFailed(f"The engine for model '{name}' could not be started: {error}.", name) from error
    watch.on_process(process)
    worker = None
    try:
        async with asyncio.timeout(timeout_s):
            worker = await open_worker(process, load, watch.on_progress, watch.on_crash)
    except TimeoutError:
        await process.end(grace_s=0)
        message = (
            f"Model '{name}' was not loaded within {timeout_s:g} s and its process was ended.{process.last_words()} "
            "Raise the load time-out if the disk is slow."
        )
        raise WorkerCrashed(message, name) from None
    finally:
        if worker is None:
            await process.end(grace_s=0)
    return worker
