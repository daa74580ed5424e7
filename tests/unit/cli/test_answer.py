from __future__ import annotations

import pytest

from minerva.cli.answer import Answer, left_out, summary
from minerva.cli.failure import CommandFailed
from minerva.cli.sse import events
from minerva.core.event import Truncation
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


def test_events_are_read_from_lines() -> None:
    lines = ["data: one", "", ": ping", "", "event: x", "data:two", "data: lines", "id: 7", "", "", "data: cut off"]
    assert list(events(lines)) == ["one", "two\nlines"]


def test_an_answer_is_collected_while_it_streams() -> None:
    answer = Answer()
    stream = [
        '{"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}',
        '{"choices": [{"index": 0, "delta": {"content": "Hel"}, "finish_reason": null}]}',
        '{"choices": [{"index": 0, "delta": {"content": "lo"}}]}',
        '{"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}',
        '{"choices": [], "usage": {"prompt_tokens": 3}, "truncation": {"policy": "shift", "shifted_tokens": 9}}',
        "[DONE]",
    ]
    assert list(answer.pieces(stream)) == ["Hel", "lo"]
    assert (answer.text, answer.finish) == ("Hello", "length")
    assert answer.truncation == Truncation("shift", shifted_tokens=9)


def test_what_was_left_out_is_put_in_words() -> None:
    assert left_out(Truncation("trim_history", 4, 300)).endswith("context window: the 4 oldest messages")
    assert left_out(Truncation("shift", shifts=2, shifted_tokens=500)).endswith("context window: the 500 oldest tokens")


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (['{"error": {"message": "the worker died", "type": "server_error"}}'], "the worker died"),
        ([], "without finishing"),
        (["<html>"], "no chat chunk"),
    ],
)
def test_a_stream_that_goes_wrong_says_so_and_keeps_what_came(stream: list[str], words: str) -> None:
    answer = Answer()
    with pytest.raises(CommandFailed, match=words):
        list(answer.pieces(['{"choices": [{"delta": {"content": "Hi"}}]}', *stream]))
    assert answer.text == "Hi"


def test_the_summary_says_how_much_and_how_fast() -> None:
    text = summary(TIMINGS)
    assert text == "30 tokens (29.0/s) · 20 prompt tokens (100.0/s), 10 of them cached · 1.35 s in all · 0.25 s loading"
