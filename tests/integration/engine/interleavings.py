"""Twelve conversations in any order on a context too small for them: is each answer what it is without a cache?

`python -m tests.integration.engine.interleavings --count 200` plays as many random interleavings with the starter
model: turns of several conversations at once, edits of earlier turns, branches, cancels, evictions into RAM and onto
disk, and restarts of the process. Another process answers the same prompts one by one, without cache, tiers and
speculation.

Answers are greedy. Batches of another shape add up in another order, and a near tie falls either way: with the shipped
file, whose numbers are rounded to 8 bits between layers, llama.cpp alone moves the two likeliest tokens by up to 0.08
against each other. So that nothing can hide behind it, weights, keys and values are 32-bit floats here, where that is
ten thousand times less (`rounding` prints both); `--flash` has the default attention with the same weights.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from gguf import GGMLQuantizationType as Kind

import minerva
from minerva.core.event import TokenLogprob
from minerva.core.model import CacheOptions, LoadOptions
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import Cancel, Delta, News
from tests.support.engine_process import EngineProcess, admitted, end_of, text_of
from tests.support.reformatted import write_as

STARTER = Path(minerva.__file__).parent / "models" / "starter.gguf"
CONVERSATIONS = 12
TOKENS = 16


@dataclass(frozen=True)
class Arithmetic:
    """How models compute. Two tokens are a near tie when they are closer than `near`, in logarithms of probability."""

    options: LoadOptions
    near: float


EXACT = Arithmetic(LoadOptions(kv_type_k="f32", kv_type_v="f32", flash_attention=False), near=0.001)
FLASH = Arithmetic(LoadOptions(), near=0.02)
"""The attention that is the default: keys and values are rounded to 16 bits."""
IGNORING_END = SamplingOptions(temperature=0.0, ignore_eos=True)

_WORDS = ["apple", "river", "stone", "lamp", "green", "horse", "window", "paper", "cloud", "spoon", "market", "yellow"]
_NAMES = ["Anna", "Bruno", "Carla", "David", "Elena", "Frank"]


@dataclass
class Tally:
    """What happened in all interleavings."""

    answers: int = 0
    ties: int = 0
    cancels: int = 0
    restarts: int = 0
    restored: int = 0
    reused: int = 0
    wrong: list[str] = field(default_factory=list)


class Judge:
    """Knows what is answered without anything kept."""

    def __init__(self, model: Path, arithmetic: Arithmetic) -> None:
        """Start its process."""
        self._near = arithmetic.near
        options = msgspec.structs.replace(arithmetic.options, max_sequences=1, speculation=False)
        self._engine = EngineProcess(model, cells=1024, options=options)
        self._known: dict[str, list[News]] = {}

    def close(self) -> None:
        """End its process."""
        self._engine.close()

    def answer(self, prompt: str) -> list[News]:
        """Return the news of `prompt`, answered alone."""
        if prompt not in self._known:
            self._known[prompt] = self._engine.generate(prompt, max_tokens=TOKENS, logprobs=2, cache_prompt=False)
        return self._known[prompt]

    def is_right(self, prompt: str, text: str) -> bool | None:
        """Return whether `text` is the answer to `prompt`; `None` if it is as good, by a near tie."""
        news = self.answer(prompt)
        if text == text_of(news):
            return True
        said = ""
        for token in [entry for item in news if isinstance(item, Delta) for entry in item.logprobs]:
            piece = token.piece.decode(errors="replace")
            if not text.startswith(said + piece):
                return self._as_good(token)
            said += piece
        return self._might_go_on(prompt + said)

    def _might_go_on(self, answered: str) -> bool | None:
        """Return whether an answer is as good that goes on where this one ended: no token was reported there."""
        news = self._engine.generate(answered, IGNORING_END, max_tokens=1, logprobs=2, cache_prompt=False)
        return next(self._as_good(entry) for item in news if isinstance(item, Delta) for entry in item.logprobs)

    def _as_good(self, token: TokenLogprob) -> bool | None:
        """Return `None` if the two likeliest tokens there are a near tie, else false: it is wrong to choose another."""
        first, second = sorted((one.logprob for one in token.top), reverse=True)[:2]
        return None if first - second < self._near else False


class Player:
    """Plays interleavings on one folder of kept prompts; its process comes and goes."""

    def __init__(
        self,
        model: Path,
        arithmetic: Arithmetic,
        judge: Judge,
        folder: Path,
        chance: random.Random,
        tally: Tally,
    ) -> None:
        """Start a process that has room for three or four of the conversations."""
        self._model, self._options = model, msgspec.structs.replace(arithmetic.options, max_sequences=4)
        self._judge, self._folder, self._chance, self._tally = judge, folder, chance, tally
        self._histories: list[list[str]] = [[] for _ in range(CONVERSATIONS)]
        self._engine = self._start()

    def close(self) -> None:
        """End the process."""
        self._count()
        self._engine.close()

    def play(self, actions: int) -> None:
        """Let so many things happen."""
        for _ in range(actions):
            kind = self._chance.random()
            if kind < 0.04:
                self._restart()
            elif kind < 0.2:
                self._edit(self._chance.choice(self._histories))
            else:
                self._talk(self._chance.sample(self._histories, self._chance.choice((1, 1, 2, 3, 5))))

    def _start(self) -> EngineProcess:
        cache = CacheOptions(ram_bytes=6_000_000, folder=str(self._folder), disk_bytes=200_000_000)
        return EngineProcess(self._model, cells=1024, cache=cache, options=self._options)

    def _count(self) -> None:
        if self._engine.last_step is not None:
            self._tally.restored += self._engine.last_step.stats.restored_tokens

    def _restart(self) -> None:
        self.close()
        self._engine = self._start()
        self._tally.restarts += 1

    def _edit(self, history: list[str]) -> None:
        """Go back to an earlier turn: what is asked next is a branch, or the same again."""
        if history:
            del history[2 * self._chance.randrange(len(history) // 2) :]

    def _talk(self, histories: list[list[str]]) -> None:
        asked = [(self._ask(history), history) for history in histories]
        ids = [self._engine.submit(prompt, max_tokens=TOKENS) for prompt, _ in asked]
        for number in ids:
            if self._chance.random() < 0.1:
                self._engine.send(Cancel(number))
        news = self._engine.collect(ids)
        for number, (prompt, history) in zip(ids, asked, strict=True):
            if end_of(news[number]).reason == "cancelled":
                self._tally.cancels += 1
                history.pop()
            else:
                self._take(prompt, history, news[number])

    def _ask(self, history: list[str]) -> str:
        """Append what a person says; return the prompt. A conversation that fills its window begins anew."""
        if sum(map(len, history)) > 600:
            history.clear()
        history.append(question(self._chance))
        turns = "".join(
            f"<|im_start|>{'assistant' if place % 2 else 'user'}\n{text}<|im_end|>\n"
            for place, text in enumerate(history)
        )
        return turns + "<|im_start|>assistant\n"

    def _take(self, prompt: str, history: list[str], news: list[News]) -> None:
        text = text_of(news)
        self._tally.answers += 1
        self._tally.reused += admitted(news).cached_tokens
        right = self._judge.is_right(prompt, text)
        if right is None:
            self._tally.ties += 1
        elif not right:
            self._tally.wrong.append(
                f"{prompt!r}: {text!r}, and without a cache {text_of(self._judge.answer(prompt))!r}"
            )
        history.append(text)


def play(count: int, actions: int, seed: int, tally: Tally, arithmetic: Arithmetic = EXACT) -> Tally:
    """Play `count` interleavings of so many actions; each third one begins with nothing kept."""
    chance = random.Random(seed)  # noqa: S311 - a workload, not a secret
    with tempfile.TemporaryDirectory() as models:
        model = write_as(Kind.F32, STARTER, Path(models) / STARTER.name)
        judge = Judge(model, arithmetic)
        for _ in range((count + 2) // 3):
            with tempfile.TemporaryDirectory() as folder:
                player = Player(model, arithmetic, judge, Path(folder), chance, tally)
                for _ in range(3):
                    player.play(actions)
                player.close()
        judge.close()
    return tally


def question(chance: random.Random) -> str:
    """Return what a person says: something to repeat, a name, or a sum."""
    kind = chance.random()
    if kind < 0.5:
        return "Repeat: " + " ".join(chance.choices(_WORDS, k=chance.randint(4, 40)))
    if kind < 0.7:
        return f"My name is {chance.choice(_NAMES)}."
    return "What is my name?" if kind < 0.85 else f"What is {chance.randint(1, 49)} + {chance.randint(1, 49)}?"


def main() -> int:
    """Play, and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="interleavings")
    parser.add_argument("--actions", type=int, default=24, help="in each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flash", action="store_true", help="with flash attention and a KV cache of 16 bits")
    options = parser.parse_args()
    tally = play(options.count, options.actions, options.seed, Tally(), FLASH if options.flash else EXACT)
    sys.stdout.write("".join(f"WRONG {line}\n" for line in tally.wrong))
    sys.stdout.write(
        f"{options.count} interleavings: {tally.answers} answers, {len(tally.wrong)} wrong, {tally.ties} near ties, "
        f"{tally.cancels} cancelled, {tally.restarts} restarts, {tally.reused} tokens of prompts reused, of them "
        f"{tally.restored} from RAM or disk\n"
    )
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
