"""A worker program that speaks `wire/` and has no model: it loads, answers, hangs and dies as the names it gets say.

A program of its own, started by the tests: deaths and their timing are its only purpose.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from minerva.core.errors import InferenceError, ModelLoadFailed
from minerva.core.model import LoadedModel, MemoryPlan, ModelSpec
from minerva.core.sampling import SamplingOptions
from minerva.wire.channel import WorkerChannel
from minerva.wire.messages import (
    Admitted,
    Cancel,
    Counted,
    CountTokens,
    Delta,
    Ended,
    EngineStats,
    Generate,
    Load,
    LoadFailed,
    LoadProgress,
    Ready,
    Refused,
    Step,
)


class StandIn:
    def __init__(self) -> None:
        self.channel = WorkerChannel(sys.stdin.buffer, sys.stdout.buffer)
        self.cancelled: list[int] = []

    def run(self) -> None:
        commands = self.channel.commands()
        load = next(commands)
        assert isinstance(load, Load)
        threading.Thread(target=self.load, args=(load.spec,), daemon=True).start()
        for command in commands:
            match command:
                case Generate():
                    self.generate(command)
                case CountTokens():
                    self.count(command)
                case Cancel(number):
                    self.cancelled.append(number)
                case _:
                    return

    def load(self, spec: ModelSpec) -> None:
        self.channel.send(LoadProgress(0.5))
        match spec.name.partition("-")[0]:
            case "hang":
                threading.Event().wait()
            case "gate":
                Path(spec.paths[0]).read_bytes()
            case "abort":
                die("GGML_ASSERT(n_tokens > 0) failed", signal.SIGABRT)
            case "fails":
                sys.stderr.write("error loading model: tensor 'output.weight' not found\n")
                sys.stderr.flush()
                self.channel.send(LoadFailed(ModelLoadFailed("llama.cpp refused the file", spec.name).info()))
                os._exit(1)
            case "garbage":
                self.garbage()
            case _:
                pass
        self.channel.send(Ready(describe(spec)))

    def generate(self, command: Generate) -> None:
        number = command.id
        admitted = Admitted(number, 3, 0, 0.0)
        match str(command.prompt).split():
            case ["count", count]:
                words = [Delta(number, f"{index} ") for index in range(int(count))]
                self.step(admitted, *words, Ended(number, "stop", None, 3, 0, len(words), 0.0, 0.0, 0.0))
            case ["cancelled"]:
                text = Delta(number, " ".join(str(other) for other in self.cancelled))
                self.step(text, Ended(number, "stop", None, 1, 0, 1, 0.0, 0.0, 0.0))
            case ["twice"]:
                over = Ended(number, "stop", None, 1, 0, 1, 0.0, 0.0, 0.0)
                self.step(over, over, Delta(number, "after the end"))
            case ["stream"]:
                self.step(admitted, Delta(number, "once "))
            case _:
                self.die(command, admitted)

    def count(self, command: CountTokens) -> None:
        stats = EngineStats(cells_total=64)
        match command.prompt.split():
            case ["die"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["refuse"]:
                refusal = Refused(command.id, InferenceError("the text is too long").info())
                self.channel.send(Step([refusal], stats))
            case ["never"]:
                pass
            case words:
                self.channel.send(Step([], stats, [Counted(command.id, len(words))]))

    def die(self, command: Generate, admitted: Admitted) -> None:
        match str(command.prompt).split():
            case ["die", "queued"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["die", "streaming"]:
                self.step(admitted, Delta(command.id, "once "))
                os.kill(os.getpid(), signal.SIGKILL)
            case ["abort"]:
                self.step(admitted)
                die("CUDA error: an illegal memory access was encountered", signal.SIGABRT)
            case ["exit"]:
                os._exit(3)
            case ["garbage"]:
                self.garbage()
            case ["hush"]:
                os.close(1)
            case unknown:
                raise ValueError(unknown)

    def step(self, *news: Admitted | Delta | Ended) -> None:
        self.channel.send(Step(list(news), EngineStats(running=1, cells_total=64)))

    def garbage(self) -> None:
        """Send the length of a frame and then what is no message, and live on."""
        sys.stdout.buffer.write(b"\x00\x00\x00\x05hello")
        sys.stdout.buffer.flush()
        threading.Event().wait()


def die(words: str, number: signal.Signals) -> NoReturn:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
    os.kill(os.getpid(), number)
    raise SystemExit(1)


def describe(spec: ModelSpec) -> LoadedModel:
    return LoadedModel(
        name=spec.name,
        context_length=spec.context_length,
        kv_cells=spec.kv_cells,
        max_sequences=4,
        vocabulary=10,
        threads=1,
        device="cpu",
        gpu_layers=0,
        chat_template=None,
        bos="",
        eos="",
        sampling=SamplingOptions(),
        memory=MemoryPlan(spec.memory.total_bytes, 0, 0),
        load_s=0.0,
        pid=os.getpid(),
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["--devices"]:
        sys.stdout.write("[]")
    else:
        StandIn().run()
        os._exit(0)
