"""The worker process: open the channel, load the model, run the loop. Started as `python -m minerva.engine`.

Standard input and output are the channel, standard error carries logs. With `--devices` it prints the usable GPUs as
JSON and ends.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from typing import NoReturn

import msgspec

from minerva.core import log as logs
from minerva.core.errors import InferenceError, MinervaError
from minerva.core.log import Logger
from minerva.core.model import LoadOptions
from minerva.engine.backend import Outcome
from minerva.engine.batch import Batch
from minerva.engine.cost import CostModel
from minerva.engine.encoder import Encoder
from minerva.engine.gather import Gather
from minerva.engine.intake import Arrived, Intake
from minerva.engine.llama import library
from minerva.engine.llama.backend import LlamaBackend
from minerva.engine.llama.load import Loaded, load
from minerva.engine.llama.reader import LlamaReader
from minerva.engine.loop import Engine
from minerva.engine.scheduler import Limits
from minerva.engine.tiers.opening import open_tiers
from minerva.engine.tiers.tiers import Tiers
from minerva.wire.channel import ChannelClosed, WorkerChannel
from minerva.wire.messages import EngineStats, Load, LoadFailed, LoadProgress, Ready

_PROGRESS_STEP = 0.01
_RETAINED_CELLS = 8192
"""Retained cells at most: beyond this they slow down everybody's steps (docs/concepts/engine.md has the figures)."""
_FAREWELL_S = 1.5
"""How long a worker that is told to end may still write to disk. The server waits for it longer (`STOP_GRACE_S`)."""
_LOOK_S = 1.0
"""How long a model that is loaded waits for the disk tier to know what it has: the first prompt may be there."""


def main() -> int:
    """Run a worker until the server closes its end."""
    if sys.argv[1:] == ["--devices"]:
        sys.stdout.write(msgspec.json.encode(library.devices()).decode())
        return 0
    channel = _open_channel()
    command = next(channel.commands(), None)
    if not isinstance(command, Load):
        return 0
    logs.configure(command.log_level, command.log_style)
    log = logs.get_logger("engine").bind(model=command.spec.name)
    intake = Intake(channel, log)
    intake.start()
    # While the weights are read it looks for what is on disk.
    tiers = open_tiers(command.cache, command.spec, log)
    try:
        loaded = load(command.spec, _progress_reporter(channel), _log_sink(log))
    except MinervaError as error:
        channel.send(LoadFailed(error.info()))
        return 1
    try:
        _serve(channel, intake, loaded, command.spec.options, tiers)
    except ChannelClosed:
        return 0


def _serve(channel: WorkerChannel, intake: Intake, loaded: Loaded, options: LoadOptions, tiers: Tiers) -> NoReturn:
    engine = _make_engine(loaded, options, tiers)
    tiers.settle(_LOOK_S)
    intake.attach(
        loaded.backend.vocabulary,
        engine.interrupt,
        queue_limit=options.queue_limit,
        farewell=lambda: _finish(engine, tiers),
    )
    channel.send(Ready(loaded.model))
    try:
        _loop(channel, intake, engine, self_check=options.self_check)
    except ChannelClosed:
        engine.save(_FAREWELL_S)
        tiers.settle(_FAREWELL_S)
        raise


def _finish(engine: Engine | Encoder, tiers: Tiers) -> None:
    """Wait, in another thread, until what was computed is saved and written, so long as the server has patience."""
    until = time.monotonic() + _FAREWELL_S
    while engine.is_saving and time.monotonic() < until:
        time.sleep(0.01)
    tiers.settle(max(0.0, until - time.monotonic()))


def _loop(channel: WorkerChannel, intake: Intake, engine: Engine | Encoder, *, self_check: bool) -> NoReturn:
    sent: EngineStats | None = None
    gather = Gather()
    while True:
        if engine.is_idle and self_check:
            engine.check()
        items = intake.take(wait=engine.is_idle)
        arrived = sum(isinstance(item, Arrived) for item in items)
        items += intake.take_within(*gather.awaited(arrived, time.monotonic()))
        engine.handle(items)
        step = engine.step()
        gather.note(step, time.monotonic())
        if step.news or step.results or step.embedded or step.stats != sent:
            channel.send(step)
            sent = step.stats


def _make_engine(loaded: Loaded, options: LoadOptions, tiers: Tiers) -> Engine | Encoder:
    backend, window = loaded.backend, loaded.model.context_length
    if isinstance(backend, LlamaReader):
        return Encoder(backend, window=window, queue_limit=options.queue_limit)
    return Engine(
        backend,
        window=window,
        limits=Limits(
            # All that run have a token in every step: who could have none would better wait.
            max_running=min(loaded.model.max_sequences, options.batch),
            slots=backend.slots,
            batch_tokens=min(options.batch, backend.cells),
            output_rows=backend.output_rows,
            step_target_s=options.step_target_s,
            retained_cells=_RETAINED_CELLS,
            speculates=options.speculation,
        ),
        queue_limit=options.queue_limit,
        cost=CostModel(_time_one_token(backend)),
        threads=loaded.model.threads,
        tiers=tiers,
    )


def _open_channel() -> WorkerChannel:
    """Take standard output for the channel alone: whatever native code prints goes to standard error from now on."""
    writer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    reader = os.fdopen(os.dup(0), "rb")
    return WorkerChannel(reader, writer)


def _progress_reporter(channel: WorkerChannel) -> Callable[[float], None]:
    """Return a function that reports progress, but not more often than each hundredth."""
    reported = -1.0

    def report(fraction: float) -> None:
        nonlocal reported
        if fraction - reported >= _PROGRESS_STEP or fraction >= 1.0 > reported:
            reported = fraction
            channel.send(LoadProgress(fraction))

    return report


def _log_sink(log: Logger) -> library.LogSink:
    """Return a sink that logs native lines for debugging, whatever their level.

    llama.cpp also calls an error what we do on purpose, such as aborting a batch. Where a line matters, it is part of
    the error that follows.
    """

    def sink(level: str, line: str) -> None:
        log.debug("llama.cpp", native_level=level, line=line)

    return sink


def _time_one_token(backend: LlamaBackend) -> float:
    """Return the seconds of a step of one token, the best of three: what the cost model starts from."""
    best = math.inf
    for position in range(3):
        batch = Batch()
        batch.add(0, [0], position, last_output=True)
        started = time.perf_counter()
        if backend.decode(batch) is not Outcome.DONE:
            raise InferenceError("llama.cpp could not compute a batch of one token.")
        best = min(best, time.perf_counter() - started)
    backend.truncate(0, 0)
    return best


if __name__ == "__main__":
    sys.exit(main())
