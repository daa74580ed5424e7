"""The engine's text of one choice becomes the neutral events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.chat.assemble import Assembler
from minerva.chat.formats.format import Format
from minerva.chat.formats.generic import GENERIC
from minerva.chat.formats.harmony import HARMONY
from minerva.chat.formats.hermes import HERMES
from minerva.chat.formats.kimi import KIMI
from minerva.chat.reasoning import THINK, Marks
from minerva.core.event import Delta, ReasoningDelta, TextDelta, TokenLogprob, ToolCallDelta, ToolCallStarted
from tests.unit.chat.formats.recorded import TOOLS

ANSWER = (
    "<think>\nHm, rain?\n</think>\n\nI look.\n"
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>\n'
    '<tool_call>\n{"name": "search", "arguments": {"query": "x"}}\n</tool_call>'
)


def ids() -> Callable[[], str]:
    numbers = count()
    return lambda: f"call{next(numbers)}"


def assembler(call_format: Format = HERMES, *, marks: Marks | None = THINK, prompt: str = "") -> Assembler:
    return Assembler(3, call_format, ids(), tools=TOOLS, marks=marks, prompt=prompt)


def feed(one: Assembler, portions: Iterable[str], *, logprobs: bool = False) -> list[Delta]:
    events: list[Delta] = []
    for number, portion in enumerate(portions):
        tokens = (TokenLogprob(number, portion.encode(), -1.0),) if logprobs else ()
        events += one.take(TextDelta(3, portion, tokens))
    return events + one.finish()


def joined(events: Iterable[Delta]) -> list[Delta]:
    """Join deltas that follow one another, as a client would."""
    found: list[Delta] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(last, TextDelta) and isinstance(event, TextDelta):
            found[-1] = TextDelta(3, last.text + event.text, last.logprobs + event.logprobs)
        elif isinstance(last, ReasoningDelta) and isinstance(event, ReasoningDelta):
            found[-1] = ReasoningDelta(3, last.text + event.text, last.logprobs + event.logprobs)
        elif isinstance(last, ToolCallDelta) and isinstance(event, ToolCallDelta) and last.index == event.index:
            found[-1] = ToolCallDelta(3, event.index, last.arguments + event.arguments)
        else:
            found.append(event)
    return found


EVENTS = [
    ReasoningDelta(3, "Hm, rain?"),
    TextDelta(3, "I look."),
    ToolCallStarted(3, 0, "call0", "get_weather"),
    ToolCallDelta(3, 0, '{"city": "Paris"}'),
    ToolCallStarted(3, 1, "call1", "search"),
    ToolCallDelta(3, 1, '{"query": "x"}'),
]


@given(st.sets(st.integers(1, len(ANSWER) - 1)))
@settings(max_examples=40, deadline=None)
def test_any_portions_give_the_same_events(cuts: set[int]) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    portions = [ANSWER[start:stop] for start, stop in pairwise(places)]
    one = assembler()
    assert joined(feed(one, portions)) == EVENTS
    assert one.calls == 2


def test_without_tools_and_marks_deltas_pass_unchanged() -> None:
    one = Assembler(3, HERMES, ids())
    delta = TextDelta(3, "a <tool_call> <think>", (TokenLogprob(1, b"a", -0.5),))
    assert one.take(delta) == [delta]
    assert one.finish() == []
    assert one.calls == 0


def test_without_tools_calls_stay_text_and_thoughts_do_not() -> None:
    one = Assembler(3, HERMES, ids(), marks=THINK)
    assert joined(feed(one, ANSWER)) == [ReasoningDelta(3, "Hm, rain?"), TextDelta(3, ANSWER.partition("\n\n")[2])]


def test_one_call_at_most_leaves_the_second_as_text() -> None:
    one = Assembler(3, HERMES, ids(), tools=TOOLS, parallel=False, marks=THINK)
    events = joined(feed(one, ANSWER))
    assert events[:4] == EVENTS[:4]
    assert [type(event) for event in events[4:]] == [TextDelta]
    assert one.calls == 1


def test_ids_of_the_model_are_kept_unless_they_repeat() -> None:
    call = "<|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{}<|tool_call_end|>"
    one = assembler(KIMI, marks=None)
    events = feed(one, [f"<|tool_calls_section_begin|>{call}{call}<|tool_calls_section_end|>"])
    assert [event.id for event in events if isinstance(event, ToolCallStarted)] == ["functions.search:0", "call0"]


def test_a_format_that_splits_thoughts_reads_answers_without_tools() -> None:
    one = Assembler(3, HARMONY, ids(), marks=THINK)
    answer = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes."
    assert joined(feed(one, answer)) == [ReasoningDelta(3, "Hm."), TextDelta(3, "Yes.")]


@pytest.mark.parametrize("call_format", [HERMES, GENERIC], ids=lambda one: one.name)
def test_logprobs_stay_with_their_text(call_format: Format) -> None:
    portions = ["<think>", "\n", "Hm", ".", "\n", "</think>", "\n\n", "I", " lo", "ok", ".", "\n", "<tool_call>", "\n{"]
    portions += ['"name": "search", "arguments"', ": {}}\n", "</tool_call>", "\nDone", "."]
    events = feed(assembler(call_format), portions, logprobs=True)
    spelt = {
        kind: [[portions[token.id] for token in event.logprobs] for event in joined(events) if isinstance(event, kind)]
        for kind in (ReasoningDelta, TextDelta)
    }
    assert spelt == {ReasoningDelta: [["Hm", "."]], TextDelta: [["I", " lo", "ok", "."], ["\nDone", "."]]}


def test_logprobs_of_several_tokens_in_a_delta_are_told_apart() -> None:
    tokens = tuple(
        TokenLogprob(number, piece, -1.0)
        for number, piece in enumerate([b"<think>", b"\xc3", b"\xa9", b"</think>", b"Y"])
    )
    events = assembler().take(TextDelta(3, "<think>é</think>Y", tokens))
    assert [
        [token.id for token in event.logprobs]
        for event in events
        if not isinstance(event, ToolCallDelta | ToolCallStarted)
    ] == [
        [1, 2],
        [4],
    ]


def test_tokens_that_show_as_nothing_come_with_the_last_text() -> None:
    one = assembler()
    end = TokenLogprob(9, b"", -0.1)
    assert one.take(TextDelta(3, "Yes.")) == [TextDelta(3, "Yes.")]
    assert one.take(TextDelta(3, "", (end,))) == []
    assert one.finish() == [TextDelta(3, "", (end,))]


def test_half_a_character_that_an_escape_spells_is_told_as_one_that_can_be_sent() -> None:
    call = r'{"id": "\ud800", "name": "search", "arguments": "{\"query\": \"\ud800 \ud83e\udd89\"}"}'
    started, arguments = joined(feed(assembler(marks=None), [f"<tool_call>\n{call}\n</tool_call>"]))
    assert isinstance(started, ToolCallStarted)
    assert isinstance(arguments, ToolCallDelta)
    assert (started.id, arguments.arguments) == ("\ufffd", '{"query": "\ufffd 🦉"}')
