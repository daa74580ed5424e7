"""The engine under any interleaving: texts as if each request were alone, one end each, cells conserved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.parameters import resolve
from minerva.core.request import BATCH, INTERACTIVE, URGENT
from minerva.core.sampling import SamplingOptions
from minerva.engine.cost import CostModel
from minerva.engine.intake import Arrived
from minerva.engine.loop import Engine
from minerva.engine.scheduler import Limits
from minerva.engine.tiers.tiers import Tiers
from minerva.wire.messages import Admitted, Cancel, Counted, Delta, Ended, Generate, News, Refused
from tests.support.fake_backend import END, VOCABULARY, FakeBackend, FakeVocabulary, next_token

WINDOW = 64
GREEDY = resolve(SamplingOptions(temperature=0.0))
PREFIXES = [[5] * 20, [5] * 10 + [9] * 14, [7, 8] * 12, []]


@dataclass
class Clock:
    """Time that the test moves on; each look at the clock takes `tick_s`."""

    now_s: float = 0.0
    tick_s: float = 0.001

    def __call__(self) -> float:
        """Return the time."""
        self.now_s += self.tick_s
        return self.now_s


def make_engine(
    backend: FakeBackend,
    tier_bytes: int = 0,
    *,
    speculates: bool = False,
    queue_limit: int = 100,
    clock: Clock | None = None,
    block_tokens: int = 8,
    **limits: int,
) -> Engine:
    chosen = {"max_running": 4, "batch_tokens": 16, "output_rows": 32, "retained_cells": 1000, **limits}
    return Engine(
        backend,
        window=WINDOW,
        limits=Limits(slots=backend.slots, step_target_s=0.15, speculates=speculates, **chosen),
        queue_limit=queue_limit,
        cost=CostModel(0.01),
        tiers=Tiers(tier_bytes, block_tokens=block_tokens),
        clock=clock or Clock(),
    )


def arrive(
    number: int,
    tokens: list[int],
    max_tokens: int | None = None,
    *,
    cache: bool = True,
    window: int = WINDOW,
    keep: int | None = None,
    foretold: tuple[int, ...] = (),
    priority: int = INTERACTIVE,
    client: str = "",
    queue_timeout_s: float | None = None,
) -> Arrived:
    request = Generate(
        id=number,
        request_id=str(number),
        prompt=tokens,
        sampling=GREEDY,
        max_tokens=max_tokens,
        cache_prompt=cache,
        window=window,
        shift_keep=keep,
        priority=priority,
        client=client,
        queue_timeout_s=queue_timeout_s,
    )
    return Arrived(request, tokens, foretold=list(foretold))


def expected(
    prompt: list[int], max_tokens: int | None, window: int = WINDOW, keep: int | None = None
) -> tuple[str, str]:
    """Return the text and finish reason of a request that runs alone in an engine without a cache."""
    tokens, text = list(prompt), ""
    while (keep is not None or len(tokens) < window) and (max_tokens is None or len(text) < max_tokens):
        if len(tokens) > window:
            tokens = shifted(tokens, window, min(keep or 0, len(prompt)))
        token = next_token(tokens)
        if token == END:
            return text, "stop"
        tokens.append(token)
        text += chr(token + 48)
    return text, "length"


def shifted(tokens: list[int], window: int, keep: int) -> list[int]:
    """Return the kept tokens, and of the others the last, half of what the window has room for."""
    return tokens[:keep] + tokens[-max((window - keep) // 2, 1) :]


def talkative_prompt() -> list[int]:
    """Return a prompt of 30 tokens that the fake model answers with at least 3."""
    return next(p for n in range(1, VOCABULARY) if expected(p := [n] * 30, 3)[1] == "length")


def run(engine: Engine, limit: int = 10_000) -> list[News]:
    news: list[News] = []
    for _ in range(limit):
        if engine.is_idle:
            news += engine.step().news
            return news
        news += engine.step().news
        engine.check()
    raise AssertionError("the engine never became idle")


def text_of(news: list[News], number: int) -> str:
    return "".join(item.text for item in news if isinstance(item, Delta) and item.id == number)


def ends_of(news: list[News], number: int) -> list[Ended | Refused]:
    return [item for item in news if isinstance(item, (Ended, Refused)) and item.id == number]


@dataclass(frozen=True)
class Ask:
    """A request arrives. With `keep` its answer goes on past the window.

    Its prediction is what it will say, but for each token at a multiple of `slip`, which goes or becomes `wrong`.
    """

    prompt: list[int]
    max_tokens: int | None
    cache: bool
    window: int = WINDOW
    keep: int | None = None
    slip: int = 1
    wrong: int | None = None
    priority: int = INTERACTIVE
    client: str = ""

    def foretold(self) -> tuple[int, ...]:
        """Return the tokens of the prediction."""
        text, _ = expected(self.prompt, self.max_tokens, self.window, self.keep)
        tokens = [self.wrong if place % self.slip == 0 else ord(char) - 48 for place, char in enumerate(text)]
        return tuple(token for token in tokens if token is not None)


@dataclass(frozen=True)
class Leave:
    """A request is cancelled, if it is there."""

    number: int


@dataclass(frozen=True)
class Disturb:
    """The next decode is interrupted after this many tokens."""

    after: int


@dataclass(frozen=True)
class Run:
    """The engine makes some steps."""

    steps: int


callers = st.tuples(st.sampled_from([URGENT, INTERACTIVE, BATCH]), st.sampled_from(["", "flood", "single"]))
slips = st.tuples(st.sampled_from([1, 2, 5, 9, 1000]), st.one_of(st.none(), st.integers(1, VOCABULARY - 1)))
asks = st.builds(
    lambda prefix, tail, max_tokens, cache, slip, who: Ask(
        prefix + tail, max_tokens, cache, slip=slip[0], wrong=slip[1], priority=who[0], client=who[1]
    ),
    st.sampled_from(PREFIXES),
    st.lists(st.integers(1, VOCABULARY - 1), min_size=1, max_size=12),
    st.one_of(st.none(), st.integers(0, 20)),
    st.booleans(),
    slips,
    callers,
)
long_asks = st.builds(
    lambda prefix, tail, max_tokens, cache, keep, slip, who: Ask(
        prefix + tail, max_tokens, cache, 40, keep, *slip, *who
    ),
    st.sampled_from([*PREFIXES, [7, 8] * 18]),
    st.lists(st.integers(1, VOCABULARY - 1), min_size=1, max_size=3),
    st.integers(0, 120),
    st.booleans(),
    st.sampled_from([0, 10, 30, 100]),
    slips,
    callers,
)
small = st.integers(0, 15)
events = st.lists(
    st.one_of(asks, long_asks, st.builds(Leave, small), st.builds(Disturb, small), st.builds(Run, st.integers(1, 6))),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(
    events=events,
    cells=st.integers(WINDOW, 200),
    slots=st.integers(5, 12),
    can_truncate=st.booleans(),
    tier_bytes=st.sampled_from([0, 400, 10**6]),
    speculates=st.booleans(),
    # With the latter everybody has aged within a few steps.
    tick_s=st.sampled_from([0.001, 5.0]),
)
def test_any_interleaving_gives_each_request_the_text_it_has_alone(
    events: list[Ask | Leave | Disturb | Run],
    cells: int,
    slots: int,
    can_truncate: bool,
    tier_bytes: int,
    speculates: bool,
    tick_s: float,
) -> None:
    backend = FakeBackend(cells=cells, slots=slots, can_truncate=can_truncate)
    engine = make_engine(backend, tier_bytes, speculates=speculates, clock=Clock(tick_s=tick_s))
    asked: list[Ask] = []
    cancelled: set[int] = set()
    news: list[News] = []
    for event in events:
        match event:
            case Ask():
                # What cannot drop tokens cannot shift either; the service asks for it only of those that can.
                ask = event if can_truncate else dataclasses.replace(event, keep=None)
                fields: dict[str, object] = {
                    "cache": ask.cache,
                    "window": ask.window,
                    "keep": ask.keep,
                    "foretold": ask.foretold(),
                }
                fields |= {"priority": ask.priority, "client": ask.client}
                engine.handle([arrive(len(asked), ask.prompt, ask.max_tokens, **fields)])  # type: ignore[arg-type]
                asked.append(ask)
            case Leave():
                cancelled.add(event.number)
                engine.handle([Cancel(event.number)])
            case Disturb():
                # Memory that cannot be cut cannot be interrupted either: what was begun cannot be taken back.
                backend.interruptions += [event.after] if can_truncate else []
            case Run():
                for _ in range(event.steps):
                    news += engine.step().news
                    engine.check()
    news += run(engine)
    for number, ask in enumerate(asked):
        ends = ends_of(news, number)
        assert len(ends) == 1
        text, reason = expected(ask.prompt, ask.max_tokens, ask.window, ask.keep)
        end = ends[0]
        assert isinstance(end, Ended)
        assert end.accepted_tokens <= end.completion_tokens
        assert can_truncate or end.accepted_tokens == end.rejected_tokens == 0
        if end.reason == "cancelled":
            assert number in cancelled
            assert text.startswith(text_of(news, number))
        else:
            assert (text_of(news, number), end.reason) == (text, reason)
    assert backend.largest_batch <= 16
    assert all(sampler.closed for sampler in backend.samplers)
    assert engine.roster.cache.cells.pinned_used == 0


def test_one_prompt_for_many_is_computed_once() -> None:
    backend = FakeBackend(cells=400, slots=24)
    engine = make_engine(backend, max_running=10)
    prompt = list(range(1, 41))
    engine.handle([arrive(number, prompt, max_tokens=1) for number in range(10)])
    news = run(engine)
    assert [end.prompt_tokens for number in range(10) for end in ends_of(news, number) if isinstance(end, Ended)] == [
        40
    ] * 10
    # 40 tokens once, then for the other nine the last prompt token, whose logits are needed anew.
    assert backend.decoded == 40 + 9


def test_the_next_turn_starts_from_the_last() -> None:
    backend = FakeBackend(cells=400, slots=24)
    engine = make_engine(backend)
    first = talkative_prompt()
    engine.handle([arrive(1, first, max_tokens=3)])
    answer = [ord(char) - 48 for char in text_of(run(engine), 1)]
    engine.handle([arrive(2, first + answer + [12] * 5, max_tokens=1)])
    admitted = next(item for item in run(engine) if isinstance(item, Admitted))
    assert admitted.cached_tokens == len(first) + len(answer) - 1


def test_memory_that_cannot_be_cut_still_serves_a_conversation_that_goes_on() -> None:
    backend = FakeBackend(cells=400, slots=24, can_truncate=False)
    engine = make_engine(backend)
    first = talkative_prompt()
    engine.handle([arrive(1, first, max_tokens=3)])
    answer = [ord(char) - 48 for char in text_of(run(engine), 1)]
    engine.handle([arrive(2, first + answer + [12], max_tokens=1), arrive(3, [*first[:20], 9], max_tokens=1)])
    cached = {item.id: item.cached_tokens for item in run(engine) if isinstance(item, Admitted)}
    assert cached == {2: len(first) + len(answer) - 1, 3: 0}


@pytest.mark.parametrize(("length", "refused"), [(WINDOW - 1, False), (WINDOW, True), (WINDOW + 1, True)])
def test_a_prompt_fits_or_is_refused_before_any_work(length: int, refused: bool) -> None:
    backend = FakeBackend(cells=400, slots=24)
    engine = make_engine(backend)
    engine.handle([arrive(1, [3] * length)])
    (end,) = ends_of(run(engine), 1)
    if refused:
        assert isinstance(end, Refused)
        assert (end.error.code, end.error.maximum, end.error.required) == (
            "context_length_exceeded",
            WINDOW,
            length + 1,
        )
        assert backend.decoded == 0
    else:
        assert isinstance(end, Ended)
        assert end.completion_tokens == 1


@pytest.mark.parametrize("window", [10, WINDOW, WINDOW + 1])
def test_a_window_of_its_own_holds_a_request_and_no_other(window: int) -> None:
    engine, length = make_engine(FakeBackend(cells=400, slots=24)), min(window, WINDOW)
    for number, asked in ((1, length), (2, length - 1), (3, WINDOW - 1)):
        item = arrive(number, [3] * asked)
        request = item.request if number == 3 else msgspec.structs.replace(item.request, window=window)
        engine.handle([Arrived(request, item.tokens)])
    news = run(engine)
    (refused,), (narrow,), (wide,) = (ends_of(news, number) for number in (1, 2, 3))
    assert isinstance(refused, Refused)
    assert (refused.error.maximum, refused.error.required) == (length, length + 1)
    assert isinstance(narrow, Ended)
    assert isinstance(wide, Ended)
    assert narrow.completion_tokens == wide.completion_tokens == 1


def test_a_full_queue_refuses_at_once_and_says_when_to_return() -> None:
    engine = make_engine(FakeBackend(cells=400, slots=24))
    # Four run at once, a hundred wait.
    engine.handle([arrive(number, [number + 1] * 4) for number in range(105)])
    news = run(engine)
    refused = [item for item in news if isinstance(item, Refused)]
    assert [item.id for item in refused] == [104]
    assert refused[0].error.code == "queue_full"
    assert refused[0].error.retry_after_s is not None
    assert refused[0].error.retry_after_s >= 1.0


def test_a_full_queue_refuses_who_floods_it_and_not_who_comes() -> None:
    engine = make_engine(FakeBackend(cells=400, slots=24), queue_limit=5, max_running=1)
    prompt = talkative_prompt()
    engine.handle([arrive(number, prompt, client="flood", max_tokens=2) for number in range(6)])
    engine.handle([arrive(6, prompt, client="single", max_tokens=2)])
    news = run(engine)
    (refused,) = [item for item in news if isinstance(item, Refused)]
    assert (refused.id, refused.error.code) == (5, "queue_full")
    assert [item.id for item in news if isinstance(item, Ended)] == [0, 6, 1, 2, 3, 4]


def test_who_waits_for_longer_than_allowed_is_refused_once() -> None:
    clock = Clock()
    engine = make_engine(FakeBackend(cells=400, slots=24), clock=clock, max_running=1)
    prompt = talkative_prompt()
    engine.handle([arrive(number, prompt, max_tokens=3, queue_timeout_s=9.0 if number else 1.0) for number in range(3)])
    news = engine.step().news
    # The first has begun, so its limit is not asked for any more.
    clock.now_s += 9.0
    news += run(engine)
    assert [item.id for item in news if isinstance(item, Ended)] == [0]
    refused = [item for item in news if isinstance(item, Refused)]
    assert [(item.id, item.error.code, item.error.timeout_s) for item in refused] == [
        (1, "queue_timeout", 9.0),
        (2, "queue_timeout", 9.0),
    ]
    assert all((item.error.retry_after_s or 0) >= 1 for item in refused)


def test_a_request_has_waited_since_it_was_read() -> None:
    clock = Clock(now_s=100.0)
    engine = make_engine(FakeBackend(cells=400, slots=24), clock=clock, max_running=1)
    prompt = talkative_prompt()
    items = [arrive(0, prompt, max_tokens=3), arrive(1, prompt, max_tokens=3, queue_timeout_s=9.0)]
    engine.handle([dataclasses.replace(item, arrived_s=90.0) for item in items])
    refused = [item for item in run(engine) if isinstance(item, Refused)]
    assert [(item.id, item.error.code) for item in refused] == [(1, "queue_timeout")]


def test_an_interactive_request_is_answered_before_batch_work_that_came_first() -> None:
    engine = make_engine(FakeBackend(cells=400, slots=24), max_running=1)
    prompt = talkative_prompt()
    engine.handle([arrive(number, prompt, max_tokens=2, priority=BATCH) for number in range(4)])
    engine.step()
    engine.handle([arrive(4, prompt, max_tokens=2)])
    assert [item.id for item in run(engine) if isinstance(item, Ended)] == [0, 4, 1, 2, 3]


def test_prompt_logprobs_cover_every_prompt_token_once() -> None:
    engine = make_engine(FakeBackend(cells=400, slots=24))
    prompt = [int(token) for token in np.arange(1, 41)]
    request = Generate(
        id=1, request_id="1", prompt=prompt, sampling=GREEDY, max_tokens=2, logprobs=1, prompt_logprobs=True
    )
    engine.handle([Arrived(request, prompt)])
    deltas = [item for item in run(engine) if isinstance(item, Delta)]
    assert [entry.id for entry in deltas[0].logprobs] == prompt
    assert deltas[0].logprobs[0].logprob is None
    assert all(entry.logprob is not None and entry.logprob < 0 for entry in deltas[0].logprobs[1:])


def test_a_step_asks_for_no_more_logits_than_there_is_room_for() -> None:
    backend = FakeBackend(cells=400, slots=24)
    engine = make_engine(backend, batch_tokens=64, output_rows=9)
    wants = {"max_tokens": 2, "logprobs": 0, "prompt_logprobs": True}
    for number in range(4):
        prompt = [number + 1] * 40
        request = Generate(id=number, request_id=str(number), prompt=prompt, sampling=GREEDY, **wants)  # type: ignore[arg-type]
        engine.handle([Arrived(request, prompt)])
    engine.handle([arrive(4, talkative_prompt(), max_tokens=3)])
    news = run(engine)
    assert backend.most_outputs <= 9
    reports = [item for item in news if isinstance(item, Delta) and len(item.logprobs) == 40]
    assert sorted(item.id for item in reports) == [0, 1, 2, 3]


class _Silent(FakeVocabulary):
    """Every token shows as nothing, as control tokens do."""

    def piece(self, token: int) -> bytes:
        """Return nothing."""
        return b""


def test_tokens_that_show_as_nothing_are_reported_with_the_end() -> None:
    backend = FakeBackend(cells=400, slots=24)
    backend.vocabulary = _Silent()
    engine = make_engine(backend)
    prompt = talkative_prompt()
    request = Generate(id=1, request_id="1", prompt=prompt, sampling=GREEDY, max_tokens=3, logprobs=0)
    engine.handle([Arrived(request, prompt)])
    news = run(engine)
    assert sum(len(item.logprobs) for item in news if isinstance(item, Delta)) == 3


def test_a_count_is_told_with_the_next_step_and_is_no_news_of_a_request() -> None:
    engine = make_engine(FakeBackend(cells=64, slots=2))
    engine.handle([Counted(1, 5)])
    step = engine.step()
    assert (step.news, step.results) == ([], [Counted(1, 5)])
    assert engine.step().results == []
