"""Sequences with grammars and thinking budgets, in one engine with free ones."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher, LLParserLimits

from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.engine.cost import CostModel
from minerva.engine.grammar import CompiledGrammar
from minerva.engine.grammar_compiler import GrammarCompiler
from minerva.engine.guide import make_guide
from minerva.engine.intake import Arrived
from minerva.engine.loop import Engine
from minerva.engine.scheduler import Limits
from minerva.wire.messages import Constraint, Delta, Ended, Generate, News, Refused, ThinkingLimit
from tests.support.fake_backend import FakeBackend, FakeVocabulary

WINDOW = 64
GREEDY = resolve(SamplingOptions(temperature=0.0))
VOCABULARY = FakeVocabulary()
COMPILER = GrammarCompiler(VOCABULARY)
RECORD = Constraint('start: "NAME=" /[A-M]{2,5}/ ";KIND=" ("ONE" | "TWO") ";"')
LATE = Constraint(RECORD.grammar, triggers=("A", "j", "5"), repeats=True)
PROMPT = [3] * 12


def make_engine(cells: int = 400, slots: int = 8) -> Engine:
    return Engine(
        FakeBackend(cells=cells, slots=slots),
        window=WINDOW,
        limits=Limits(
            max_running=4, slots=slots, batch_tokens=16, output_rows=32, step_target_s=0.15, retained_cells=1000
        ),
        queue_limit=100,
        cost=CostModel(0.01),
    )


def arrive(number: int, prompt: list[int] = PROMPT, **fields: object) -> Arrived:
    request = Generate(id=number, request_id=str(number), prompt=prompt, sampling=GREEDY, **fields)  # type: ignore[arg-type]
    compiled = None if request.constraint is None else COMPILER.compile(request.constraint.grammar)
    return Arrived(request, prompt, make_guide(request, VOCABULARY, compiled))


def run(engine: Engine) -> list[News]:
    news: list[News] = []
    for _ in range(10_000):
        news += engine.step().news
        engine.check()
        if engine.is_idle:
            return news
    raise AssertionError("the engine never became idle")


def answer(news: list[News], number: int) -> tuple[str, str]:
    """Return the text and how it ended: the reason, or the code of the error."""
    text = "".join(item.text for item in news if isinstance(item, Delta) and item.id == number)
    (end,) = [item for item in news if isinstance(item, (Ended, Refused)) and item.id == number]
    return text, end.reason if isinstance(end, Ended) else end.error.code


def alone(**fields: object) -> tuple[str, str]:
    engine = make_engine()
    engine.handle([arrive(0, **fields)])  # type: ignore[arg-type]  # they are of Generate
    return answer(run(engine), 0)


def test_an_answer_in_a_grammar_is_complete_and_ends_by_itself() -> None:
    text, reason = alone(constraint=RECORD)
    assert re.fullmatch("NAME=[A-M]{2,5};KIND=(ONE|TWO);", text)
    assert reason == "stop"


def test_the_token_that_completes_it_may_be_the_last_one_allowed() -> None:
    text, _ = alone(constraint=RECORD)
    assert alone(constraint=RECORD, max_tokens=len(text)) == (text, "stop")
    assert alone(constraint=RECORD, max_tokens=len(text) - 1) == (text[:-1], "length")


def test_what_has_no_choice_needs_no_steps() -> None:
    engine = make_engine()
    engine.handle([arrive(0, constraint=Constraint('start: "NAME=" /[A-C]/ ";KIND=ABCDEFGHIJK;"'))])
    steps = 0
    while not engine.is_idle:
        engine.step()
        steps += 1
    # The prompt, the one letter that is a choice, and what each leaves to compute.
    assert steps <= 4


def test_log_probabilities_are_of_the_model_and_not_of_the_grammar() -> None:
    engine = make_engine()
    engine.handle([arrive(0, constraint=RECORD, logprobs=2)])
    news = run(engine)
    entries = [entry for item in news if isinstance(item, Delta) for entry in item.logprobs]
    assert b"".join(entry.piece for entry in entries).decode() == answer(news, 0)[0] == alone(constraint=RECORD)[0]
    for entry in entries:
        assert entry.logprob is not None
        # 64 tokens, of which one has a logit of 1 and the others 0.
        assert entry.top[0].logprob == pytest.approx(-3.185, abs=0.001)
        assert entry.logprob in (pytest.approx(-3.185, abs=0.001), pytest.approx(-4.185, abs=0.001))


@pytest.mark.parametrize("logprobs", [None, 0])
@pytest.mark.parametrize("budget_tokens", [0, 3])
def test_a_thought_past_its_budget_is_ended_for_the_model(budget_tokens: int, logprobs: int | None) -> None:
    free, _ = alone(max_tokens=20)
    assert len(free) >= budget_tokens
    limit = ThinkingLimit(budget_tokens, "<END>")
    text, reason = alone(thinking_limit=limit, max_tokens=budget_tokens + 9, logprobs=logprobs)
    assert text.startswith(free[:budget_tokens] + "<END>")
    assert text.count("<END>") == 1
    assert len(text) <= budget_tokens + 9
    assert reason in ("stop", "length")


def test_a_grammar_begins_behind_a_thought_that_was_ended() -> None:
    constraint = Constraint(RECORD.grammar, triggers=("<END>",))
    for logprobs in (None, 1):
        text, reason = alone(constraint=constraint, thinking_limit=ThinkingLimit(2, "<END>"), logprobs=logprobs)
        assert re.fullmatch("..<END>NAME=[A-M]{2,5};KIND=(ONE|TWO);", text)
        assert reason == "stop"


def test_a_grammar_that_fails_ends_its_request_alone() -> None:
    engine = make_engine()
    table = VOCABULARY.grammar_tokenizer()
    grammar = "start: /([A-Z]{3,8}[1-9]{2,5}=?){3,9}/"
    matcher = LLMatcher(table, grammar, log_level=0, limits=LLParserLimits(max_lexer_states=40))
    request = Generate(id=0, request_id="0", prompt=PROMPT, sampling=GREEDY, constraint=Constraint(grammar))
    guide = make_guide(request, VOCABULARY, CompiledGrammar(table, matcher))
    engine.handle([Arrived(request, PROMPT, guide), arrive(1, constraint=RECORD)])
    news = run(engine)
    assert answer(news, 0)[1] == "invalid_request"
    assert answer(news, 1) == alone(constraint=RECORD)


requests = st.lists(
    st.fixed_dictionaries(
        {
            "prompt": st.sampled_from([PROMPT, [*PROMPT, 5], [9, 8, 7] * 6]),
            "constraint": st.sampled_from([None, RECORD, LATE]),
            "thinking_limit": st.sampled_from([None, ThinkingLimit(4, "j")]),
            "max_tokens": st.one_of(st.none(), st.integers(1, 30)),
            "logprobs": st.sampled_from([None, 0]),
            "stop": st.sampled_from([(), ("E;K", "OO")]),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(asked=requests, cells=st.integers(WINDOW, 160), pauses=st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_in_company_and_preempted_each_has_the_answer_it_has_alone(
    asked: list[dict[str, object]], cells: int, pauses: list[int]
) -> None:
    engine = make_engine(cells)
    news: list[News] = []
    for number, fields in enumerate(asked):
        engine.handle([arrive(number, **fields)])  # type: ignore[arg-type]  # they are of Generate
        for _ in range(pauses[number]):
            news += engine.step().news
    news += run(engine)
    for number, fields in enumerate(asked):
        assert answer(news, number) == alone(**fields)


@pytest.mark.parametrize("foretold", ["NAME=", "NAME=AAA;KIND=TWO;NAME", "zzzz" * 9, "\0"])
def test_a_prediction_changes_nothing_of_what_is_bound(foretold: str) -> None:
    """Right, half right and wrong ones; `\\0` stands for the very answer."""
    for fields in (
        {"constraint": RECORD},
        {"constraint": RECORD, "logprobs": 0},
        {"constraint": LATE, "max_tokens": 40},
        {"thinking_limit": ThinkingLimit(5, "ABAB"), "max_tokens": 30},
    ):
        plain = alone(**fields)
        engine, steps, news = make_engine(), 0, list[News]()
        arrived = arrive(0, **fields)
        text = foretold.replace("\0", plain[0])
        tokens = VOCABULARY.tokenize(text, add_special=False, parse_special=False)
        engine.handle([dataclasses.replace(arrived, foretold=tokens)])
        while not engine.is_idle:
            news += engine.step().news
            engine.check()
            steps += 1
        assert answer(news, 0) == plain
        (end,) = [item for item in news if isinstance(item, Ended)]
        if foretold == "\0" and "max_tokens" in fields:
            assert end.accepted_tokens > 5
