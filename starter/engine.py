"""Minerva's own engine, run as the program that it is: many prompts in, their answers out."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from minerva.core.model import LoadedModel, LoadOptions, MemoryPlan, ModelSpec
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.wire.channel import pack
from minerva.wire.messages import Command, Delta, Ended, Generate, Load, LoadFailed, Ready, Refused, Reply, Step

GREEDY = SamplingOptions(temperature=0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a prompt: nothing where the engine refused it, as too long for the window say.

    `ended`: the model ended it itself, before the limit. `tokens`: its length.
    """

    text: str
    ended: bool
    tokens: int


class EngineFailed(Exception):
    """The engine did not load the file, or has ended; the message is the engine's own where it gave one."""


class Engine:
    """A worker process with one model in it. A context: the process ends with it."""

    def __init__(self, path: Path, *, context: int = 2048, sequences: int = 8) -> None:
        """Raise `EngineFailed` if the file does not load. `sequences` prompts are answered at once."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "minerva.engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)
        spec = ModelSpec(
            name=path.stem,
            paths=(str(path.resolve()),),
            context_length=context,
            kv_cells=context * max(1, sequences // 4),
            gpu_layers=0,
            # One thread: with a network this small a second one mostly waits for the first.
            options=LoadOptions(max_sequences=sequences, queue_limit=100_000, threads=1),
            memory=MemoryPlan(0, 0, 0),
        )
        self._send(Load(spec, log_level="warning"))
        while not isinstance(reply := self._receive(), (Ready, LoadFailed)):
            pass
        if isinstance(reply, LoadFailed):
            raise EngineFailed(reply.error.message)
        self.model: LoadedModel = reply.model

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(timeout=30)

    def answers(
        self, prompts: Sequence[str], sampling: SamplingOptions = GREEDY, *, max_tokens: int = 512
    ) -> list[Answer]:
        """Return the answer to each of `prompts`; prompt number n draws with a seed of n where `sampling` draws."""
        for number, prompt in enumerate(prompts):
            chosen = resolve(msgspec.structs.replace(sampling, seed=number))
            self._send(
                Generate(id=number, request_id=str(number), prompt=prompt, sampling=chosen, max_tokens=max_tokens)
            )
        texts = [""] * len(prompts)
        answers: dict[int, Answer] = {}
        while len(answers) < len(prompts):
            step = self._receive()
            for item in step.news if isinstance(step, Step) else ():
                match item:
                    case Delta():
                        texts[item.id] += item.text
                    case Ended():
                        answers[item.id] = Answer(texts[item.id], item.reason == "stop", item.completion_tokens)
                    case Refused():
                        answers[item.id] = Answer("", ended=False, tokens=0)
                    case _:
                        pass
        return [answers[number] for number in range(len(prompts))]

    def _send(self, command: Command) -> None:
        if self._process.stdin is None:
            raise EngineFailed("The engine has no input.")
        self._process.stdin.write(pack(command))
        self._process.stdin.flush()

    def _receive(self) -> Reply:
        if self._process.stdout is None or len(head := self._process.stdout.read(4)) < 4:
            raise EngineFailed("The engine ended; its log says why.")
        return self._replies.decode(self._process.stdout.read(struct.unpack(">I", head)[0]))
