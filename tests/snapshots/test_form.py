"""The form of a stream keeps what is the same for every model, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.snapshots.cases import Case
from tests.snapshots.clients import strange
from tests.snapshots.form import HEAD, layout, text_of
from tests.snapshots.record import Frame, Recording


def recording(*events: Any, api: str = "openai-chat", name: str | None = None) -> Recording:
    frames = [Frame(name, event if isinstance(event, str) else json.dumps(event)) for event in events]
    return Recording(Case(f"{api}/x", "/x", {"stream": True}), 200, "text/event-stream", tuple(frames))


def events_of(*events: Any) -> list[str]:
    """The part of the text that is about the answer."""
    return text_of(recording(*events)).partition("200 text/event-stream\n\n")[2].split("\n\n")


def chunk(index: int, text: str) -> Any:
    return {"id": "chatcmpl-9", "choices": [{"index": index, "delta": {"content": text}, "finish_reason": None}]}


def test_the_request_is_shown_as_it_was() -> None:
    assert text_of(recording()).startswith(f'{HEAD}\nPOST /x\n{{"stream": true}}\n\n200 text/event-stream\n')


@given(st.lists(st.text(min_size=1), min_size=1), st.lists(st.text(min_size=1), min_size=1))
def test_neither_words_nor_the_number_of_pieces_show(first: list[str], second: list[str]) -> None:
    end = "[DONE]"
    shown = [events_of(*(chunk(0, text) for text in texts), end) for texts in (first, second)]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 2


def test_an_empty_text_is_not_a_text() -> None:
    assert len(events_of(chunk(0, ""), chunk(0, "Hi"), chunk(0, ""))) == 3


def test_the_order_of_events_shows_and_that_of_choices_does_not() -> None:
    one, other = chunk(0, "a"), chunk(1, "b")
    assert events_of(one, other, one, other) == events_of(other, one)
    assert events_of(one, "[DONE]", other) != events_of(one, other, "[DONE]")


def test_ids_are_numbered_by_kind_and_the_same_one_has_the_same_number() -> None:
    [shown] = events_of({"id": "msg_ab1", "item_id": "msg_c", "call_id": "call_x", "other_id": "msg_ab1", "name": "n"})
    assert shown == '{"id": msg_1, "item_id": msg_2, "call_id": call_1, "other_id": msg_1, "name": "n"}\n'


def test_counts_and_times_are_types_and_places_are_numbers() -> None:
    [shown] = events_of({"index": 3, "tokens": 4, "ms": 0.5, "created_at": "2026", "done": True, "bytes": [1, 2, 3]})
    assert shown == '{"index": 3, "tokens": int, "ms": float, "created_at": time, "done": true, "bytes": [int]}\n'


def test_keys_that_a_model_chose_are_texts() -> None:
    assert events_of({"top_logprobs": [{"a": -0.1, "b": -2.0}]}) == ['{"top_logprobs": [{"text": float}]}\n']
    [shown] = events_of({"top_logprobs": [{"token": "a", "logprob": -0.1}]})
    assert shown == '{"top_logprobs": [{"token": text, "logprob": float}]}\n'


def test_what_is_long_is_laid_out_in_lines_with_leaves_side_by_side() -> None:
    leaves = {f"name{number}": "int" for number in range(9)}
    lines = layout({**leaves, "inside": {"a": ["int"]}, "last": "int"}).splitlines()
    assert (lines[0], lines[-1]) == ("{", "}")
    assert lines[1].count(",") > 3
    assert lines[-3:-1] == ['  "inside": {"a": [int]},', '  "last": int,']
    assert max(map(len, lines)) <= 110


def test_a_client_is_shown_to_miss_what_it_misses() -> None:
    good = {"type": "message_stop"}
    assert strange(recording(good, api="anthropic-messages", name="message_stop")) == []
    assert strange(recording({**good, "more": 1}, api="anthropic-messages", name="message_stop")) == [
        "RawMessageStopEvent has no field more"
    ]
    assert strange(recording(good, api="anthropic-messages", name="other")) == [
        "the event other has data of the type message_stop"
    ]
    [fault] = strange(recording({"type": "content_block_stop", "index": "0"}, api="anthropic-messages"))
    assert "int_type" in fault
    delta = {"index": 0, "delta": {"content": "a", "words": 1}, "finish_reason": None}
    whole = {"id": "a", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]}
    assert strange(recording(whole)) == ["ChatCompletionChunk has no field choices[].delta.words"]
