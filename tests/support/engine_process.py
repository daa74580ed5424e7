"""A real worker process, spoken to directly: blocking, one frame at a time."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from minerva.core.errors import from_info
from minerva.core.model import CacheOptions, LoadedModel, LoadOptions, MemoryPlan, ModelSpec
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.wire.channel import pack
from minerva.wire.messages import (
    Admitted,
    Command,
    Delta,
    Embed,
    Embedded,
    Ended,
    Generate,
    Load,
    LoadFailed,
    News,
    Ready,
    Refused,
    Reply,
    Step,
)

GREEDY = SamplingOptions(temperature=0.0)


class EngineProcess:
    """`python -m minerva.engine` with a model in it."""

    def __init__(
        self,
        path: Path,
        *,
        context: int = 512,
        cells: int = 4096,
        options: LoadOptions | None = None,
        whole: bool = False,
        cache: CacheOptions | None = None,
    ) -> None:
        """Load `path`, with `whole` as a model that reads texts at once; `self_check` is on, and no tiers but `cache`.

        One thread: for models this small, a second one only waits for the first.
        """
        self.process = subprocess.Popen(
            [sys.executable, "-m", "minerva.engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._decoder: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)
        chosen = msgspec.structs.replace(options or LoadOptions(), self_check=True, threads=1)
        spec = ModelSpec(
            name=path.stem,
            paths=(str(path),),
            context_length=context,
            kv_cells=cells,
            gpu_layers=0,
            options=chosen,
            memory=MemoryPlan(0, 0, 0),
            whole=whole,
        )
        self.send(Load(spec, cache or CacheOptions(ram_bytes=0)))
        while not isinstance(reply := self.receive(), (Ready, LoadFailed)):
            pass
        if isinstance(reply, LoadFailed):
            self.close()
            raise from_info(reply.error)
        self.model: LoadedModel = reply.model
        self._next = 0
        self.last_step: Step | None = None

    def __enter__(self) -> Self:
        """Use as a context: the process is ended at its exit."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """Close its input, by which it ends."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def send(self, command: Command) -> None:
        """Send one command."""
        assert self.process.stdin is not None
        self.process.stdin.write(pack(command))
        self.process.stdin.flush()

    def receive(self) -> Reply:
        """Wait for one reply. Raises `EOFError` when the process has ended."""
        assert self.process.stdout is not None
        head = self.process.stdout.read(4)
        if len(head) < 4:
            raise EOFError
        return self._decoder.decode(self.process.stdout.read(struct.unpack(">I", head)[0]))

    def submit(self, prompt: str | list[int], sampling: SamplingOptions = GREEDY, **fields: object) -> int:
        """Send a request and return its id."""
        self._next += 1
        command = Generate(
            id=self._next,
            request_id=str(self._next),
            prompt=prompt,
            sampling=resolve(sampling),
            **fields,  # type: ignore[arg-type]  # the caller names fields of Generate
        )
        self.send(command)
        return self._next

    def embed(self, *inputs: str | tuple[int, ...], **fields: object) -> tuple[list[Embedded], Ended | Refused]:
        """Run one `Embed` to its end; return what was made of the inputs, in their order, and how it ended."""
        self._next += 1
        self.send(Embed(id=self._next, request_id=str(self._next), inputs=inputs, **fields))  # type: ignore[arg-type]
        made: list[Embedded] = []
        while True:
            step = self.receive()
            assert isinstance(step, Step), step
            made += [item for item in step.embedded if item.id == self._next]
            for item in step.news:
                if item.id == self._next and isinstance(item, (Ended, Refused)):
                    return sorted(made, key=lambda one: one.index), item

    def collect(self, ids: Sequence[int]) -> dict[int, list[News]]:
        """Return the news of these requests once all have ended."""
        news: dict[int, list[News]] = {number: [] for number in ids}
        open_ids = set(ids)
        while open_ids:
            step = self.receive()
            assert isinstance(step, Step), step
            self.last_step = step
            for item in step.news:
                news.setdefault(item.id, []).append(item)
                if isinstance(item, (Ended, Refused)):
                    open_ids.discard(item.id)
        return news

    def generate(self, prompt: str | list[int], sampling: SamplingOptions = GREEDY, **fields: object) -> list[News]:
        """Run one request to its end."""
        number = self.submit(prompt, sampling, **fields)
        return self.collect([number])[number]


def text_of(news: list[News]) -> str:
    """Return the text that was delivered."""
    return "".join(item.text for item in news if isinstance(item, Delta))


def end_of(news: list[News]) -> Ended:
    """Return the end of a request that ended well."""
    ends = [item for item in news if isinstance(item, (Ended, Refused))]
    assert len(ends) == 1, ends
    assert isinstance(ends[0], Ended), ends[0]
    assert news[-1] is ends[0]
    return ends[0]


def admitted(news: list[News]) -> Admitted:
    """Return the admission of a request."""
    return next(item for item in news if isinstance(item, Admitted))


def tokens_of(news: list[News]) -> list[int]:
    """Return the tokens that were reported on."""
    return [entry.id for item in news if isinstance(item, Delta) for entry in item.logprobs]
