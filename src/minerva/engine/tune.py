"""The tuning program: `python -m minerva.engine.tune`, told by a `TuneCommand` on its standard input."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import msgspec

from minerva.core.errors import InferenceError, InvalidRequest, MinervaError
from minerva.engine.backend import Outcome
from minerva.engine.batch import Batch
from minerva.engine.llama.backend import LlamaBackend
from minerva.engine.llama.load import load
from minerva.engine.threads import best_thread_count, most_threads
from minerva.engine.tuning import Machine, tune
from minerva.wire.tuning import Progress, TuneCommand, Tuned, TuneFailed, TuneNews

_STRIDE = 7919
"""A prime: multiples of it visit a vocabulary of any other size in no apparent order."""


def main() -> int:
    """Load the model, measure it, write what was found, end."""
    output = os.dup(1)
    # Whatever native code prints goes to standard error.
    os.dup2(2, 1)

    def send(news: TuneNews) -> None:
        os.write(output, msgspec.json.encode(news) + b"\n")

    command = msgspec.json.decode(sys.stdin.buffer.read(), type=TuneCommand)
    try:
        send(_run(command, send_text=lambda text: send(Progress(text))))
    except MinervaError as error:
        send(TuneFailed(error.info()))
        return 1
    return 0


def _run(command: TuneCommand, send_text: Callable[[str], None]) -> Tuned:
    spec = command.spec
    send_text("loading")
    backend = load(spec, lambda _fraction: None, lambda _level, _line: None).backend
    if not isinstance(backend, LlamaBackend):
        raise InvalidRequest(f"`{spec.name}` reads texts whole and writes none: there is nothing to tune.", "model")
    machine = Machine(
        usual=best_thread_count(),
        most=most_threads(),
        largest_batch=min(spec.options.batch, backend.cells),
        gpu_layers=spec.gpu_layers,
    )
    return tune(LlamaMeter(backend), machine, command.budget_s, send_text)


class LlamaMeter:
    """Computes one sequence on a model, and looks at the clock."""

    def __init__(self, backend: LlamaBackend) -> None:
        """Use `backend`, in which nothing is computed yet."""
        self._backend = backend

    def write(self, threads: int, seconds: float) -> tuple[int, float]:
        """Return tokens and seconds. The first token starts the threads, and is not counted."""
        self._backend.set_threads(threads, threads)
        self._compute(0, 1)
        position, started = 1, time.perf_counter()
        while True:
            self._compute(position, 1)
            position += 1
            taken_s = time.perf_counter() - started
            if taken_s >= seconds or position >= self._backend.cells:
                break
        self._backend.truncate(0, 0)
        return position - 1, taken_s

    def read(self, threads: int, tokens: int, batch: int) -> float:
        """Return the seconds of a prompt."""
        self._backend.set_threads(threads, threads)
        started = time.perf_counter()
        for start in range(0, tokens, batch):
            self._compute(start, min(batch, tokens - start))
        taken_s = time.perf_counter() - started
        self._backend.truncate(0, 0)
        return taken_s

    def _compute(self, start: int, count: int) -> None:
        """Compute tokens from position `start` on, and wait for the last one's logits."""
        size = self._backend.vocabulary.size
        batch = Batch()
        row = batch.add(0, [_STRIDE * place % size for place in range(start, start + count)], start, last_output=True)
        if self._backend.decode(batch) is not Outcome.DONE:
            raise InferenceError(f"llama.cpp could not compute a batch of {count} tokens.")
        self._backend.logits(row)


if __name__ == "__main__":
    sys.exit(main())
