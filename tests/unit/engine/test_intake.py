"""Commands reach the loop in an order it can live with, also when a prompt takes long to tokenise."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import count

import pytest
import structlog
from llguidance import LLTokenizer

from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.engine.grammar import CompiledGrammar
from minerva.engine.grammar_compiler import GrammarCompiler
from minerva.engine.intake import Arrived, ArrivedTexts, Intake, Item
from minerva.engine.interrupt import Interrupt
from minerva.engine.passage import Passage
from minerva.wire.messages import (
    Cancel,
    Command,
    Constraint,
    Counted,
    CountTokens,
    Embed,
    Generate,
    Refused,
    Tokenize,
)
from tests.support.fake_backend import FakeBackend, FakeVocabulary

GREEDY = resolve(SamplingOptions(temperature=0.0))


class ScriptedChannel:
    """Yields commands as the test hands them over, and never ends: its end would end the process."""

    def __init__(self) -> None:
        self.sent: list[Command] = []
        self.read = 0
        """Commands that were taken in, and those after them asked for."""
        self._more = threading.Condition()

    def hand(self, *commands: Command) -> None:
        with self._more:
            self.sent += commands
            self._more.notify_all()

    def await_read(self) -> None:
        """Wait until all commands were taken in."""
        with self._more:
            assert self._more.wait_for(lambda: self.read >= len(self.sent), 10)

    def commands(self) -> Iterator[Command]:
        for number in count():
            with self._more:
                self.read = number
                self._more.notify_all()
                while len(self.sent) <= number:
                    self._more.wait()
            yield self.sent[number]


class SlowVocabulary(FakeVocabulary):
    """Tokenises the text `slow` only when it is let go, and so compiles grammars."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        if text == "slow":
            self.begun.set()
            assert self.go.wait(10)
        return super().tokenize(text, add_special=add_special, parse_special=parse_special)

    def grammar_tokenizer(self) -> LLTokenizer:
        self.begun.set()
        assert self.go.wait(10)
        return super().grammar_tokenizer()


def generate(number: int, prompt: str | list[int], grammar: str | None = None) -> Generate:
    constraint = None if grammar is None else Constraint(grammar)
    return Generate(id=number, request_id=str(number), prompt=prompt, sampling=GREEDY, constraint=constraint)


def started() -> tuple[ScriptedChannel, SlowVocabulary, Intake]:
    channel, vocabulary = ScriptedChannel(), SlowVocabulary()
    intake = Intake(channel, structlog.get_logger())  # type: ignore[arg-type]  # it has what the intake calls
    intake.attach(vocabulary, Interrupt(FakeBackend(cells=8, slots=2)), queue_limit=2)
    intake.start()
    return channel, vocabulary, intake


def take(intake: Intake, number: int) -> list[Item]:
    items: list[Item] = []
    while len(items) < number:
        items += intake.take(wait=True)
    return items


def test_a_cancel_does_not_wait_for_another_requests_long_prompt() -> None:
    channel, vocabulary, intake = started()
    channel.hand(generate(1, "quick"))
    assert isinstance(take(intake, 1)[0], Arrived)
    channel.hand(generate(2, "slow"))
    assert vocabulary.begun.wait(10)
    channel.hand(Cancel(1))
    assert take(intake, 1) == [Cancel(1)]
    vocabulary.go.set()
    assert isinstance(take(intake, 1)[0], Arrived)


def test_the_cancel_of_a_prompt_still_being_tokenised_comes_after_it() -> None:
    channel, vocabulary, intake = started()
    channel.hand(generate(1, "slow"))
    assert vocabulary.begun.wait(10)
    channel.hand(Cancel(1), generate(2, "quick"))
    vocabulary.go.set()
    first, second, third = take(intake, 3)
    assert isinstance(first, Arrived)
    assert first.request.id == 1
    assert second == Cancel(1)
    assert isinstance(third, Arrived)


def test_as_many_are_awaited_as_is_said_and_no_longer() -> None:
    channel, _, intake = started()
    channel.hand(Cancel(3), generate(1, "quick"), generate(2, "quick"))
    assert intake.take_within(0, 10.0) == []
    first, *others = intake.take_within(2, 10.0)
    assert first == Cancel(3)
    assert [isinstance(item, Arrived) for item in others] == [True, True]
    assert intake.take_within(1, 0.01) == []


def test_a_request_arrives_when_it_is_read_and_not_when_the_loop_takes_it() -> None:
    channel, vocabulary, intake = started()
    before = time.monotonic()
    channel.hand(generate(1, "slow"), generate(2, "quick"))
    assert vocabulary.begun.wait(10)
    channel.hand(Cancel(3))
    assert take(intake, 1) == [Cancel(3)]
    # The second one was read too, and waits for its turn to be tokenised.
    read = time.monotonic()
    vocabulary.go.set()
    first, second = take(intake, 2)
    assert isinstance(first, Arrived)
    assert isinstance(second, Arrived)
    assert first.arrived_s is not None
    assert second.arrived_s is not None
    assert before <= first.arrived_s <= second.arrived_s <= read


def test_a_prompt_that_cannot_be_is_refused() -> None:
    channel, _, intake = started()
    channel.hand(generate(1, []), generate(2, [5, 64]), generate(3, [-1]))
    items = take(intake, 3)
    assert [item.error.param for item in items if isinstance(item, Refused)] == ["prompt"] * 3


def test_a_count_waits_its_turn_and_is_only_a_number() -> None:
    channel, _, intake = started()
    channel.hand(generate(1, "quick"), CountTokens(id=2, prompt="four"), CountTokens(id=3, prompt=""))
    arrived, counted, refused = take(intake, 3)
    assert isinstance(arrived, Arrived)
    assert counted == Counted(2, 4)
    assert isinstance(refused, Refused)
    assert refused.id == 3


def test_a_query_whose_turn_has_not_come_is_dropped_when_nobody_waits_for_it_any_more() -> None:
    channel, vocabulary, intake = started()
    channel.hand(generate(1, "slow"))
    assert vocabulary.begun.wait(10)
    text = Tokenize(id=2, text="long", add_special=False, parse_special=False, pieces=False)
    channel.hand(text, CountTokens(id=3, prompt="four"), Cancel(2))
    channel.await_read()
    vocabulary.go.set()
    arrived, counted = take(intake, 2)
    assert isinstance(arrived, Arrived)
    assert counted == Counted(3, 4)


def test_nobody_else_waits_for_a_grammar_that_takes_long() -> None:
    channel, vocabulary, intake = started()
    channel.hand(generate(1, "quick", 'start: "A"'))
    assert vocabulary.begun.wait(10)
    channel.hand(generate(2, "quick"), Cancel(1))
    (second,) = take(intake, 1)
    assert isinstance(second, Arrived)
    assert second.request.id == 2
    assert second.guide is None
    vocabulary.go.set()
    first, cancelled = take(intake, 2)
    assert isinstance(first, Arrived)
    # It was cancelled while its grammar waited, so nothing is compiled for it.
    assert first.guide is None
    assert cancelled == Cancel(1)


def test_a_grammar_that_cannot_be_is_refused_and_the_next_one_is_not() -> None:
    channel, vocabulary, intake = started()
    vocabulary.go.set()
    channel.hand(generate(1, "quick", "start: nothing"), generate(2, "quick", 'start: "A"'))
    refused, arrived = take(intake, 2)
    assert isinstance(refused, Refused)
    assert (refused.id, refused.error.code, refused.error.param) == (1, "invalid_request", "form")
    assert isinstance(arrived, Arrived)


def test_more_than_may_wait_for_their_grammars_are_refused() -> None:
    channel, vocabulary, intake = started()
    channel.hand(generate(1, "quick", 'start: "A"'))
    assert vocabulary.begun.wait(10)
    channel.hand(*(generate(number, "quick", 'start: "A"') for number in (2, 3, 4)))
    (refused,) = take(intake, 1)
    assert isinstance(refused, Refused)
    assert (refused.id, refused.error.code) == (4, "queue_full")
    assert "2 requests wait to be compiled" in refused.error.message
    vocabulary.go.set()
    assert [item.request.id for item in take(intake, 3) if isinstance(item, Arrived)] == [1, 2, 3]


def test_a_grammar_that_is_known_waits_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    known, slow = 'start: "A"', 'start: "B"'
    prepared, begun, go = threading.Event(), threading.Event(), threading.Event()
    compile_, prepare = GrammarCompiler.compile, GrammarCompiler.prepare

    def compile_slowly(self: GrammarCompiler, grammar: str) -> CompiledGrammar:
        if grammar == slow:
            begun.set()
            assert go.wait(10)
        return compile_(self, grammar)

    def prepare_and_tell(self: GrammarCompiler, grammar: str) -> None:
        prepare(self, grammar)
        if self.find(known) is not None:
            prepared.set()

    monkeypatch.setattr(GrammarCompiler, "compile", compile_slowly)
    monkeypatch.setattr(GrammarCompiler, "prepare", prepare_and_tell)
    channel, vocabulary, intake = started()
    vocabulary.go.set()
    for number in (1, 2):
        channel.hand(generate(number, "quick", known))
        take(intake, 1)
    assert prepared.wait(10)
    channel.hand(generate(3, "quick", slow))
    assert begun.wait(10)
    channel.hand(generate(4, "quick", known))
    (fourth,) = take(intake, 1)
    go.set()
    (third,) = take(intake, 1)
    assert isinstance(third, Arrived)
    assert isinstance(fourth, Arrived)
    assert (fourth.request.id, third.request.id) == (4, 3)
    assert fourth.guide is not None


def embed(number: int, *inputs: str | tuple[int, ...]) -> Embed:
    return Embed(id=number, request_id=str(number), inputs=inputs)


def test_all_inputs_to_embed_are_handed_on_together_and_in_order() -> None:
    channel, _, intake = started()
    channel.hand(embed(1, *["12"] * 40, (3,)))
    (item,) = take(intake, 1)
    assert item == ArrivedTexts(
        embed(1, *["12"] * 40, (3,)), [*(Passage(n, [1, 2]) for n in range(40)), Passage(40, [3])]
    )


def test_who_comes_after_many_inputs_need_not_wait_for_the_last_of_them() -> None:
    channel, vocabulary, intake = started()
    channel.hand(embed(1, "slow", *["12"] * 40))
    assert vocabulary.begun.wait(10)
    channel.hand(generate(2, "34"))
    channel.await_read()
    vocabulary.go.set()
    arrived, texts = take(intake, 2)
    assert isinstance(arrived, Arrived)
    assert arrived.tokens == [3, 4]
    assert isinstance(texts, ArrivedTexts)
    assert len(texts.passages) == 41


def test_an_input_that_cannot_be_read_refuses_all() -> None:
    channel, _, intake = started()
    channel.hand(embed(1, "12", (99,)))
    (refused,) = take(intake, 1)
    assert isinstance(refused, Refused)
    assert refused.error.param == "input[1]"


def test_a_cancel_while_inputs_are_tokenised_follows_what_there_is_of_them() -> None:
    channel, vocabulary, intake = started()
    channel.hand(embed(1, "slow", *["12"] * 40))
    assert vocabulary.begun.wait(10)
    channel.hand(Cancel(1), CountTokens(id=2, prompt="1"))
    channel.await_read()
    vocabulary.go.set()
    counted, texts, cancel = take(intake, 3)
    assert isinstance(counted, Counted)
    assert isinstance(texts, ArrivedTexts)
    assert len(texts.passages) == 16
    assert cancel == Cancel(1)
