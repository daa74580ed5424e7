"""What an answer is held to, and when."""

from __future__ import annotations

import pytest
from llguidance import LLMatcher

from minerva.chat.formats.hermes import HERMES
from minerva.chat.reasoning import THINK
from minerva.core.errors import InvalidRequest
from minerva.core.output import Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex
from minerva.core.request import Thinking
from minerva.core.tools import Tool
from minerva.service.constraint import constraint_of, thinking_limit
from minerva.service.reading import Reading

WEATHER = Tool("weather", "Tells it.", '{"type": "object", "properties": {"city": {"type": "string"}}}')
SCHEMA = JsonSchema('{"type": "object", "properties": {"n": {"type": "integer"}}}')


def reading(
    *tools: Tool, must_call: bool = False, opens_thinking: bool = False, marks: bool = True, parallel: bool = True
) -> Reading:
    return Reading(
        call_format=HERMES,
        marks=THINK if marks else None,
        tools=tools,
        parallel=parallel,
        must_call=must_call,
        prompt="<think>\n" if opens_thinking else "",
        opens_thinking=opens_thinking,
    )


def test_a_free_answer_is_held_to_nothing() -> None:
    assert constraint_of(None, None, {}) is None
    assert constraint_of(None, reading(), {}) is None


@pytest.mark.parametrize(
    "form", [SCHEMA, JsonObject(), Regex("[0-9]+"), OneOf(("a", "b")), Grammar('start: "x"', "lark")]
)
def test_a_form_holds_from_the_first_token_or_behind_the_thought(form: OutputForm) -> None:
    for text_alone in (None, reading()):
        at_once = constraint_of(form, text_alone, {})
        assert at_once is not None
        assert (at_once.triggers, at_once.repeats) == ((), False)
        assert LLMatcher.validate_grammar(at_once.grammar) == ""
    later = constraint_of(form, reading(opens_thinking=True), {})
    assert later is not None
    assert later.triggers == ("</think>",)


def test_a_call_that_may_come_is_bound_once_it_has_begun_and_the_text_after_it_is_free() -> None:
    bound = constraint_of(None, reading(WEATHER), {})
    assert bound is not None
    assert (bound.triggers, bound.repeats) == (("<tool_call>",), True)
    assert "weather" in bound.grammar


@pytest.mark.parametrize("opens", [True, False])
def test_a_call_that_must_come_is_bound_as_a_whole(opens: bool) -> None:
    bound = constraint_of(None, reading(WEATHER, must_call=True, opens_thinking=opens), {})
    assert bound is not None
    assert (bound.triggers, bound.repeats) == (("</think>",) if opens else (), False)
    assert "<tool_call>" in bound.grammar


@pytest.mark.parametrize("form", [SCHEMA, JsonObject(), Regex("[0-9]+"), OneOf(("a", "b"))])
def test_beside_a_form_the_answer_is_a_call_or_has_the_form(form: OutputForm) -> None:
    bound = constraint_of(form, reading(WEATHER), {})
    assert bound is not None
    assert bound.grammar.startswith("start: form | calls\n")
    assert LLMatcher.validate_grammar(bound.grammar) == ""


def test_a_grammar_of_the_callers_own_does_not_go_with_tools() -> None:
    with pytest.raises(InvalidRequest, match="cannot be combined") as caught:
        constraint_of(Grammar('start: "x"', "lark"), reading(WEATHER), {})
    assert caught.value.param == "form"


def test_a_budget_ends_the_thought_that_the_prompt_began_or_the_model_begins() -> None:
    limit = thinking_limit(Thinking(budget_tokens=7), reading(opens_thinking=True))
    assert limit is not None
    assert (limit.budget_tokens, limit.end, limit.begin) == (7, "</think>", "")
    later = thinking_limit(Thinking(budget_tokens=7), reading())
    assert later is not None
    assert later.begin == "<think>"
    assert thinking_limit(Thinking(), reading(marks=False)) is None
    with pytest.raises(InvalidRequest, match="marks no thoughts"):
        thinking_limit(Thinking(budget_tokens=7), reading(marks=False))
