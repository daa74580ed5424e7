"""Answers in sessions: the tree that they make, and how they are broken off and go on."""

from __future__ import annotations

import pytest

from tests.integration.server.sessions.talk import LONG, Talk

GREEDY = {"sampling": {"temperature": 0.0}}


@pytest.fixture(scope="module")
def plain(talk: Talk) -> str:
    """A session with one exchange."""
    session = talk.session(GREEDY)
    talk.answer(session, "Hello!")
    return session


def test_a_turn_adds_a_message_and_its_answer(talk: Talk, plain: str) -> None:
    question, answer = talk.path(plain)
    assert (question["role"], question["content"], question["status"]) == ("user", "Hello!", "complete")
    assert (answer["role"], answer["parent"], answer["status"]) == ("assistant", question["id"], "complete")
    assert answer["content"]
    assert (answer["model"], answer["finish_reason"]) == ("starter", "stop")
    assert answer["usage"]["completion_tokens"] > 0
    assert answer["timings"]["decode_s"] > 0
    assert answer["ttft_s"] > 0
    assert answer["settings"]["sampling"] == {"temperature": 0.0}


def test_the_first_message_gives_the_title(talk: Talk, plain: str) -> None:
    session = talk.get(f"/sessions/{plain}")["session"]
    assert (session["title"], session["titled"], session["messages"]) == ("Hello!", False, 2)


def test_the_model_gets_the_whole_path(talk: Talk) -> None:
    session = talk.session({**GREEDY, "system": "You are Minerva."})
    first = talk.answer(session, "Hello!")
    second = talk.answer(session, "How are you?")
    assert second["usage"]["prompt_tokens"] > first["usage"]["prompt_tokens"] + first["usage"]["completion_tokens"]
    assert [message["role"] for message in talk.path(session)] == ["user", "assistant"] * 2


def test_an_answer_asked_for_again_is_a_sibling_and_is_chosen(talk: Talk) -> None:
    session = talk.session(GREEDY)
    first = talk.answer(session, "Hello!")
    second = talk.answer(session, None, parent=first["parent"], model="short", settings={"max_tokens": 5})
    assert second["parent"] == first["parent"]
    assert second["branch"] == {"index": 1, "count": 2, "previous": first["id"], "next": None}
    assert (second["model"], second["finish_reason"]) == ("short", "length")
    assert [message["id"] for message in talk.path(session)] == [first["parent"], second["id"]]
    talk.post(f"/messages/{first['id']}/choose")
    assert [message["id"] for message in talk.path(session)] == [first["parent"], first["id"]]


def test_an_answer_may_branch_off_in_the_middle_of_another(talk: Talk) -> None:
    session = talk.session(GREEDY)
    # Of a sum the model is sure, whatever the batches are; where a story goes on is nearly a matter of chance.
    first = talk.answer(session, "What is 31 + 26?")
    begun = first["content"][: first["content"].index(",") + 1]
    again = talk.answer(session, None, parent=first["parent"], begun={"content": begun})
    assert again["branch"] == {"index": 1, "count": 2, "previous": first["id"], "next": None}
    assert len(first["content"]) > len(begun)
    assert again["content"] == first["content"]
    other = talk.answer(session, None, parent=first["parent"], begun={"content": f"{begun} 20 + 20"})
    assert other["content"].startswith(f"{begun} 20 + 20")
    assert len(other["content"]) > len(f"{begun} 20 + 20")


def test_an_edited_message_makes_a_branch(talk: Talk) -> None:
    session = talk.session(GREEDY)
    first = talk.answer(session, "Hello!")
    edited = talk.ask(session, "Good evening!", parent=None)
    talk.wait(edited["answer"]["id"])
    assert edited["message"]["branch"] == {"index": 1, "count": 2, "previous": first["parent"], "next": None}
    assert [message["id"] for message in talk.path(session)] == [edited["message"]["id"], edited["answer"]["id"]]
    assert len(talk.get(f"/sessions/{session}/tree")["messages"]) == 4


def test_a_message_can_be_added_without_asking_a_model(talk: Talk) -> None:
    session = talk.session()
    question = talk.post(f"/sessions/{session}/messages", {"parent": None, "role": "user", "content": "Hello!"})
    body = {"parent": question["id"], "role": "assistant", "content": "Hello yourself."}
    added = talk.post(f"/sessions/{session}/messages", body)
    assert added["status"] == "complete"
    assert talk.path(session) == [question, added]


def test_the_end_of_a_path_comes_without_what_stands_before_it(talk: Talk) -> None:
    session = talk.session()
    parent = None
    for content in ("One", "Two", "Three"):
        said = {"parent": parent, "role": "user", "content": content}
        parent = talk.post(f"/sessions/{session}/messages", said)["id"]
    whole = talk.get(f"/sessions/{session}")
    assert (len(whole["messages"]), whole["earlier"]) == (3, 0)
    assert talk.get(f"/sessions/{session}", last=2) == {**whole, "messages": whole["messages"][1:], "earlier": 1}
    assert talk.get(f"/sessions/{session}", last=1000) == whole


def test_several_models_answer_side_by_side(talk: Talk) -> None:
    session = talk.session()
    talk.post("/load", {"model": "short"})
    one = talk.ask(session, "Tell me a story.", model="long", settings=LONG)
    other = talk.ask(session, None, parent=one["message"]["id"], model="short", settings=LONG)
    assert talk.wait(other["answer"]["id"])["model"] == "short"
    assert talk.message(one["answer"]["id"])["status"] == "streaming"
    assert talk.post(f"/messages/{one['answer']['id']}/stop")["status"] == "stopped"


def test_a_stopped_answer_keeps_its_text_and_goes_on_in_place(talk: Talk) -> None:
    session = talk.session({**LONG, "model": "long"})
    answer = talk.ask(session, "Tell me a story.")["answer"]["id"]
    talk.kept(answer)
    stopped = talk.post(f"/messages/{answer}/stop")
    assert stopped["status"] == "stopped"
    assert stopped["content"]
    assert stopped["usage"]["completion_tokens"] > 0
    assert talk.post(f"/messages/{answer}/stop") == stopped
    begun = talk.post(f"/messages/{answer}/continue")
    assert (begun["status"], begun["content"]) == ("streaming", stopped["content"])
    talk.kept(answer)
    again = talk.post(f"/messages/{answer}/stop")
    assert again["content"].startswith(stopped["content"])
    assert again["branch"]["count"] == 1


def test_an_answer_in_pieces_is_the_same_as_in_one(talk: Talk) -> None:
    session = talk.session(GREEDY)
    whole = talk.answer(session, "Hello! Who are you?")
    pieces = talk.answer(session, None, parent=whole["parent"], settings={"max_tokens": 4})
    rounds = 0
    while pieces["finish_reason"] == "length":
        assert whole["content"].startswith(pieces["content"])
        talk.post(f"/messages/{pieces['id']}/continue")
        pieces = talk.wait(pieces["id"])
        rounds += 1
    assert rounds > 1
    assert pieces["content"] == whole["content"]


def test_thoughts_are_kept_apart_and_an_answer_goes_on_within_them(talk: Talk) -> None:
    session = talk.session({**GREEDY, "thinking": {"enabled": True}})
    whole = talk.answer(session, "What is 2 + 3?")
    assert whole["reasoning"]
    assert whole["reasoning_s"] >= 0
    pieces = talk.answer(session, None, parent=whole["parent"], settings={"max_tokens": 8})
    assert (pieces["content"], pieces["finish_reason"]) == ("", "length")
    while pieces["finish_reason"] == "length":
        talk.post(f"/messages/{pieces['id']}/continue")
        pieces = talk.wait(pieces["id"])
    assert (pieces["reasoning"], pieces["content"]) == (whole["reasoning"], whole["content"])


def test_alternatives_to_tokens_are_there_where_a_message_is_read_alone(talk: Talk) -> None:
    session = talk.session({**GREEDY, "logprobs": 2, "max_tokens": 3})
    answer = talk.answer(session, "Hello!")
    assert answer["logprobs"] is None
    assert len(talk.message(answer["id"])["logprobs"]) == 3
    talk.post(f"/messages/{answer['id']}/continue")
    talk.wait(answer["id"])
    assert len(talk.message(answer["id"])["logprobs"]) == 6


def test_deleting_a_message_stops_what_is_written_below_and_can_be_undone(talk: Talk) -> None:
    session = talk.session({**LONG, "model": "long"})
    exchange = talk.ask(session, "Tell me a story.")
    talk.http.delete(f"/messages/{exchange['message']['id']}").raise_for_status()
    assert talk.path(session) == []
    talk.post(f"/messages/{exchange['message']['id']}/restore")
    assert [message["status"] for message in talk.path(session)] == ["complete", "stopped"]


def test_a_deleted_session_can_be_restored(talk: Talk) -> None:
    session = talk.session({**LONG, "model": "long"})
    answer = talk.ask(session, "Tell me a story.")["answer"]["id"]
    talk.http.delete(f"/sessions/{session}").raise_for_status()
    assert talk.http.get(f"/sessions/{session}").status_code == 404
    assert session in [each["id"] for each in talk.get("/sessions", deleted="true")["sessions"]]
    talk.post(f"/sessions/{session}/restore")
    assert talk.message(answer)["status"] == "stopped"
