"""Another model in the middle of a session, and what the next turn would take of its window."""

from __future__ import annotations

import pytest

from tests.integration.server.sessions.talk import Fields, Talk

GREEDY = {"sampling": {"temperature": 0.0}, "max_tokens": 20}


@pytest.fixture(scope="module")
def session(talk: Talk) -> str:
    """A session of three exchanges, which is too long for `short`."""
    session = talk.session({**GREEDY, "model": "starter"})
    for question in (
        "Hello! Who are you?",
        "What can you do for me?",
        "Please tell me about the sun and the moon. " * 4,
    ):
        talk.answer(session, question)
    return session


def test_a_model_with_a_large_window_takes_all(talk: Talk, session: str) -> None:
    count = talk.post(f"/sessions/{session}/count", {"content": "And the stars?"})
    assert (count["model"], count["context_length"], count["max_tokens"]) == ("starter", 2048, 20)
    assert (count["fits"], count["overflow"], count["dropped_messages"]) == (True, "error", 0)
    answer = talk.answer(session, "And the stars?")
    assert answer["usage"]["prompt_tokens"] == count["prompt_tokens"]


def test_a_model_with_a_small_one_says_what_does_not_fit(talk: Talk, session: str) -> None:
    body: Fields = {"content": "And the stars?", "model": "short"}
    count = talk.post(f"/sessions/{session}/count", body)
    assert (count["model"], count["context_length"], count["fits"]) == ("short", 256, False)
    assert count["prompt_tokens"] > 256
    assert (count["overflow"], count["dropped_messages"]) == ("error", 0)
    failed = talk.answer(session, **body)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "context_length_exceeded")
    assert (failed["error"]["maximum"], failed["content"]) == (256, "")


def test_what_is_left_out_is_told_before_and_after(talk: Talk, session: str) -> None:
    body: Fields = {"content": "And the stars?", "model": "short", "settings": {"overflow": "trim_history"}}
    count = talk.post(f"/sessions/{session}/count", body)
    assert (count["fits"], count["overflow"]) == (False, "trim_history")
    assert count["dropped_messages"] > 0
    answer = talk.answer(session, **body)
    assert answer["status"] == "complete"
    assert answer["truncation"]["dropped_messages"] == count["dropped_messages"]
    assert answer["truncation"]["dropped_tokens"] == count["dropped_tokens"]
    assert answer["usage"]["prompt_tokens"] == count["prompt_tokens"] - count["dropped_tokens"]


def test_switching_back_finds_the_prompt_in_the_cache(talk: Talk, session: str) -> None:
    answer = talk.answer(session, "And the rain?", model="starter")
    assert answer["status"] == "complete"
    assert answer["usage"]["cached_tokens"] > 0


def test_a_file_is_part_of_what_is_asked(talk: Talk) -> None:
    session = talk.session(GREEDY)
    headers = {"content-type": "text/plain"}
    upload = talk.http.post(
        f"/sessions/{session}/attachments",
        params={"name": "notes.txt"},
        content=b"The tree is red. " * 20,
        headers=headers,
    )
    file = upload.raise_for_status().json()["id"]
    without = talk.post(f"/sessions/{session}/count", {"content": "Which colour?"})
    count = talk.post(f"/sessions/{session}/count", {"content": "Which colour?", "attachments": [file]})
    assert count["prompt_tokens"] > without["prompt_tokens"] + 20
    answer = talk.answer(session, "Which colour?", attachments=[file])
    assert answer["usage"]["prompt_tokens"] == count["prompt_tokens"]
    assert [each["name"] for each in talk.path(session)[0]["attachments"]] == ["notes.txt"]
