"""Each format's grammars compile in llguidance and accept what the format's models write, and what schemas allow."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper

from minerva.chat.formats.format import Format
from minerva.chat.formats.hermes import HERMES
from minerva.chat.formats.llama import LLAMA
from minerva.core.errors import InvalidRequest
from minerva.core.tools import Tool
from tests.unit.chat.formats.recorded import RECORDED, TOOLS, Recorded

CONSTRAINED = [one for one in RECORDED if one.constrained]
FORMATS = {one.call_format.name: one.call_format for one in RECORDED}
SPECIAL = 257
END = 256


class Bytes:
    """A vocabulary of bytes, an end token and one control token."""

    eos_token_id = END
    bos_token_id = None
    tokens = (*(bytes([value]) for value in range(256)), b"<end>", b"<control>")
    special_token_ids = (END, SPECIAL)

    def __call__(self, text: bytes) -> list[int]:
        return list(text)


@pytest.fixture(scope="module")
def tokenizer() -> LLTokenizer:
    return LLTokenizer(TokenizerWrapper(Bytes()))


def accepts(tokenizer: LLTokenizer, grammar: str, answer: str | list[int]) -> bool:
    matcher = LLMatcher(tokenizer, LLMatcher.grammar_from_lark(grammar))
    assert matcher.get_error() == ""
    tokens = list(answer.encode()) if isinstance(answer, str) else answer
    return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()


def whole(call_format: Format, tools: tuple[Tool, ...] = TOOLS, *, parallel: bool = True) -> str:
    return call_format.grammar(tools, parallel=parallel, special={})


@pytest.mark.parametrize("call_format", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("special", [{}, {"<tool_call>": SPECIAL, "<|tool_call|>": SPECIAL}], ids=["text", "control"])
def test_grammars_compile(call_format: Format, special: Mapping[str, int]) -> None:
    for parallel in (False, True):
        for grammar in (
            call_format.grammar(TOOLS, parallel=parallel, special=special),
            call_format.call_grammar(TOOLS, parallel=parallel, special=special),
        ):
            assert LLMatcher.validate_grammar(LLMatcher.grammar_from_lark(grammar)) == ""


@pytest.mark.parametrize("recorded", CONSTRAINED, ids=lambda one: one.call_format.name)
def test_recorded_calls_are_accepted(recorded: Recorded, tokenizer: LLTokenizer) -> None:
    assert accepts(tokenizer, whole(recorded.call_format), recorded.answer)


@pytest.mark.parametrize("recorded", CONSTRAINED, ids=lambda one: one.call_format.name)
def test_behind_the_trigger_the_rest_is_accepted(recorded: Recorded, tokenizer: LLTokenizer) -> None:
    call_format = recorded.call_format
    grammar = call_format.call_grammar(TOOLS, parallel=True, special={})
    if not call_format.triggers:
        # Nothing marks a beginning, so the grammar is that of the whole answer.
        assert accepts(tokenizer, grammar, recorded.answer)
    for trigger in call_format.triggers:
        rest = recorded.answer.partition(trigger)[2]
        assert rest
        assert accepts(tokenizer, grammar, rest.partition(trigger)[0].rstrip("\n") if trigger in rest else rest)


@pytest.mark.parametrize("recorded", CONSTRAINED, ids=lambda one: one.call_format.name)
def test_a_value_of_the_wrong_type_is_not_accepted(recorded: Recorded, tokenizer: LLTokenizer) -> None:
    wrong = recorded.answer.replace("2", "two", 1)
    assert wrong != recorded.answer
    assert not accepts(tokenizer, whole(recorded.call_format), wrong)


@pytest.mark.parametrize("recorded", CONSTRAINED, ids=lambda one: one.call_format.name)
def test_another_tool_is_not_accepted(recorded: Recorded, tokenizer: LLTokenizer) -> None:
    assert not accepts(tokenizer, whole(recorded.call_format, TOOLS[1:]), recorded.answer)


@pytest.mark.parametrize(
    "recorded", [one for one in CONSTRAINED if len(one.calls) > 1], ids=lambda one: one.answer[:20]
)
def test_a_second_call_is_not_accepted_where_one_is_allowed(recorded: Recorded, tokenizer: LLTokenizer) -> None:
    assert not accepts(tokenizer, whole(recorded.call_format, parallel=False), recorded.answer)


def test_a_control_token_is_matched_by_its_id(tokenizer: LLTokenizer) -> None:
    grammar = HERMES.grammar(TOOLS, parallel=False, special={"<tool_call>": SPECIAL})
    call = list(b'\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>')
    assert accepts(tokenizer, grammar, [SPECIAL, *call])
    assert not accepts(tokenizer, grammar, [*b"<tool_call>", *call])


@pytest.mark.parametrize("answer", ["It rains.", "{1, 2} is a set.", '{"city": "Paris"}', ""])
def test_llama_may_answer_in_text(answer: str, tokenizer: LLTokenizer) -> None:
    assert accepts(tokenizer, LLAMA.call_grammar(TOOLS, parallel=True, special={}), answer)


def test_llama_may_not_begin_a_call_of_no_tool(tokenizer: LLTokenizer) -> None:
    answer = '{"name": "other", "parameters": {}}'
    assert not accepts(tokenizer, LLAMA.call_grammar(TOOLS, parallel=True, special={}), answer)


def test_keywords_that_are_not_known_are_errors_for_strict_tools_only() -> None:
    schema = '{"type": "object", "properties": {"a": {"type": "string", "contentEncoding": "base64", "not": {}}}}'
    for strict in (False, True):
        grammar = HERMES.grammar((Tool("f", "", schema, strict),), parallel=False, special={})
        error = LLMatcher.validate_grammar(LLMatcher.grammar_from_lark(grammar))
        assert bool(error) == strict


def test_what_llguidance_would_not_hold_to_is_an_error_for_strict_tools_only() -> None:
    schema = '{"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 2}'
    assert HERMES.grammar((Tool("f", "", schema),), parallel=False, special={})
    with pytest.raises(InvalidRequest, match="#/minProperties") as caught:
        HERMES.grammar((Tool("f", "", schema, strict=True),), parallel=False, special={})
    assert caught.value.param == "tools"
