"""Answers that are held to a form, on a real model: valid whatever it would rather say, and of no harm to others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minerva.chat.form import form_grammar
from minerva.core.output import Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import Cancel, Constraint, Delta, News, Refused, ThinkingLimit
from tests.integration.engine.schemas import SCHEMAS
from tests.support.engine_process import EngineProcess, admitted, end_of, text_of, tokens_of
from tests.support.json_schema import fits
from tests.support.tiny_model import vocabulary

PROMPT = "Once upon a time"
WILD = SamplingOptions(temperature=2.0, top_k=0, top_p=1.0, min_p=0.0, seed=7)


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Iterator[EngineProcess]:
    """A worker with random weights: nothing it says fits any form by itself."""
    with EngineProcess(tiny_model, cells=8192) as process:
        yield process


def hold(form: OutputForm, *triggers: str, repeats: bool = False) -> Constraint:
    return Constraint(form_grammar(form), triggers, repeats)


def schema(value: Any) -> Constraint:
    return hold(JsonSchema(json.dumps(value)))


def complete(news: list[News]) -> str:
    assert end_of(news).reason == "stop", text_of(news)
    return text_of(news)


@pytest.mark.parametrize("name", ["tiny", "stories260K-f32.gguf", "tinystories-656k-q8_0.gguf"])
def test_thirty_schemas_at_once_beside_free_answers(
    name: str, tiny_model: Path, shared_model: Callable[[str], Path]
) -> None:
    with EngineProcess(tiny_model if name == "tiny" else shared_model(name), cells=8192) as engine:
        free = text_of(engine.generate(PROMPT, max_tokens=30))
        asked = {
            engine.submit(f"{PROMPT} {number}", sampling, max_tokens=400, constraint=schema(value)): value
            for number, value in enumerate(SCHEMAS)
            for sampling in (SamplingOptions(temperature=0.0), WILD)
        }
        beside = [engine.submit(PROMPT, max_tokens=30) for _ in range(4)]
        news = engine.collect([*asked, *beside])
    for number, value in asked.items():
        text = complete(news[number])
        assert fits(text, value), (text, value)
    assert {text_of(news[number]) for number in beside} == {free}


SAMPLINGS: list[dict[str, Any]] = [
    {"temperature": 0.0},
    {"temperature": 1.5, "typical_p": 0.4},
    {"temperature": 1.5, "top_k": 3, "top_p": 0.5, "min_p": 0.2},
    {"temperature": 1.5, "xtc_probability": 1.0, "xtc_threshold": 0.05},
    {"temperature": 1.0, "mirostat": 1},
    {"temperature": 1.0, "mirostat": 2},
    {"temperature": 0.0, "repeat_penalty": 1.8, "presence_penalty": 2.0, "frequency_penalty": 2.0},
    {"temperature": 0.0, "dry_multiplier": 4.0},
    {"temperature": 0.0, "ignore_eos": True},
    {"temperature": 0.0, "logit_bias": {300: 100.0, 301: -100.0}},
]


@pytest.mark.parametrize("options", SAMPLINGS, ids=str)
def test_every_way_of_sampling_stays_within_the_form(engine: EngineProcess, options: dict[str, Any]) -> None:
    value = SCHEMAS[-1]
    news = engine.generate(PROMPT, SamplingOptions(**options, seed=3), max_tokens=400, constraint=schema(value))
    assert fits(complete(news), value)


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        (Regex("(ab|cd){2,3}/[0-9]"), "(ab|cd){2,3}/[0-9]"),
        (OneOf(("yes", "no", "no, never")), "yes|no|no, never"),
        (Grammar('start: "<" WORD "," WORD ">"\nWORD: /[a-c]{1,3}/', "lark"), "<[a-c]{1,3},[a-c]{1,3}>"),
        (Grammar('root ::= "x" digit digit\ndigit ::= [0-9]', "gbnf"), "x[0-9][0-9]"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_kind_of_form(engine: EngineProcess, form: OutputForm, pattern: str) -> None:
    for sampling in (SamplingOptions(temperature=0.0), WILD):
        text = complete(engine.generate(PROMPT, sampling, max_tokens=60, constraint=hold(form)))
        assert re.fullmatch(pattern, text)


def test_an_object_that_is_cut_off_was_one_so_far(engine: EngineProcess) -> None:
    news = engine.generate(PROMPT, max_tokens=30, constraint=hold(JsonObject()))
    if end_of(news).reason == "stop":
        assert isinstance(json.loads(text_of(news)), dict)
    else:
        assert text_of(news).startswith("{")


def test_a_schema_that_cannot_be_is_refused_before_any_token(engine: EngineProcess) -> None:
    value = {
        "type": "object",
        "properties": {"a": {"type": "string", "minLength": 9, "maxLength": 3}},
        "required": ["a"],
    }
    (refused,) = engine.generate(PROMPT, constraint=schema(value))
    assert isinstance(refused, Refused)
    assert (refused.error.code, refused.error.param) == ("invalid_request", "form")
    assert "minLength (9) is greater than maxLength (3) (at `#/properties/a/minLength`)" in refused.error.message


def test_cancelling_in_the_middle_frees_everything(engine: EngineProcess) -> None:
    # What would end it may not come.
    endless = SamplingOptions(temperature=0.0, logit_bias={vocabulary()[0].index(";"): -100.0})
    number = engine.submit(PROMPT, endless, constraint=hold(Regex("[a-z ]+;")))
    while not any(isinstance(item, Delta) for item in engine.receive().news):  # type: ignore[union-attr]
        pass
    engine.send(Cancel(number))
    assert end_of(engine.collect([number])[number]).reason == "cancelled"
    assert complete(engine.generate(PROMPT, constraint=hold(OneOf(("yes",))))) == "yes"


def test_what_was_written_in_a_form_is_served_from_the_cache(engine: EngineProcess) -> None:
    constraint, prompt = schema(SCHEMAS[-1]), [1, *range(300, 320)]
    one_by_one = engine.generate(prompt, max_tokens=400, constraint=constraint, logprobs=0, cache_prompt=False)
    at_once = engine.generate(prompt, max_tokens=400, constraint=constraint)
    assert complete(at_once) == complete(one_by_one)
    turn = [*prompt, *tokens_of(one_by_one), 400]
    cached = engine.generate(turn, max_tokens=100)
    anew = engine.generate(turn, max_tokens=100, cache_prompt=False)
    # The last tokens of the answer, which had no choice, were never computed, and that of the prompt is computed again.
    assert admitted(cached).cached_tokens >= len(turn) - 8
    assert admitted(anew).cached_tokens == 0
    assert text_of(cached) == text_of(anew)


def test_log_probabilities_are_those_of_the_model(engine: EngineProcess) -> None:
    free = engine.generate(PROMPT, max_tokens=1, logprobs=5)
    bound = engine.generate(PROMPT, max_tokens=400, logprobs=5, constraint=schema(SCHEMAS[-1]))
    entries = [[entry for item in news if isinstance(item, Delta) for entry in item.logprobs] for news in (free, bound)]
    assert [one.id for one in entries[0][0].top] == [one.id for one in entries[1][0].top]
    assert entries[0][0].top[0].logprob == pytest.approx(entries[1][0].top[0].logprob, abs=1e-3)
    # What the model likes best is no JSON, and what it had to say instead it found unlikely.
    assert entries[1][0].id not in [one.id for one in entries[1][0].top]
    assert b"".join(entry.piece for entry in entries[1]).decode() == text_of(bound)
    # Token by token or several at once: the same text.
    assert text_of(bound) == text_of(engine.generate(PROMPT, max_tokens=400, constraint=schema(SCHEMAS[-1])))


def test_a_thought_is_ended_and_the_form_begins_behind_it(engine: EngineProcess) -> None:
    value = SCHEMAS[-1]
    end = "</think>"
    limit, constraint = ThinkingLimit(20, end), hold(JsonSchema(json.dumps(value)), end)
    news = engine.generate(PROMPT, max_tokens=440, constraint=constraint, thinking_limit=limit, logprobs=0)
    thought, _, answer = complete(news).partition(end)
    assert thought
    assert fits(answer, value)
    (mark,) = engine.generate("x </think>", max_tokens=1, logprobs=0, prompt_logprobs=True)[1:2]
    assert isinstance(mark, Delta)
    assert tokens_of(news)[20] == mark.logprobs[-1].id


def test_a_form_that_repeats_lets_the_text_go_free_between(engine: EngineProcess) -> None:
    constraint = hold(Regex("[0-9]{2};"), "a", "e", "o", repeats=True)
    text = text_of(engine.generate(PROMPT, WILD, max_tokens=200, constraint=constraint))
    assert len(re.findall("[aeo] ?[0-9]{2};", text)) > 5
    assert not re.search("[aeo] ?[^0-9 ]", text.replace("\n", " "))


def test_what_has_to_follow_a_user_defined_token_begins_without_a_space(engine: EngineProcess) -> None:
    # A tokenizer of SentencePiece's kind puts one before every text, and before what follows such a token.
    mark = vocabulary()[0].index("<tool_call>")
    constraint = Constraint('start: /[ \\n]{0,2}/ "<tool_call>" "\\n" "{" "\\n" "yes"', (), False)
    sampling = SamplingOptions(temperature=0.0, logit_bias={mark: 100.0})
    news = engine.generate(PROMPT, sampling, max_tokens=20, constraint=constraint)
    assert complete(news) == "<tool_call>\n{\nyes"
