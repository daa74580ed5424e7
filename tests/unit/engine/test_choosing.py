"""Tokens chosen in threads are those chosen one after the other."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minerva.core.errors import InferenceError
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions, SamplingParams
from minerva.engine import choosing
from minerva.engine.backend import Logits, Sampler
from minerva.engine.choosing import Experience
from minerva.engine.cost import CostModel
from minerva.engine.grammar_compiler import GrammarCompiler
from minerva.engine.guide import make_guide
from minerva.engine.intake import Arrived
from minerva.engine.loop import Engine
from minerva.engine.scheduler import Limits
from minerva.wire.messages import Constraint, Ended, Generate, News, Refused
from tests.support.fake_backend import FakeBackend, FakeSampler, FakeVocabulary

VOCABULARY = FakeVocabulary()
COMPILER = GrammarCompiler(VOCABULARY)
RECORD = Constraint('start: "NAME=" /[A-M]{2,5}/ ";KIND=" ("ONE" | "TWO") ";"')
OTHER = Constraint('start: /[A-M]{3,8}/ "=" /[0-9]{1,4}/')
LIMITS = Limits(max_running=8, slots=24, batch_tokens=64, output_rows=32, step_target_s=0.15, retained_cells=1000)
BREAKS_AT = 4
BREAKS, GREEDY = 1000, 0
"""Seeds with a meaning; any other draws."""


class Drawing(FakeSampler):
    """Draws by its seed, and takes its time, so that threads come in each other's way if they can."""

    is_argmax = False

    def __init__(self, logits: Callable[[int], Logits], seed: int, seen: set[str]) -> None:
        super().__init__(logits)
        self._chance = random.Random(seed)  # noqa: S311 - not a secret
        self._breaks = seed >= BREAKS
        self._sampled = 0
        self._seen = seen

    def sample(self, row: int) -> int:
        self._seen.add(threading.current_thread().name)
        self._sampled += 1
        if self._breaks and self._sampled == BREAKS_AT:
            raise InferenceError("This one breaks.")
        if self._chance.random() < 0.3:
            time.sleep(0.0002)
        weights = np.where(np.isfinite(row_of := self._logits(row)), 0.05 + row_of, 0.0)
        return self._chance.choices(range(len(weights)), weights.tolist())[0]


class DrawingBackend(FakeBackend):
    """Its samplers draw by their seeds; one of them is for the likeliest token."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.seen: set[str] = set()

    def sampler(self, params: SamplingParams, prompt: list[int]) -> Sampler:
        seed = params.seed or 0
        return super().sampler(params, prompt) if seed == GREEDY else Drawing(self.logits, seed, self.seen)


def ask(number: int, seed: int, kind: str) -> Arrived:
    """Return a request for a text that is free, held to a grammar, or reported on token by token."""
    request = Generate(
        id=number,
        request_id=str(number),
        prompt=[3 + number] * 5,
        sampling=resolve(SamplingOptions(seed=seed)),
        max_tokens=12,
        logprobs=2 if "logprobs" in kind else None,
        constraint=OTHER if "other" in kind else RECORD if "form" in kind else None,
    )
    compiled = None if request.constraint is None else COMPILER.compile(request.constraint.grammar)
    return Arrived(request, [3 + number] * 5, make_guide(request, VOCABULARY, compiled))


def answers(asked: list[tuple[int, str]], threads: int) -> tuple[list[list[News]], DrawingBackend]:
    """Return the news of each request."""
    backend = DrawingBackend(cells=900, slots=24)
    engine = Engine(
        backend,
        window=100,
        limits=LIMITS,
        queue_limit=100,
        cost=CostModel(0.001),
        threads=threads,
        clock=lambda: 0.0,
    )
    engine.handle([ask(number, seed, kind) for number, (seed, kind) in enumerate(asked)])
    news: list[News] = []
    for _ in range(1000):
        news += engine.step().news
        engine.check()
        if engine.is_idle:
            return [[item for item in news if item.id == number] for number in range(len(asked))], backend
    raise AssertionError("the engine never became idle")


@pytest.fixture
def sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let threads share however little there is to do."""
    monkeypatch.setattr(Experience, "pays", lambda _self, _count: True)


kinds = st.sampled_from(["free", "form", "other form", "logprobs", "form and logprobs"])
seeds = st.one_of(st.just(GREEDY), st.integers(1, 50), st.just(BREAKS))


@pytest.mark.usefixtures("sharing")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.tuples(seeds, kinds), min_size=1, max_size=8))
def test_any_mix_of_sequences_gets_the_tokens_it_gets_one_after_the_other(asked: list[tuple[int, str]]) -> None:
    alone, _ = answers(asked, threads=1)
    together, _ = answers(asked, threads=4)
    assert together == alone


@pytest.mark.usefixtures("sharing")
def test_several_threads_choose() -> None:
    _, backend = answers([(seed, "free") for seed in range(1, 9)], threads=4)
    assert len(backend.seen) > 1


def test_what_is_quickly_done_is_done_by_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "_WORTH_SHARING_S", 1000.0)
    _, backend = answers([(seed, "free") for seed in range(1, 9)], threads=4)
    assert backend.seen == {threading.current_thread().name}


@pytest.mark.usefixtures("sharing")
def test_an_error_of_one_sequence_is_its_own() -> None:
    mix = [(1, "free"), (BREAKS, "free"), (2, "form"), (BREAKS, "form"), (3, "logprobs")]
    news, _ = answers(mix, threads=4)
    ends = [items[-1] for items in news]
    assert [isinstance(end, Refused) for end in ends] == [False, True, False, True, False]
    assert all(isinstance(end, Ended) for end in (ends[0], ends[2], ends[4]))


@pytest.mark.usefixtures("sharing")
def test_an_error_that_nobody_expects_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: object, _row: int) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(Drawing, "sample", fail)
    with pytest.raises(ZeroDivisionError):
        answers([(1, "free"), (2, "free"), (3, "free")], threads=4)


def taken(experience: Experience, count: int, alone_s: float, shared_s: float, steps: int) -> list[bool]:
    """Return how each step was done, by one who learns what it took."""
    ways = []
    for _ in range(steps):
        shared = experience.pays(count)
        experience.learn(shared_s if shared else alone_s, shared=shared)
        ways.append(shared)
    return ways


def test_what_pays_is_found_by_trying() -> None:
    ways = taken(Experience(), 8, alone_s=0.001, shared_s=0.0006, steps=200)
    assert not ways[0]
    assert ways[1:].count(False) == 3


def test_where_threads_only_wait_nothing_is_shared_but_to_look_again() -> None:
    ways = taken(Experience(), 8, alone_s=0.001, shared_s=0.002, steps=200)
    assert ways.count(True) == 4


def test_what_takes_no_time_is_not_even_tried() -> None:
    assert not any(taken(Experience(), 8, alone_s=0.0001, shared_s=0.00001, steps=200))


def test_a_machine_that_becomes_free_is_noticed() -> None:
    experience = Experience()
    taken(experience, 8, alone_s=0.001, shared_s=0.003, steps=200)
    ways = taken(experience, 8, alone_s=0.001, shared_s=0.0005, steps=600)
    assert ways[-60:].count(False) <= 1
