"""Score the exported file on held-out cases, through Minerva's own engine, and sample free conversations from it."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from starter.answer import take_apart
from starter.corpus import cases
from starter.corpus.example import ABILITIES, Ability, Example, Message, Split, assistant, user
from starter.engine import Answer, Engine
from starter.render import Renderer
from starter.tokenizer import SPECIAL_TOKENS

GOALS: dict[Ability, float] = {
    "greetings": 0.90,
    "about": 0.90,
    "memory": 0.95,
    "system": 0.90,
    "tools": 0.90,
    "json": 0.90,
    "thinking": 0.90,
    "stories": 0.90,
    "copying": 0.90,
    "sums": 0.95,
    "beyond": 0.80,
}
"""The share of held-out cases that must pass."""

FREE_GOAL = 0.98
TURNS = 6
TALK: tuple[Ability, ...] = ("greetings", "about", "memory", "stories", "copying", "sums", "json", "beyond")
"""Abilities that free conversations take their questions from."""

_ANSWER_LIMIT = 512


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that did not pass: the prompt, what was written, and what the check wanted."""

    prompt: str
    written: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Score:
    """How one ability did."""

    ability: Ability
    count: int
    passed: int
    goal: float
    failures: tuple[Failure, ...]

    @property
    def share(self) -> float:
        """Passed cases among all."""
        return self.passed / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Free:
    """Free conversations: answers in all, and how many of them were at fault."""

    answers: int
    empty: int
    leaked: int
    unended: int

    @property
    def is_good(self) -> bool:
        """Whether nothing was empty or leaked and enough answers ended by themselves."""
        return not self.empty and not self.leaked and self.unended <= (1 - FREE_GOAL) * self.answers


def score(engine: Engine, renderer: Renderer, ability: Ability, split: Split, count: int, seed: int) -> Score:
    """Answer `count` held-out cases greedily and check each last answer."""
    examples = cases(ability, split, count, seed)
    prompts = [renderer.prompt(example.messages[:-1], example.tools, thinking=example.thinking) for example in examples]
    answers = engine.answers(prompts, max_tokens=_ANSWER_LIMIT)
    failures = tuple(
        Failure(prompt, answer.text, repr(example.check))
        for example, prompt, answer in zip(examples, prompts, answers, strict=True)
        if not passes(example, prompt, answer)
    )
    return Score(ability, len(examples), len(examples) - len(failures), GOALS[ability], failures)


def passes(example: Example, prompt: str, answer: Answer) -> bool:
    """Say whether an answer is right: it ends by itself and its parts pass the example's check."""
    # With thinking on, the prompt has opened the block already.
    opening = "<think>" if prompt.endswith("<think>\n") else ""
    parts = take_apart(opening + answer.text)
    return answer.ended and example.check.passes(parts.text, parts.reasoning, parts.calls)


def converse(engine: Engine, renderer: Renderer, conversations: int, split: Split, seed: int) -> Free:
    """Hold conversations of `TURNS` turns at the file's own sampling defaults."""
    questions = [list(_questions(split, seed + number)) for number in range(conversations)]
    histories: list[list[Message]] = [[] for _ in questions]
    given: list[Answer] = []
    for turn in range(TURNS):
        for history, asked in zip(histories, questions, strict=True):
            history.append(user(asked[turn]))
        prompts = [renderer.prompt(history) for history in histories]
        answers = engine.answers(prompts, engine.model.sampling, max_tokens=_ANSWER_LIMIT)
        for history, answer in zip(histories, answers, strict=True):
            history.append(assistant(answer.text))
        given += answers
    return Free(
        answers=len(given),
        empty=sum(not answer.text.strip() for answer in given),
        leaked=sum(is_leaky(answer.text) for answer in given),
        unended=sum(not answer.ended for answer in given),
    )


def is_leaky(text: str) -> bool:
    """Whether an answer in plain conversation shows a special token, or bytes that are no text."""
    return "\ufffd" in text or any(token in text for token in SPECIAL_TOKENS)


def _questions(split: Split, seed: int) -> Iterator[str]:
    """Yield what a person says, turn by turn, each time something else."""
    order = random.Random(seed)  # noqa: S311 - no secret
    for ability in ("greetings", *order.choices(TALK, k=TURNS - 1)):
        example = cases(ability, split, 1, order.randrange(2**31))[0]
        yield next(message["content"] for message in example.messages if message["role"] == "user")


HEADING = f"{'ability':<12}{'passed':>12}{'score':>9}{'goal':>9}"


def line(item: Score) -> str:
    """Return a score as a line of the table under `HEADING`."""
    mark = "" if item.share >= item.goal else "  below"
    return f"{item.ability:<12}{f'{item.passed} of {item.count}':>12}{item.share:>9.1%}{item.goal:>9.0%}{mark}"


def main() -> None:
    """Print the table of abilities."""
    parser = argparse.ArgumentParser(prog="python -m starter.evaluate", description=main.__doc__)
    parser.add_argument("file", type=Path, help="the GGUF file")
    parser.add_argument("--count", type=int, default=200, help="cases for each ability")
    parser.add_argument("--free", type=int, default=200, help="free conversations; 0 leaves them out")
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--abilities", nargs="*", choices=ABILITIES, default=ABILITIES)
    parser.add_argument("--strict", action="store_true", help="end with status 1 if a goal is missed")
    parser.add_argument("--json", type=Path, help="write scores and failed cases to this file")
    options = parser.parse_args()
    renderer, started = Renderer(), time.monotonic()
    with Engine(options.file) as engine:
        scores = []
        sys.stdout.write(f"{HEADING}\n")
        for ability in options.abilities:
            scores.append(score(engine, renderer, ability, options.split, options.count, options.seed))
            sys.stdout.write(f"{line(scores[-1])}\n")
            sys.stdout.flush()
        free = converse(engine, renderer, options.free, options.split, options.seed) if options.free else None
        if free is not None:
            sys.stdout.write(
                f"free conversations: {free.answers} answers, {free.empty} empty, {free.leaked} with a leaked token,"
                f" {free.unended} not ended by themselves\n"
            )
        took = time.monotonic() - started
        sys.stdout.write(f"loaded in {engine.model.load_s * 1000:.0f} ms; evaluated in {took:.0f} s\n")
    if options.json:
        content = {"scores": [asdict(item) for item in scores], "free": asdict(free) if free else None}
        options.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    is_good = all(item.share >= item.goal for item in scores) and (free is None or free.is_good)
    sys.exit(1 if options.strict and not is_good else 0)


if __name__ == "__main__":
    main()
