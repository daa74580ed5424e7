"""The engine of models that read texts whole: which inputs make a batch, and each request's one end."""

from __future__ import annotations

import numpy as np

from minerva.core.errors import InferenceError
from minerva.engine.backend import Outcome, Vector
from minerva.engine.batch import Batch
from minerva.engine.encoder import Encoder
from minerva.engine.intake import ArrivedTexts
from minerva.engine.passage import Passage
from minerva.wire.messages import Cancel, Counted, Embed, Ended, Refused
from tests.unit.engine.test_embedder import Told, texts
from tests.unit.engine.test_loop import arrive


class FakeReader:
    """Makes of a text its length, its first and its last token; keeps the sizes of its batches."""

    def __init__(self, batch_tokens: int = 2000, slots: int = 4) -> None:
        self.batch_tokens = batch_tokens
        self.slots = slots
        self.outcomes: list[Outcome | InferenceError] = []
        self.batches: list[list[int]] = []
        self._texts: dict[int, list[int]] = {}

    def read(self, batch: Batch) -> Outcome:
        assert len(batch) <= self.batch_tokens
        self._texts = {}
        by_slot: dict[int, list[int]] = {}
        for row, (slot, token, position) in enumerate(zip(batch.slots, batch.tokens, batch.positions, strict=True)):
            assert position == len(by_slot.setdefault(slot, []))
            by_slot[slot].append(token)
            self._texts[row] = by_slot[slot]
        assert all(batch.outputs)
        assert list(by_slot) == list(range(len(by_slot)))
        assert len(by_slot) <= self.slots
        self.batches.append([len(tokens) for tokens in by_slot.values()])
        outcome = self.outcomes.pop() if self.outcomes else Outcome.DONE
        if isinstance(outcome, InferenceError):
            raise outcome
        return outcome

    def embedding(self, row: int) -> Vector:
        text = self._texts[row]
        return np.array([len(text), text[0], text[-1]], dtype=np.float32)

    def interrupt(self, *, on: bool) -> None:
        """Nothing runs for long here."""


def make(reader: FakeReader, limit: int = 10) -> Encoder:
    return Encoder(reader, window=1000, queue_limit=limit)


def finish(engine: Encoder) -> Told:
    told = Told()
    while not engine.is_idle:
        told.take(engine.step())
    engine.check()
    return told


def test_short_inputs_share_a_batch_and_a_long_one_has_its_own() -> None:
    reader = FakeReader()
    engine = make(reader)
    inputs = [[n + 1] * length for n, length in enumerate((100, 300, 100, 900, 5))]
    engine.handle([texts(1, *inputs)])
    told = finish(engine)
    assert told.vectors(1) == {n: [len(tokens), tokens[0], tokens[-1]] for n, tokens in enumerate(inputs)}
    assert reader.batches == [[100, 300, 100], [900], [5]]
    (end,) = told.news
    assert isinstance(end, Ended)
    assert end.prompt_tokens == 1405


def test_a_batch_has_no_more_inputs_than_slots() -> None:
    reader = FakeReader(slots=4)
    engine = make(reader)
    engine.handle([texts(1, *[[1]] * 9)])
    finish(engine)
    assert reader.batches == [[1] * 4, [1] * 4, [1]]


def test_an_interrupted_batch_is_read_again_for_those_who_stayed() -> None:
    reader = FakeReader()
    engine = make(reader)
    engine.handle([texts(1, [1] * 10, [1] * 11), texts(2, [2] * 20)])
    reader.outcomes = [Outcome.ABORTED]
    assert engine.step().embedded == []
    engine.handle([Cancel(1)])
    told = finish(engine)
    assert told.vectors(2) == {0: [20, 2, 2]}
    assert told.vectors(1) == {}
    assert reader.batches == [[10, 20, 11], [20]]


def test_an_error_ends_the_requests_of_its_batch_once() -> None:
    reader = FakeReader()
    engine = make(reader)
    engine.handle([texts(1, [1], [1], [1] * 600), texts(2, [2])])
    reader.outcomes = [InferenceError("broken")]
    told = finish(engine)
    assert sorted(item.id for item in told.news) == [1, 2]
    assert all(isinstance(item, Refused) for item in told.news)
    engine.handle([texts(3, [3])])
    assert finish(engine).vectors(3) == {0: [1, 3, 3]}


def test_it_writes_nothing_and_passes_on_what_needs_no_model() -> None:
    engine = make(FakeReader(), limit=1)
    engine.handle([arrive(1, [1]), Counted(2, 7), texts(4, [1]), texts(3, [1]), Cancel(9)])
    step = engine.step()
    assert [(item.id, item.error.code) for item in step.news if isinstance(item, Refused)] == [
        (1, "invalid_request"),
        (3, "queue_full"),
    ]
    assert step.results == [Counted(2, 7)]


def test_one_that_was_cancelled_before_all_of_it_was_tokenised_ends_as_such() -> None:
    engine = make(FakeReader())
    request = Embed(id=1, request_id="1", inputs=("x", "y"))
    for passages in ([], [Passage(0, [1])]):
        engine.handle([ArrivedTexts(request, passages), Cancel(1)])
        (end,) = finish(engine).news or engine.step().news
        assert isinstance(end, Ended)
        assert end.reason == "cancelled"


class Forgetful(FakeReader):
    """Computes, and has nothing to show for it."""

    def embedding(self, row: int) -> Vector:
        raise InferenceError("nothing there")


def test_an_embedding_that_is_not_there_ends_its_request_once() -> None:
    engine = make(Forgetful())
    engine.handle([texts(1, [1], [2])])
    (refused,) = finish(engine).news
    assert isinstance(refused, Refused)
    assert refused.error.message == "nothing there"
