import json

import pytest

from benchmarks.client import Parts, RunFailed, events, read_answer


def _event(**fields: object) -> bytes:
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


def _text(text: str) -> bytes:
    return _event(choices=[{"text": text}])


_USAGE = _event(
    choices=[], usage={"prompt_tokens": 5, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}
)
_DONE = b"data: [DONE]\n\n"


def test_an_event_that_is_cut_counts_from_its_last_part() -> None:
    whole = _text("é")
    parts: Parts = [(1.0, whole[:9]), (2.0, whole[9:-1]), (3.0, whole[-1:] + _text("b")), (4.0, _DONE)]
    assert [(moment, event["choices"][0]["text"]) for moment, event in events(parts)] == [(2.0, "é"), (3.0, "b")]


def test_comments_names_and_lines_with_returns_are_read() -> None:
    parts: Parts = [(1.0, b': keep-alive\n\nevent: more\r\ndata:{"a": 1}\r\n\r\n')]
    assert list(events(parts)) == [(1.0, {"a": 1})]


def test_what_comes_in_one_part_is_one_arrival() -> None:
    parts: Parts = [(1.0, _text("")), (1.5, _text("a") + _text("b")), (2.5, _text("c") + _USAGE + _DONE)]
    answer = read_answer(parts, "request", 0.5, 3.0)
    assert answer.arrivals_s == (1.5, 2.5)
    assert answer.first_s == 1.0
    assert answer.gaps == ((1.5, 2.5),)
    assert (answer.prompt_tokens, answer.tokens, answer.cached_tokens) == (5, 3, 4)


def test_text_of_a_chat_and_of_a_thought_is_text() -> None:
    parts: Parts = [
        (1.0, _event(choices=[{"delta": {"role": "assistant", "content": None}}])),
        (2.0, _event(choices=[{"delta": {"reasoning_content": "hm"}}])),
        (3.0, _event(choices=[{"delta": {"content": "a"}}], usage={"completion_tokens": 2})),
    ]
    answer = read_answer(parts, "request", 0.0, 3.0)
    assert answer.arrivals_s == (2.0, 3.0)
    assert answer.cached_tokens is None


def test_an_error_in_a_stream_is_no_answer() -> None:
    with pytest.raises(RunFailed, match="engine died"):
        read_answer([(1.0, _text("a") + _event(error={"message": "engine died"}))], "request", 0.0, 2.0)


@pytest.mark.parametrize("parts", [[], [(1.0, _text("a"))], [(1.0, _USAGE)]])
def test_a_stream_without_text_or_usage_is_no_answer(parts: Parts) -> None:
    with pytest.raises(RunFailed, match="parts had"):
        read_answer(parts, "request", 0.0, 2.0)
