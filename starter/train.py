"""Train the starter model: Muon for matrices, AdamW for the rest, over one or more processes of one machine.

A run is a folder: tokenizer, checkpoint and picture of the loss. Started again with the same folder it goes on
from its checkpoint. It ends when its budget of steps or minutes is used up, with the learning rate down to nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import threading
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.multiprocessing.spawn import spawn
from tqdm import tqdm

from starter import checkpoint, schedule, trail
from starter.batches import Batch, Stream
from starter.checkpoint import State
from starter.curve import draw
from starter.exchange import Exchange, make_exchanges
from starter.growth import deepen
from starter.model import Llama, Shape, count_parameters
from starter.precision import autocast, fastest
from starter.render import Renderer
from starter.restore import restore
from starter.tokenizer import SAMPLE, VOCABULARY, load_or_train
from starter.validate import HeldOut, held_out, validate

MATRIX_RATE, OTHER_RATE = 0.02, 0.004
SIZES = ("width", "layers", "heads", "kv_heads", "feed_forward", "context")
_GIVEN = ("steps", "minutes", "seed", "budget", "validate_every", "processes", "start_from", "rate", "compile")
_SAVE_EVERY_S = 120.0


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is told.

    `budget` is the tokens of one process in one step; `steps` and `minutes` end the run; `sizes` are those of `Shape`
    that differ from its own; `start_from` is an exported file whose weights, sizes and tokenizer a new run begins with,
    and then the only one of `sizes` is `layers`, to make the network deeper; `rate` is the highest
    learning rate of a new run, see `schedule.highest_rate`; `compile` takes a minute at the start and makes each update
    shorter.
    """

    folder: Path
    steps: int | None
    minutes: float | None
    seed: int
    budget: int
    validate_every: int
    processes: int
    sizes: dict[str, int]
    start_from: Path | None
    rate: float | None
    compile: bool


class Trainer:
    """One process of a run."""

    def __init__(self, options: Options, exchange: Exchange) -> None:
        self.options = options
        self.exchange = exchange
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.precision = fastest(self.device)
        torch.manual_seed(options.seed)
        self.path = options.folder / "checkpoint.pt"
        resumes = self.path.exists()
        self.renderer, self.tokenizer = Renderer(), _tokenizer(options)
        if resumes:
            self.model, self.state = checkpoint.load_model(self.path)
        else:
            self.model = _begin(options, self.tokenizer)
            further = options.start_from is not None
            self.state = State(options.seed, further=further, rate=schedule.highest_rate(options.rate, further=further))
        self.model.to(self.device)
        self.optimisers = make_optimisers(self.model)
        if resumes:
            checkpoint.load_optimisers(self.path, self.optimisers)
        self.trail = checkpoint.load_trail(self.path) if resumes else trail.begin(self.model)
        self.weights = [weights for weights in self.model.parameters() if weights.requires_grad]
        self.stream = Stream(self.renderer, self.tokenizer, self._stream_seed(), options.budget)
        self.state.starts += 1
        if options.compile:
            self._compile()

    def _compile(self) -> None:
        """Fuse what lies between the matrix products, before the clock of the run begins."""
        self.model.hidden = torch.compile(self.model.hidden, dynamic=True)
        self._backward(self.stream.batch(self._lengths()))
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)

    def _stream_seed(self) -> int:
        return (self.state.seed * 1000 + self.state.starts) * 100 + self.exchange.rank

    def _lengths(self) -> schedule.Lengths:
        return schedule.lengths(self.state.progress, self.model.shape.context, further=self.state.further)

    def run(self) -> None:
        """Train until the budget is used up. Only the first process writes files."""
        data = held_out(self.renderer, self.tokenizer, self.state.seed, self.exchange, self.model.shape.context)
        leads = self.exchange.rank == 0
        # Of a run that goes on, the budget may have grown.
        self._agree_on_progress()
        saved = last = time.monotonic()
        with tqdm(total=100.0, unit="%", disable=not leads, mininterval=5.0, bar_format=_BAR) as bar:
            while self.state.progress < 1.0:
                was_stable = schedule.is_stable(self.state.progress)
                self._step()
                now = time.monotonic()
                self.state.elapsed_s, last = self.state.elapsed_s + now - last, now
                ends = self._agree_on_progress()
                if leads:
                    self.trail.add(self.model, self.state.progress)
                if was_stable and not schedule.is_stable(self.state.progress) and leads:
                    self._save("stable.pt")
                if ends or self.state.step % self.options.validate_every == 0:
                    self._validate(data)
                if leads and (ends or now - saved > _SAVE_EVERY_S):
                    self._save("checkpoint.pt")
                    saved = now
                bar.update(100 * self.state.progress - bar.n)
                bar.set_postfix_str(f"step {self.state.step}, loss {self.state.losses[-1]:.3f}", refresh=False)

    def _agree_on_progress(self) -> bool:
        """Take over the first process's clock; return whether the run is at its end."""
        options, state = self.options, self.state
        own = schedule.progress_of(state.step, state.elapsed_s, options.steps, options.minutes)
        agreed = self.exchange.sum(torch.tensor([own if self.exchange.rank == 0 else 0.0], dtype=torch.float32))
        state.progress = agreed.item()
        return state.progress >= 1.0

    def _step(self) -> None:
        factor = schedule.rate(self.state.progress, self.state.rate)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["base_rate"] * factor
        batch = self.stream.batch(self._lengths())
        loss, weight = self._backward(batch)
        gradients = [
            weights.grad if weights.grad is not None else torch.zeros_like(weights) for weights in self.weights
        ]
        own = torch.cat([gradient.flatten().cpu() for gradient in gradients])
        total = self.exchange.sum(torch.cat([own, torch.tensor([loss, weight, float(batch.read)])]))
        loss, weight, read = total[-3:].tolist()
        total /= max(weight, 1e-9)
        position = 0
        for weights, gradient in zip(self.weights, gradients, strict=True):
            size = weights.numel()
            weights.grad = total[position : position + size].view_as(gradient).to(self.device)
            position += size
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.state.step += 1
        self.state.tokens += int(read)
        self.state.losses.append(loss / max(weight, 1e-9))

    def _backward(self, batch: Batch) -> tuple[float, float]:
        """Leave the gradient of the batch's weighted sum of losses; return that sum and the sum of weights."""
        targets = batch.targets.to(self.device)
        weights = batch.weights.to(self.device)[targets >= 0]
        with autocast(self.device, self.precision):
            losses = self.model.losses(batch.tokens.to(self.device), targets)
        loss: Tensor = (losses * weights).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        return loss.item(), weights.sum().item()

    def _validate(self, data: HeldOut) -> None:
        figures = validate(self.model, data, self.exchange, self.device, self.precision)
        if self.exchange.rank:
            return
        self.state.validations.append({"step": self.state.step, **figures})
        whole = {name.removesuffix(".whole"): round(value, 2) for name, value in figures.items() if ".whole" in name}
        tqdm.write(json.dumps({"step": self.state.step, "elapsed_s": round(self.state.elapsed_s), "whole": whole}))
        draw(self.state, self.options.folder / "loss.png")

    def _save(self, name: str) -> None:
        checkpoint.save(self.options.folder / name, self.model, self.optimisers, self.state, self.trail)


_BAR = "{percentage:5.1f} % |{bar}| {elapsed}<{remaining}, {postfix}"


def make_optimisers(model: Llama) -> list[torch.optim.Optimizer]:
    """Return Muon (Jordan 2024) for the matrices between streams, AdamW for the embedding and the norms."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, weights in model.named_parameters():
        (matrices if weights.ndim == 2 and not name.startswith("embedding") else others).append(weights)
    optimisers: list[torch.optim.Optimizer] = [
        torch.optim.Muon(matrices, lr=MATRIX_RATE, weight_decay=0.01, momentum=0.95),
        torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]
    for optimiser, rate in zip(optimisers, (MATRIX_RATE, OTHER_RATE), strict=True):
        for group in optimiser.param_groups:
            group["base_rate"] = rate
    return optimisers


def options_of(given: dict[str, Any]) -> Options:
    """Return the options that a command line says, `given` by name."""
    sizes = {name: given[name] for name in SIZES if given[name] is not None}
    return Options(folder=given["run"], sizes=sizes, **{name: given[name] for name in _GIVEN})


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 < value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return value


def _tokenizer(options: Options) -> Tokenizer:
    path = options.folder / "tokenizer.json"
    if options.start_from and not path.exists():
        restore(options.start_from)[1].save(str(path))
    sample = SAMPLE if options.steps is None else min(SAMPLE, options.steps * 100)
    return load_or_train(path, Renderer(), options.seed, sample)


def _begin(options: Options, tokenizer: Tokenizer) -> Llama:
    if options.start_from is None:
        return Llama(_shape(options, tokenizer))
    model = restore(options.start_from)[0]
    return deepen(model, options.sizes.get("layers", model.shape.layers))


def _shape(options: Options, tokenizer: Tokenizer) -> Shape:
    return Shape(vocabulary=tokenizer.get_vocab_size(), **options.sizes)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _work(rank: int, options: Options, exchanges: list[Exchange]) -> None:
    if parent := multiprocessing.parent_process():
        # A killed parent takes nobody with it, and its children would train on for hours.
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // options.processes))
    Trainer(options, exchanges[rank]).run()


def train(options: Options) -> None:
    """Run, or go on with, the training in `options.folder`."""
    options.folder.mkdir(parents=True, exist_ok=True)
    tokenizer, path = _tokenizer(options), options.folder / "checkpoint.pt"
    model = checkpoint.load_model(path)[0] if path.exists() else _begin(options, tokenizer)
    exchanges = make_exchanges(options.processes, count_parameters(model) + 3)
    if options.processes == 1:
        _work(0, options, exchanges)
    else:
        spawn(_work, args=(options, exchanges), nprocs=options.processes)  # type: ignore[no-untyped-call]  # torch


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m starter.train", description=main.__doc__)
    parser.add_argument("run", type=Path, help="folder of the run; made if there is none")
    parser.add_argument("--steps", type=int, help="end after so many updates")
    parser.add_argument("--minutes", type=float, help="end after so many minutes of training, over all starts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=int, default=3072, help="tokens of one process in one update")
    parser.add_argument("--processes", type=int, help="as many as cores, 1 with a GPU, if not given")
    parser.add_argument("--validate-every", type=int, default=250, help="updates between validations")
    parser.add_argument(
        "--start-from", type=Path, help="an exported file whose weights a new run begins with; give --seed too"
    )
    parser.add_argument(
        "--rate",
        type=_share,
        help=f"highest learning rate of a new run, a part of 1; {schedule.FURTHER_RATE} with --start-from, 1 without",
    )
    parser.add_argument("--compile", action="store_true", help="fuse operations; for runs of more than some minutes")
    for name in SIZES:
        default = getattr(Shape(VOCABULARY), name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=f"{default}, or as in the file, if not given")
    return parser


def main() -> None:
    """Train, or go on training, the network in a folder."""
    parser = _parser()
    options = vars(parser.parse_args())
    if options["start_from"] and any(options[name] is not None for name in SIZES if name != "layers"):
        parser.error("--start-from brings the sizes of its file with it; only --layers may say more")
    if options["steps"] is None and options["minutes"] is None:
        parser.error("give --steps, --minutes or both: they say when the run ends")
    if options["processes"] is None:
        options["processes"] = 1 if torch.cuda.is_available() else os.cpu_count() or 1
    train(options_of(options))


if __name__ == "__main__":
    main()
