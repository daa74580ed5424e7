from __future__ import annotations

from typing import Any

import pytest

from minerva.cli.sessions.table import by_session, last_answered, last_question, say_exchange, say_hits, short_id
from minerva.core.message import ToolCall
from minerva.core.session import Attachment
from minerva.sessions.records import SearchHit, SnippetPart
from tests.unit.cli.sessions.made import message, session


def hit(session_id: str, *parts: SnippetPart, message_id: str | None = "msg_1", **found: Any) -> SearchHit:
    found = {"found_in": "title" if message_id is None else "text", **found}
    return SearchHit(session=session_id, title="A\x1btitle", message=message_id, snippet=parts, updated_s=0.0, **found)


def test_hits_of_one_session_stand_together_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    parts = (SnippetPart("we\nwent\tto "), SnippetPart("Rome\x1b", hit=True), SnippetPart("!"))
    hits = [hit("ses_2", message_id=None), hit("ses_1", *parts), hit("ses_2", *parts)]
    say_hits(by_session(hits), bold=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["ses_2", "we", "ses_1", "we"]
    assert lines[0].endswith("Atitle")
    assert lines[1] == "    we went to Rome!"


def test_what_is_found_beside_the_text_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    part = SnippetPart("Rome")
    say_hits(
        [hit("ses_1", part, found_in="thoughts"), hit("ses_1", part, found_in="file", file="a\x1b.txt")], bold=False
    )
    assert capsys.readouterr().out.splitlines()[1:] == ["    in its thoughts: Rome", "    in a.txt: Rome"]


def test_what_was_found_is_bold_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say_hits([hit("ses_1", SnippetPart("to "), SnippetPart("Rome", hit=True))], bold=True)
    assert capsys.readouterr().out.splitlines()[1] == "    to \x1b[1mRome\x1b[0m"


def test_the_last_exchange_is_shown_as_it_was_seen(capsys: pytest.CaptureFixture[str]) -> None:
    file = Attachment(id="att_1", name="a.txt", media_type="text/plain", size_bytes=1, text_characters=1)
    path = [
        message("one", role="user", status="complete"),
        message("two", status="complete"),
        message("three", role="user", status="complete", attachments=(file,)),
        message("fo\x1bur\n", status="stopped"),
    ]
    assert last_question(path) == 2
    say_exchange(path, ">>> ")
    assert capsys.readouterr().out == ">>> three [a.txt]\nfour\n"
    assert last_question([]) == 0


def test_an_answer_is_to_the_last_question_or_to_the_result_of_a_tool() -> None:
    question = message("one", role="user", status="complete")
    calls = tuple(ToolCall(call, "add", "{}") for call in ("call_1", "call_2"))
    called = message("", status="complete", tool_calls=calls)
    results = [message("3", role="tool", status="complete", tool_call_id=call.id) for call in calls]
    answer = message("two", status="complete")
    assert [last_answered(path) for path in ([], [answer], [question], [question, answer])] == [0, 1, 0, 0]
    assert last_answered([question, called]) == last_answered([question, called, results[0]]) == 0
    assert last_answered([question, called, *results]) == last_answered([question, called, *results, answer]) == 3


def test_an_id_is_shown_by_its_beginning() -> None:
    assert short_id(session(1 << 92, "x")) == "ses_10000000"
