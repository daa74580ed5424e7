"""A sequence in its grammar: what may come next, when it begins, when it is over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher, LLParserLimits

from minerva.core.errors import InferenceError, InvalidRequest
from minerva.engine.grammar import CompiledGrammar, GrammarState
from minerva.wire.messages import Constraint
from tests.support.token_table import make_table

END = 256
WORDS = [b"yes", b"no", b"call>", b">1", b">1,2", b"> 1", b">x", b"1,", b"\n2", b"</", b"<call"]
PIECES = [*(bytes([byte]) for byte in range(256)), b"<end>", *WORDS]
TABLE = make_table(PIECES, END)
LIST = 'start: NUMBER ("," NUMBER)* ";"\nNUMBER: /[0-9]+/'
LETTERS = "start: /[a-z]+/"


def spelling(token: int) -> bytes:
    return PIECES[token]


def follow(grammar: str, *triggers: str, repeats: bool = False) -> GrammarState:
    matcher = LLMatcher(TABLE, grammar, log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    return GrammarState(CompiledGrammar(TABLE, matcher), Constraint(grammar, triggers, repeats), spelling)


def allowed(state: GrammarState) -> set[bytes]:
    """Return the pieces that may come next; what is allowed keeps its logit."""
    logits = np.arange(len(PIECES), dtype=np.float32)
    state.restrict(logits)
    possible = np.flatnonzero(logits != -np.inf)
    assert (logits[possible] == possible).all()
    return {PIECES[token] for token in possible}


def token_of(piece: bytes) -> int:
    return PIECES.index(piece)


def write(state: GrammarState, *pieces: bytes) -> None:
    for piece in pieces:
        assert state.accept(token_of(piece)), piece


def write_as_allowed(state: GrammarState, text: bytes) -> None:
    for byte in text:
        assert bytes([byte]) in allowed(state)
        write(state, bytes([byte]))


def digits() -> set[bytes]:
    return {bytes([byte]) for byte in b"0123456789"}


def test_only_what_the_grammar_allows_is_possible() -> None:
    state = follow('start: "yes" | "no"')
    assert allowed(state) == {b"yes", b"y", b"no", b"n"}
    write(state, b"y")
    assert allowed(state) == {b"e"}
    assert state.forced() == [token_of(b"e"), token_of(b"s")]
    write(state, b"e", b"s")
    assert state.is_complete
    assert state.forced() == []


def test_the_end_is_possible_exactly_where_the_grammar_may_end() -> None:
    state = follow(LETTERS)
    assert b"<end>" not in allowed(state)
    write(state, b"a")
    assert b"<end>" in allowed(state)
    assert not state.is_complete
    state = follow(LIST)
    for piece in (b"1", b",", b"2"):
        write(state, piece)
        assert b"<end>" not in allowed(state)


def test_the_end_completes_a_grammar_that_might_go_on() -> None:
    state = follow(LETTERS)
    write(state, b"a", b"<end>")
    assert state.is_complete


def test_before_a_trigger_the_text_is_free_but_does_not_end_where_a_grammar_has_to_hold() -> None:
    assert allowed(follow(LIST, "<call>", repeats=True)) == set(PIECES)
    state = follow(LIST, "<call>")
    assert allowed(state) == set(PIECES) - {b"<end>"}
    assert state.forced() == []
    write(state, b"x", b"<", b"call>")
    assert state.holds
    assert allowed(state) == digits() | {b"1,"}


def test_a_trigger_within_a_token_begins_the_grammar_in_its_middle() -> None:
    state = follow(LIST, "<call>")
    write(state, b"<call", b">1,2")
    assert allowed(state) == digits() | {b",", b"1,", b";"}
    write(state, b";")
    assert state.is_complete


def test_white_space_behind_a_trigger_belongs_to_nobody() -> None:
    state = follow(LIST, "<call>")
    write(state, b"<call", b"> 1")
    assert allowed(state) == digits() | {b",", b"1,", b";"}
    state = follow('start: " 1" /[a-z]/', "<call>")
    write(state, b"<call", b"> 1")
    assert b"a" in allowed(state)


def test_a_token_that_goes_on_as_the_grammar_cannot_begin_is_refused_and_another_may_stand_in() -> None:
    state = follow(LIST, "<call>")
    write(state, b"<call")
    assert not state.accept(token_of(b">x"))
    assert not state.holds
    write(state, b">1", b";")
    assert state.is_complete


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_tokenisation_of_a_text_leads_to_the_same_place(data: st.DataObject) -> None:
    state, rest = follow(LIST, "<call>", "</"), b"a <call>1,"
    while rest:
        fitting = [token for token, piece in enumerate(PIECES) if token != END and rest.startswith(piece)]
        token = data.draw(st.sampled_from(fitting))
        assert state.accept(token)
        rest = rest[len(PIECES[token]) :]
    assert state.holds
    assert allowed(state) == digits() | {b"1,"}


def test_the_first_of_several_triggers_counts() -> None:
    state = follow(LIST, "<call>", "</")
    write(state, b"</")
    assert state.holds


def test_a_repeating_grammar_leaves_the_text_free_again_until_the_next_trigger() -> None:
    state = follow(LIST, "<call>", repeats=True)
    for _ in range(3):
        write(state, b"<call", b">1", b";")
        assert not state.is_complete
        assert not state.holds
        assert allowed(state) == set(PIECES)
        write(state, b"y", b"<call", b"x")
        assert not state.holds


def test_a_text_in_the_grammar_is_no_trigger() -> None:
    state = follow('start: "<call>" "<call>" ";"', "<call>", repeats=True)
    write(state, b"<call", *[bytes([byte]) for byte in b"><call><call>;"])
    assert not state.holds
    write(state, b">")
    assert not state.holds


def test_sequences_in_one_grammar_do_not_disturb_each_other() -> None:
    compiled = CompiledGrammar(TABLE, LLMatcher(TABLE, LIST, log_level=0))
    states = [GrammarState(compiled, Constraint(LIST), spelling) for _ in range(3)]
    write(states[0], b"1", b";")
    write(states[1], b"1", b",")
    assert [state.is_complete for state in states] == [True, False, False]
    assert allowed(states[1]) == allowed(states[2]) == digits() | {b"1,"}


def test_a_grammar_that_grows_past_its_limits_ends_the_request_and_is_compiled_anew() -> None:
    grammar = "start: /([a-z]{3,8}-[0-9]{2,5} ?){3,9}/"
    matcher = LLMatcher(TABLE, grammar, log_level=0, limits=LLParserLimits(max_lexer_states=40))
    assert not matcher.is_error()
    compiled = CompiledGrammar(TABLE, matcher)
    state = GrammarState(compiled, Constraint(grammar), spelling)
    with pytest.raises(InvalidRequest, match="too many states") as caught:
        write_as_allowed(state, b"abc-12 hello-444 world-55555 zzz-12 " * 3)
    assert caught.value.param == "form"
    assert compiled.spoiled


GROWING = "start: /([a-z]{3,8}-[0-9]{2,5} ?){3,9}/"
FULL = b"abc-12 hello-444 world-55555 "


def growing() -> CompiledGrammar:
    return CompiledGrammar(TABLE, growing_matcher())


def growing_matcher() -> LLMatcher:
    """Its lexer has room for `FULL`, and for little else."""
    return LLMatcher(TABLE, GROWING, log_level=0, limits=LLParserLimits(max_lexer_states=90))


@pytest.mark.parametrize("written", [0, 10])
def test_a_lexer_that_others_have_filled_ends_no_request_while_there_is_a_spare(written: int) -> None:
    compiled = growing()
    state = GrammarState(compiled, Constraint(GROWING), spelling)
    write_as_allowed(state, FULL[:written])
    with pytest.raises(InvalidRequest, match="too many states"):
        write_as_allowed(GrammarState(compiled, Constraint(GROWING), spelling), b"zzzz-12345 " * 9)
    assert not compiled.start().consume_tokens(list(FULL))
    compiled.spare = growing_matcher()
    write_as_allowed(state, FULL[written:])
    assert b"<end>" in allowed(state)
    # The next ones begin with what was the spare.
    assert not compiled.renew()
    write_as_allowed(GrammarState(compiled, Constraint(GROWING), spelling), FULL)


def test_two_that_share_a_full_lexer_need_one_spare() -> None:
    compiled = growing()
    states = [GrammarState(compiled, Constraint(GROWING), spelling) for _ in range(2)]
    with pytest.raises(InvalidRequest):
        write_as_allowed(GrammarState(compiled, Constraint(GROWING), spelling), b"zzzz-12345 " * 9)
    compiled.spare = growing_matcher()
    for state in states:
        write_as_allowed(state, FULL)


def test_a_grammar_that_begins_behind_a_trigger_begins_with_the_spare() -> None:
    compiled = growing()
    state = GrammarState(compiled, Constraint(GROWING, ("<call>",)), spelling)
    with pytest.raises(InvalidRequest):
        write_as_allowed(GrammarState(compiled, Constraint(GROWING), spelling), b"zzzz-12345 " * 9)
    compiled.spare = growing_matcher()
    write(state, b"<call", b">")
    write_as_allowed(state, FULL)


def test_a_token_that_was_not_allowed_is_an_error() -> None:
    with pytest.raises(InferenceError, match="did not take token"):
        follow(LETTERS).accept(token_of(b"1"))


def test_triggers_count_only_behind_the_text_they_come_after() -> None:
    matcher = LLMatcher(TABLE, LIST, log_level=0)
    constraint = Constraint(LIST, ("<call>",), repeats=True, after="<end>")
    state = GrammarState(CompiledGrammar(TABLE, matcher), constraint, spelling)
    write(state, b"<", b"call>")
    assert not state.holds
    write(state, b"<end>", b"<", b"call>")
    assert state.holds
