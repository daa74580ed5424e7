from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.errors import ErrorInfo
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Failed,
    Finished,
    Started,
    TextDelta,
    Timings,
    TokenAlternative,
    TokenLogprob,
    Truncation,
    Usage,
)
from minerva.server.openai.answers import timings_answer
from minerva.server.openai.choices import ChatChoices, Shown, TextChoices
from minerva.server.openai.fold import chat_completion, text_completion
from minerva.server.openai.logprobs import TextOffsets, chat_logprobs, text_logprobs
from minerva.server.openai.sse import SseEncoder

END = Finished(Usage(10, 4, 6), Timings(0.5, 0.001, 0.2, 0.4, 1.2))
TIMINGS = {
    "queue_ms": 1.0,
    "load_ms": 500.0,
    "prefill_ms": 200.0,
    "decode_ms": 400.0,
    "total_ms": 1200.0,
    "prompt_n": 10,
    "cached_n": 6,
    "predicted_n": 4,
    "prompt_per_second": 20.0,
    "predicted_per_second": 10.0,
}
USAGE = {
    "prompt_tokens": 10,
    "completion_tokens": 4,
    "total_tokens": 14,
    "prompt_tokens_details": {"cached_tokens": 6},
    "completion_tokens_details": {"accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
}
EVENTS: list[Event] = [
    Started("m", 10, 6),
    TextDelta(0, "He"),
    TextDelta(1, "A"),
    ChoiceFinished(1, "length"),
    TextDelta(0, "y"),
    ChoiceFinished(0, "stop", "!"),
    END,
]


def chunks(frames: bytes) -> list[Any]:
    """The data of each frame, every line of which must be sound."""
    assert not frames or frames.endswith(b"\n\n")
    parts = frames.decode().split("\n\n")[:-1]
    assert all(part.startswith("data: ") and "\n" not in part for part in parts)
    return [part[6:] if part == "data: [DONE]" else json.loads(part[6:]) for part in parts]


def stream(shown: Shown, events: list[Event], *, chat: bool = True) -> list[Any]:
    encode = SseEncoder(ChatChoices(shown) if chat else TextChoices(shown), shown)
    return chunks(b"".join(map(encode, events)))


def test_a_chat_stream_has_roles_deltas_ends_and_done() -> None:
    got = stream(Shown("chatcmpl-1", 5, choices=2), EVENTS)
    assert got[-1] == "[DONE]"
    said = [(chunk["choices"][0]["index"], chunk["choices"][0]["delta"]) for chunk in got[:-1]]
    assert said == [
        (0, {"role": "assistant", "content": ""}),
        (1, {"role": "assistant", "content": ""}),
        (0, {"content": "He"}),
        (1, {"content": "A"}),
        (1, {}),
        (0, {"content": "y"}),
        (0, {}),
    ]
    reasons = [chunk["choices"][0]["finish_reason"] for chunk in got[:-1]]
    assert reasons == [None, None, None, None, "length", None, "stop"]
    for chunk in got[:-1]:
        assert (chunk["id"], chunk["created"], chunk["model"]) == ("chatcmpl-1", 5, "m")
        assert chunk["object"] == "chat.completion.chunk"
        assert "usage" not in chunk
    assert got[-2]["timings"] == TIMINGS
    assert not any("timings" in chunk for chunk in got[:-2])


@pytest.mark.parametrize("chat", [True, False])
def test_usage_comes_last_without_choices_and_is_null_before(*, chat: bool) -> None:
    got = stream(Shown("x", 5, choices=2, include_usage=True), EVENTS, chat=chat)
    assert got[-2]["choices"] == []
    assert got[-2]["usage"] == USAGE
    assert got[-2]["timings"] == TIMINGS
    assert all(chunk["usage"] is None for chunk in got[:-2])


def test_a_text_stream_has_no_role() -> None:
    got = stream(Shown("cmpl-1", 5, choices=2), EVENTS, chat=False)
    texts = [(chunk["choices"][0]["index"], chunk["choices"][0]["text"]) for chunk in got[:-1]]
    assert texts == [(0, "He"), (1, "A"), (1, ""), (0, "y"), (0, "")]
    assert {chunk["object"] for chunk in got[:-1]} == {"text_completion"}


def test_a_failure_in_mid_stream_is_an_error_and_the_end() -> None:
    failed = Failed(ErrorInfo("worker_crashed", "it died", model="m"))
    got = stream(Shown("x", 5), [*EVENTS[:2], failed])
    assert got[-1]["error"] == {
        "message": "it died",
        "type": "server_error",
        "param": None,
        "code": "worker_crashed",
        "model": "m",
    }
    assert "[DONE]" not in got
    after_the_end = stream(Shown("x", 5), [EVENTS[0], ChoiceFinished(0, "stop"), failed])
    assert after_the_end[-2]["choices"][0]["finish_reason"] == "stop"


def test_a_body_is_the_folded_stream() -> None:
    answer = chat_completion(EVENTS, Shown("chatcmpl-1", 5, choices=2))
    assert [choice.message.content for choice in answer.choices] == ["Hey", "A"]
    assert [choice.finish_reason for choice in answer.choices] == ["stop", "length"]
    assert answer.usage.total_tokens == 14
    text = text_completion(EVENTS, Shown("cmpl-1", 5, choices=2))
    assert [choice.text for choice in text.choices] == ["Hey", "A"]


@given(st.lists(st.tuples(st.integers(0, 2), st.text()), max_size=20))
def test_the_text_of_a_stream_is_the_text_of_the_body(deltas: list[tuple[int, str]]) -> None:
    shown = Shown("x", 5, choices=3)
    ends = [ChoiceFinished(index, "stop") for index in range(3)]
    events: list[Event] = [Started("m", 1, 0), *(TextDelta(index, text) for index, text in deltas), *ends, END]
    texts = ["", "", ""]
    for chunk in stream(shown, events)[:-1]:
        for choice in chunk["choices"]:
            texts[choice["index"]] += choice["delta"].get("content", "")
    assert texts == [choice.message.content for choice in chat_completion(events, shown).choices]


def token(piece: bytes, logprob: float | None, *top: tuple[bytes, float]) -> TokenLogprob:
    return TokenLogprob(1, piece, logprob, tuple(TokenAlternative(2, other, p) for other, p in top))


def test_chat_logprobs_have_exact_bytes_and_no_infinity() -> None:
    got = chat_logprobs([token(b"\xf0\x9f", -0.5, (b"\xf0\x9f", -0.5), (b"a", float("-inf")))])
    [one] = got.content
    assert (one.token, one.bytes, one.logprob) == ("�", [0xF0, 0x9F], -0.5)
    assert [(other.token, other.logprob) for other in one.top_logprobs] == [("�", -0.5), ("a", -9999.0)]


def test_text_logprobs_say_where_tokens_begin() -> None:
    tokens = [token(b"", None), token(b"Hi", -1.0, (b"Hi", -1.0)), token(b"\xc3", -2.0, (b"x", -0.1))]
    tokens.append(token(b"\xa9t", -3.0))
    got = text_logprobs(tokens, "Hiét", TextOffsets(), 1)
    assert got.text_offset == [0, 0, 2, 2]
    assert got.token_logprobs == [None, -1.0, -2.0, -3.0]
    assert got.top_logprobs == [None, {"Hi": -1.0}, {"x": -0.1, "�": -2.0}, {"�t": -3.0}]
    assert text_logprobs(tokens, "Hiét", TextOffsets(), 0).top_logprobs is None


def test_offsets_go_on_across_deltas_and_know_of_the_space_before_a_prompt() -> None:
    offsets = TextOffsets()
    assert offsets.of([b"", b" Once", b" upon"], "Once upon") == [0, 0, 4]
    assert offsets.of([b" a"], " a") == [9]


@pytest.mark.parametrize("include_usage", [False, True])
def test_what_was_left_out_is_in_the_body_and_in_the_last_chunk_alone(*, include_usage: bool) -> None:
    shown = Shown("id", 1, choices=2, include_usage=include_usage)
    events = [*EVENTS[:-1], Finished(END.usage, END.timings, Truncation("trim_history", 2, 30))]
    told = {"policy": "trim_history", "dropped_messages": 2, "dropped_tokens": 30, "shifts": 0, "shifted_tokens": 0}
    for fold in (chat_completion, text_completion):
        *others, last, _ = stream(shown, events, chat=fold is chat_completion)
        assert last["truncation"] == told
        assert not any("truncation" in chunk for chunk in others)
        assert msgspec.to_builtins(fold(events, shown))["truncation"] == told
        assert "truncation" not in msgspec.to_builtins(fold(EVENTS, shown))


def test_what_was_computed_ahead_is_told_where_there_was_any() -> None:
    timings = timings_answer(Timings(decode_s=1.0), Usage(10, 8, 6, accepted_tokens=5, rejected_tokens=2))
    told = msgspec.to_builtins(timings)
    assert (told["draft_n"], told["draft_n_accepted"]) == (7, 5)
    assert "draft_n" not in msgspec.to_builtins(timings_answer(Timings(), Usage(10, 8, 6)))
