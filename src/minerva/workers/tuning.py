"""Run the engine's tuning program for one model, and pass on what it says."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Sequence

import msgspec

from minerva.core.errors import WorkerCrashed, from_info
from minerva.core.model import ModelSpec
from minerva.wire.tuning import Progress, TuneCommand, Tuned, TuneFailed, TuneNews
from minerva.workers.spawn import describe_exit, environment

TUNE = (sys.executable, "-m", "minerva.engine.tune")


def run_tuning(
    spec: ModelSpec, budget_s: float, on_progress: Callable[[str], None], command: Sequence[str] = TUNE
) -> Tuned:
    """Measure the model of `spec` for about `budget_s` once it is loaded. Raises what the engine says, `WorkerCrashed`.

    Whatever is raised, no process is left.
    """
    pipe = subprocess.PIPE
    # What native code prints is not for people: what matters of it is part of the error.
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment()
    )
    with process:
        try:
            return _listen(process, spec, budget_s, on_progress)
        finally:
            process.kill()


def _listen(
    process: subprocess.Popen[bytes], spec: ModelSpec, budget_s: float, on_progress: Callable[[str], None]
) -> Tuned:
    if process.stdin is None or process.stdout is None:
        raise WorkerCrashed("The tuning program has no standard streams.", spec.name)
    # One that dies at once breaks the pipe; how it ended is said below.
    with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(msgspec.json.encode(TuneCommand(spec, budget_s)))
    decoder: msgspec.json.Decoder[TuneNews] = msgspec.json.Decoder(TuneNews)
    for line in process.stdout:
        match decoder.decode(line):
            case Progress(text):
                on_progress(text)
            case TuneFailed(error):
                raise from_info(error)
            case Tuned() as found:
                return found
    raise WorkerCrashed(f"The process that measured '{spec.name}' {describe_exit(process.wait())}.", spec.name)
