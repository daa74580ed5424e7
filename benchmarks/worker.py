"""A worker process driven straight over its channel, blocking."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from minerva.core.model import LoadOptions, MemoryPlan, ModelSpec
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions, SamplingParams
from minerva.wire.channel import pack
from minerva.wire.messages import Constraint, Ended, Generate, Load, LoadFailed, News, Ready, Reply, Step

_READ_EVERY_S = 0.05
GREEDY = resolve(SamplingOptions(temperature=0.0))


class BenchWorker:
    """One model in a worker process."""

    def __init__(self, path: Path, *, cells: int, threads: int, speculation: bool = True) -> None:
        """Load the file at `path`."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "minerva.engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._input = cast("BinaryIO", self._process.stdin)
        self._output = cast("BinaryIO", self._process.stdout)
        self._decoder: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)
        self._buffer = b""
        self._ids = 0
        self._send(
            Load(
                ModelSpec(
                    name=path.stem,
                    paths=(str(path),),
                    context_length=cells,
                    kv_cells=cells,
                    gpu_layers=0,
                    options=LoadOptions(threads=threads, speculation=speculation),
                    memory=MemoryPlan(0, 0, 0),
                )
            )
        )
        while not isinstance(reply := self._receive(), Ready):
            if isinstance(reply, LoadFailed):
                raise SystemExit(reply.error.message)
        self.model = reply.model

    def close(self) -> None:
        """End the process."""
        self._input.close()
        self._process.wait(10)

    def run(
        self,
        prompts: Sequence[str | list[int]],
        count: int,
        constraint: Constraint | None = None,
        predictions: Sequence[str] | None = None,
        sampling: SamplingParams = GREEDY,
    ) -> list[Ended]:
        """Generate `count` tokens for all prompts at once; return how each ended, with its times.

        `predictions`: a text for each prompt that its answer is expected to repeat.

        The times are the worker's own. What it says in the meantime waits in the pipe and is read now and then: a
        reader that wakes at every step would take a core from the threads that are measured, and the bare loop has no
        reader.
        """
        foretold = predictions or [""] * len(prompts)
        open_ids = [
            self.submit(prompt, count, constraint, prediction, sampling)
            for prompt, prediction in zip(prompts, foretold, strict=True)
        ]
        ended: dict[int, Ended] = {}
        while len(ended) < len(open_ids):
            if not self._has_frame():
                time.sleep(_READ_EVERY_S)
            ended.update((item.id, item) for item in self.step() if isinstance(item, Ended))
        return [ended[number] for number in open_ids]

    def submit(
        self,
        prompt: str | list[int],
        count: int,
        constraint: Constraint | None = None,
        prediction: str = "",
        sampling: SamplingParams = GREEDY,
    ) -> int:
        """Send a request and return its id. The cache is not to help: a second run is to cost what the first did."""
        self._ids += 1
        self._send(
            Generate(
                id=self._ids,
                request_id=str(self._ids),
                prompt=prompt,
                sampling=sampling,
                max_tokens=count,
                constraint=constraint,
                prediction=prediction,
                cache_prompt=False,
            )
        )
        return self._ids

    def step(self) -> list[News]:
        """Return the news of the next step, once it is there."""
        reply = self._receive()
        return reply.news if isinstance(reply, Step) else []

    def _send(self, command: Load | Generate) -> None:
        self._input.write(pack(command))
        self._input.flush()

    def _receive(self) -> Reply:
        while not self._has_frame():
            self._buffer += os.read(self._output.fileno(), 65536)
        end = self._frame_end()
        frame, self._buffer = self._buffer[4:end], self._buffer[end:]
        return self._decoder.decode(frame)

    def _has_frame(self) -> bool:
        return len(self._buffer) >= 4 and len(self._buffer) >= self._frame_end()

    def _frame_end(self) -> int:
        (length,) = struct.unpack_from(">I", self._buffer)
        return 4 + int(length)
