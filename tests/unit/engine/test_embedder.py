"""Texts to embed beside others' sequences: each vector as if alone, each request one end, nobody held up."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.errors import InferenceError
from minerva.engine.backend import Outcome
from minerva.engine.batch import Batch
from minerva.engine.intake import ArrivedTexts
from minerva.engine.loop import Engine
from minerva.engine.passage import Passage
from minerva.wire.messages import Cancel, Embed, Embedded, Ended, News, Refused, Step
from tests.support.fake_backend import VOCABULARY, FakeBackend
from tests.unit.engine.test_loop import WINDOW, arrive, ends_of, expected, make_engine, text_of


@dataclass
class Told:
    """All that an engine said."""

    news: list[News] = field(default_factory=list)
    embedded: list[Embedded] = field(default_factory=list)

    def take(self, step: Step) -> None:
        self.news += step.news
        self.embedded += step.embedded

    def vectors(self, number: int) -> dict[int, list[float]]:
        made = [item for item in self.embedded if item.id == number]
        assert len({item.index for item in made}) == len(made)
        return {item.index: np.frombuffer(item.vector, "<f4").tolist() for item in made}


def texts(number: int, *inputs: list[int]) -> ArrivedTexts:
    request = Embed(id=number, request_id=str(number), inputs=("x",) * len(inputs), normalize=False)
    return ArrivedTexts(request, [Passage(index, tokens) for index, tokens in enumerate(inputs)])


def vector(tokens: list[int]) -> list[float]:
    """What the fake backend makes of a text."""
    return [len(tokens), tokens[0], tokens[-1]]


def finish(engine: Engine, told: Told, limit: int = 10_000) -> Told:
    for _ in range(limit):
        idle = engine.is_idle
        told.take(engine.step())
        engine.check()
        if idle:
            return told
    raise AssertionError("the engine never became idle")


def test_inputs_of_any_length_are_read() -> None:
    backend = FakeBackend(cells=128, slots=6)
    engine, inputs = make_engine(backend), [[3] * n for n in (1, 2, WINDOW, 17, 1)]
    engine.handle([texts(1, *inputs)])
    told = finish(engine, Told())
    assert told.vectors(1) == {index: vector(tokens) for index, tokens in enumerate(inputs)}
    (end,) = told.news
    assert isinstance(end, Ended)
    assert (end.prompt_tokens, end.cached_tokens, end.completion_tokens) == (sum(map(len, inputs)), 0, 0)
    # Nothing of it is kept, and short ones were read together.
    assert engine.stats().cells_used == 0
    assert backend.largest_batch <= 16


def test_a_text_of_which_half_was_read_is_not_taken_for_its_last_token() -> None:
    backend = FakeBackend(cells=128, slots=6)
    engine = make_engine(backend)
    # A batch of 16 tokens: as many are left behind the first one as were in it.
    engine.handle([texts(1, [3] * 32)])
    assert finish(engine, Told()).vectors(1) == {0: vector([3] * 32)}
    assert backend.most_outputs == 1


def test_those_that_nobody_has_begun_to_read_are_said_to_wait() -> None:
    engine = make_engine(FakeBackend(cells=128, slots=6))
    engine.handle([texts(1, *[[3] * 30] * 9)])
    engine.step()
    stats = engine.stats()
    assert stats.running > 0
    assert stats.running + stats.waiting == 9
    finish(engine, Told())
    assert engine.stats().waiting == 0


def test_a_prompt_does_not_wait_behind_a_row_of_texts() -> None:
    engine = make_engine(FakeBackend(cells=800, slots=60), max_running=24)
    engine.handle([texts(1, *[[5] * 9] * 200)])
    engine.step()
    engine.handle([arrive(2, [7] * 60, 1)])
    told = Told()
    steps = 0
    while not ends_of(told.news, 2):
        told.take(engine.step())
        steps += 1
    # Alone its 60 tokens take four batches of 16; texts have a quarter of each.
    assert steps <= 6
    assert len(finish(engine, told).vectors(1)) == 200


def test_many_short_ones_share_a_step() -> None:
    engine = make_engine(FakeBackend(cells=128, slots=20), max_running=8)
    engine.handle([texts(1, *[[n + 1, 2, 3] for n in range(8)])])
    steps = 0
    while not engine.is_idle:
        engine.step()
        steps += 1
    assert steps <= 4


def test_an_input_at_the_window_is_read_and_one_past_it_refused() -> None:
    engine = make_engine(FakeBackend(cells=128, slots=6))
    engine.handle([texts(1, [2] * WINDOW), texts(2, [2], [2] * (WINDOW + 1))])
    told = finish(engine, Told())
    assert told.vectors(1) == {0: vector([2] * WINDOW)}
    (refused,) = ends_of(told.news, 2)
    assert isinstance(refused, Refused)
    assert refused.error.code == "context_length_exceeded"
    assert told.vectors(2) == {}


def test_who_arrives_in_the_meantime_need_not_wait_for_the_end_of_a_long_request() -> None:
    engine = make_engine(FakeBackend(cells=200, slots=12))
    engine.handle([texts(1, *[[5] * 30] * 50)])
    engine.step()
    engine.handle([arrive(2, [7] * 8, 3)])
    told = Told()
    for _ in range(20):
        told.take(engine.step())
    assert ends_of(told.news, 2)
    assert not ends_of(told.news, 1)
    assert len(finish(engine, told).vectors(1)) == 50


def test_a_step_beside_one_who_decodes_keeps_to_its_time() -> None:
    backend = FakeBackend(cells=400, slots=12)
    engine = make_engine(backend, batch_tokens=64)
    engine.handle([arrive(2, [7] * 8)])
    engine.step()
    backend.largest_batch = 0
    engine.handle([texts(1, *[[5] * 60] * 4)])
    engine.step()
    # The cost model starts with 10 ms for a step of one token: 150 ms are far from a batch of 64.
    assert 8 <= backend.largest_batch <= 48


def test_a_cancel_frees_what_it_held_and_leaves_others_alone() -> None:
    engine = make_engine(FakeBackend(cells=200, slots=12))
    engine.handle([texts(1, *[[5] * 40] * 9), texts(2, [6] * 40)])
    engine.step()
    engine.handle([Cancel(1), Cancel(7)])
    told = finish(engine, Told())
    (end,) = ends_of(told.news, 1)
    assert isinstance(end, Ended)
    assert end.reason == "cancelled"
    assert told.vectors(2) == {0: vector([6] * 40)}
    assert engine.stats().cells_used == 0


class Broken(FakeBackend):
    """Cannot compute a batch of embeddings, or has none afterwards."""

    def __init__(self, *, at_once: bool) -> None:
        super().__init__(cells=200, slots=12)
        self._at_once = at_once

    def decode(self, batch: Batch, *, embed: bool = False) -> Outcome:
        if embed and self._at_once:
            raise InferenceError("broken")
        return super().decode(batch, embed=embed)

    def embedding(self, row: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        raise InferenceError("broken")


def test_an_error_ends_its_request_once_and_others_go_on() -> None:
    for at_once in (True, False):
        engine = make_engine(Broken(at_once=at_once))
        engine.handle([texts(1, [5] * 3, [5] * 4, [5] * 30), arrive(2, [7] * 8, 3)])
        told = finish(engine, Told())
        (refused,) = ends_of(told.news, 1)
        assert isinstance(refused, Refused)
        assert refused.error.message == "broken"
        assert text_of(told.news, 2) == expected([7] * 8, 3)[0]
        assert engine.stats().cells_used == engine.stats().cells_retained


inputs = st.lists(st.lists(st.integers(1, VOCABULARY - 1), min_size=1, max_size=40), min_size=1, max_size=6)
prompts = st.lists(st.integers(1, VOCABULARY - 1), min_size=1, max_size=40)
events = st.lists(
    st.one_of(
        inputs.map(lambda given: ("texts", given)),
        prompts.map(lambda given: ("prompt", given)),
        st.integers(0, 9).map(lambda given: ("leave", given)),
        st.integers(0, 15).map(lambda given: ("disturb", given)),
        st.integers(1, 5).map(lambda given: ("run", given)),
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(events=events, cells=st.integers(WINDOW, 160), slots=st.integers(5, 12), can_truncate=st.booleans())
def test_any_interleaving_gives_what_each_has_alone(
    events: list[tuple[str, object]], cells: int, slots: int, can_truncate: bool
) -> None:
    backend = FakeBackend(cells=cells, slots=slots, can_truncate=can_truncate)
    engine, told = make_engine(backend), Told()
    asked: list[tuple[str, object]] = []
    left: set[int] = set()
    for kind, given_ in events:
        match kind, given_:
            case "texts", list():
                engine.handle([texts(len(asked), *given_)])
                asked.append((kind, given_))
            case "prompt", list():
                engine.handle([arrive(len(asked), given_, 6)])
                asked.append((kind, given_))
            case "leave", int():
                left.add(given_)
                engine.handle([Cancel(given_)])
            case "disturb", int():
                backend.interruptions += [given_] if can_truncate else []
            case "run", int():
                for _ in range(given_):
                    told.take(engine.step())
                    engine.check()
            case _:
                raise AssertionError(kind)
    backend.interruptions.clear()
    finish(engine, told)
    for number, (kind, given_) in enumerate(asked):
        assert len(ends_of(told.news, number)) == 1
        if number not in left:
            assert_as_alone(told, number, kind, given_)


def assert_as_alone(told: Told, number: int, kind: str, given_: object) -> None:
    assert isinstance(given_, list)
    if kind == "texts":
        assert told.vectors(number) == {index: vector(tokens) for index, tokens in enumerate(given_)}
    else:
        assert text_of(told.news, number) == expected(given_, 6)[0]
