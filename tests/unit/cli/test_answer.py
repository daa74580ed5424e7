from __future__ import annotations

from collections.abc import Iterator

import pytest

from minerva.cli.answer import Outcome, left_out, remarks, summary, write
from minerva.core.event import Truncation
from minerva.core.message import ToolCall
from minerva.server.openai.answers import TimingsAnswer

TIMINGS = TimingsAnswer(
    queue_ms=0.1,
    load_ms=250,
    prefill_ms=100,
    decode_ms=1000,
    total_ms=1350.1,
    prompt_n=20,
    cached_n=10,
    predicted_n=30,
    prompt_per_second=100,
    predicted_per_second=29.04,
)


def test_what_was_left_out_is_put_in_words() -> None:
    assert left_out(Truncation("trim_history", 4, 300)).endswith("context window: the 4 oldest messages")
    assert left_out(Truncation("shift", shifts=2, shifted_tokens=500)).endswith("context window: the 500 oldest tokens")


def test_the_summary_says_how_much_and_how_fast() -> None:
    text = summary(TIMINGS)
    assert text == "30 tokens (29.0/s) · 20 prompt tokens (100.0/s), 10 of them cached · 1.35 s in all · 0.25 s loading"


def test_what_is_said_behind_an_answer_depends_on_how_it_ended() -> None:
    assert list(remarks(Outcome(status="complete", timings=TIMINGS), verbose=False)) == []
    assert list(remarks(Outcome(status="complete", timings=TIMINGS), verbose=True)) == [summary(TIMINGS)]
    assert list(remarks(Outcome(status="stopped"), verbose=False)) == ["(stopped)"]
    kept = [Outcome(status="stopped", kept=True), Outcome(status="complete", full=True, kept=True)]
    assert all("/continue" in line for outcome in kept for line in remarks(outcome, verbose=False))


def test_calls_of_tools_are_shown_and_how_to_give_their_results() -> None:
    calls = (ToolCall("1", "add", '{"a":1}'), ToolCall("2", "stop", "{}"))
    first, second = remarks(Outcome(status="complete", kept=True, calls=calls), verbose=False)
    assert first == '(calls add with {"a":1}; /result TEXT says what that gave back)'
    assert second == "(calls stop with {})"
    assert list(remarks(Outcome(status="complete", calls=calls[1:]), verbose=False)) == ["(calls stop with {})"]


def test_a_text_is_written_as_it_comes_and_ends_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    write(["a", "", "b"])
    write(["c\n", ""])
    write([])
    assert capsys.readouterr().out == "ab\nc\n"


def test_what_came_before_ctrl_c_is_on_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    def pieces() -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(pieces())
    assert capsys.readouterr().out == "half\n"
