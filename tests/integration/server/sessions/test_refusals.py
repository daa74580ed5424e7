"""Whatever is wrong with a request is said, with the field at fault, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.server.sessions.talk import LONG, Talk

NOBODY = "ses_000000000000000000000000"
NOTHING = "msg_000000000000000000000000"


@pytest.fixture(scope="module")
def session(talk: Talk) -> str:
    """An empty session."""
    return talk.session()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/sessions/{NOBODY}"),
        ("GET", f"/sessions/{NOBODY}/tree"),
        ("GET", f"/sessions/{NOBODY}/events"),
        ("PATCH", f"/sessions/{NOBODY}"),
        ("DELETE", f"/sessions/{NOBODY}"),
        ("POST", f"/sessions/{NOBODY}/restore"),
        ("POST", f"/sessions/{NOBODY}/turns"),
        ("POST", f"/sessions/{NOBODY}/count"),
        ("GET", f"/messages/{NOTHING}"),
        ("GET", f"/messages/{NOTHING}/events"),
        ("DELETE", f"/messages/{NOTHING}"),
        ("POST", f"/messages/{NOTHING}/restore"),
        ("POST", f"/messages/{NOTHING}/choose"),
        ("POST", f"/messages/{NOTHING}/continue"),
        ("POST", f"/messages/{NOTHING}/stop"),
    ],
)
def test_what_is_not_there_is_not_found(talk: Talk, method: str, path: str) -> None:
    answer = talk.http.request(method, path, json={} if method in {"POST", "PATCH"} else None)
    assert answer.status_code == 404
    kind = "session_not_found" if "ses_" in path else "message_not_found"
    assert answer.json()["error"]["code"] == kind


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("turns", {"content": "Hi", "contents": "Hi"}, "contents"),
        ("turns", {"content": 5}, "content"),
        ("turns", {"content": "  "}, "content"),
        ("turns", {}, "parent"),
        ("turns", {"content": "Hi", "attachments": ["att_1"]}, "attachments[0]"),
        ("turns", {"content": "Hi", "settings": {"sampling": {"temperature": 9}}}, "settings.sampling.temperature"),
        ("turns", {"content": "Hi", "settings": {"sampling": {"top_k": "x"}}}, "settings.sampling.top_k"),
        (
            "turns",
            {"content": "Hi", "settings": {"thinking": {"budget_tokens": -1}}},
            "settings.thinking.budget_tokens",
        ),
        ("turns", {"content": "Hi", "settings": {"overflow": "drop"}}, "settings.overflow"),
        ("turns", {"content": "Hi", "settings": {"max_tokens": -1}}, "settings.max_tokens"),
        ("turns", {"content": "Hi", "settings": {"logprobs": 21}}, "settings.logprobs"),
        ("turns", {"content": "Hi", "model": "short", "settings": {"model": "long"}}, "settings.model"),
        ("messages", {"role": "user", "content": "Hi"}, "parent"),
        ("messages", {"parent": None, "role": "system", "content": "Hi"}, "role"),
        ("messages", {"parent": None, "role": "tool", "content": "4"}, "tool_call_id"),
        ("messages", {"parent": None, "role": "tool", "content": "4", "tool_call_id": "c"}, "tool_call_id"),
        ("messages", {"parent": NOTHING, "role": "tool", "content": "4", "tool_call_id": "c"}, "parent"),
        ("messages", {"parent": None, "role": "user", "content": "4", "tool_call_id": "c"}, "tool_call_id"),
        (
            "messages",
            {"parent": None, "role": "tool", "content": "4", "tool_call_id": "c", "reasoning": "hm"},
            "reasoning",
        ),
        ("count", {"content": "Hi", "setting": {}}, "setting"),
    ],
)
def test_a_wrong_field_is_named(talk: Talk, session: str, path: str, body: dict[str, Any], param: str) -> None:
    answer = talk.http.post(f"/sessions/{session}/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
    assert param.rpartition(".")[2] in answer.json()["error"]["message"]
    assert talk.path(session) == []


@pytest.mark.parametrize(
    ("query", "param"), [("limit=0", "limit"), ("archived=maybe", "archived"), ("before=x", "before")]
)
def test_a_wrong_query_is_named(talk: Talk, query: str, param: str) -> None:
    answer = talk.http.get(f"/sessions?{query}")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize("last", ["0", "1001", "all"])
def test_a_number_of_messages_that_is_none_is_named(talk: Talk, session: str, last: str) -> None:
    answer = talk.http.get(f"/sessions/{session}?last={last}")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "last")
    assert last in answer.json()["error"]["message"]


def test_a_model_that_is_not_there_is_asked_nothing(talk: Talk, session: str) -> None:
    answer = talk.http.post(f"/sessions/{session}/turns", json={"content": "Hi", "model": "nobody"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert talk.path(session) == []


def test_two_who_change_a_session_do_not_overwrite_each_other(talk: Talk) -> None:
    session = talk.session(title="One")
    read = talk.http.get(f"/sessions/{session}")
    seen = read.json()["session"]["revision"]
    assert read.headers["etag"] == f'"{seen}"'
    first = talk.http.patch(f"/sessions/{session}", json={"title": "Two"}, headers={"if-match": read.headers["etag"]})
    assert (first.status_code, first.json()["title"]) == (200, "Two")
    for body, headers in (({"revision": seen}, {}), ({}, {"if-match": read.headers["etag"]})):
        late = talk.http.patch(f"/sessions/{session}", json={"title": "Three", **body}, headers=headers)
        assert (late.status_code, late.json()["error"]["code"]) == (409, "revision_conflict")
        assert late.json()["error"]["revision"] == first.json()["revision"]
    assert talk.get(f"/sessions/{session}")["session"]["title"] == "Two"


def test_an_answer_is_written_once_at_a_time_and_finished_before_it_is_answered(talk: Talk) -> None:
    session = talk.session({**LONG, "model": "long"})
    answer = talk.ask(session, "Tell me a story.")["answer"]["id"]
    for path, body in ((f"/messages/{answer}/continue", {}), (f"/sessions/{session}/turns", {"content": "And then?"})):
        refused = talk.http.post(path, json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "turn_running")
    talk.post(f"/messages/{answer}/stop")
    assert len(talk.path(session)) == 2


def test_a_complete_answer_does_not_go_on(talk: Talk) -> None:
    answer = talk.answer(talk.session(), "Hello!")
    for message in (answer["id"], answer["parent"]):
        refused = talk.http.post(f"/messages/{message}/continue")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")


def test_an_answer_cannot_be_answered(talk: Talk) -> None:
    answer = talk.answer(session := talk.session(), "Hello!")
    refused = talk.http.post(f"/sessions/{session}/turns", json={"parent": answer["id"]})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "parent")
