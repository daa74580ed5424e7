"""From a stored conversation to what a model is asked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.request import Begun, ChatInput, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.session import Attachment, SessionSettings, StoredMessage
from minerva.service.asking import chat_messages, chat_request, check_continuable, merged_settings, with_files
from minerva.sessions.records import AttachmentText


def message(role: str, content: str = "", **fields: Any) -> StoredMessage:
    base = {"id": f"msg_{content}", "session": "s", "parent": None, "status": "complete"}
    return StoredMessage(**{**base, "role": role, "content": content, "created_s": 0.0, "updated_s": 0.0, **fields})


def file(name: str, text: str) -> AttachmentText:
    return AttachmentText(Attachment(id="a", name=name, media_type="t", size_bytes=1, text_characters=len(text)), text)


def test_a_turn_says_what_its_session_does_not_and_goes_before_it() -> None:
    session = SessionSettings(
        model="a",
        system="Be brief.",
        sampling=SamplingOptions(temperature=0.5, top_k=3),
        max_tokens=9,
        stop=("x",),
        thinking=Thinking(enabled=True, effort="low"),
        logprobs=2,
    )
    turn = SessionSettings(
        model="b", sampling=SamplingOptions(temperature=0.0), max_tokens=0, thinking=Thinking(enabled=False), logprobs=0
    )
    merged = merged_settings(turn, session)
    assert merged == SessionSettings(
        model="b",
        system="Be brief.",
        sampling=SamplingOptions(temperature=0.0, top_k=3),
        max_tokens=0,
        stop=("x",),
        thinking=Thinking(enabled=False, effort="low"),
        logprobs=0,
    )
    assert merged_settings(SessionSettings(), session) == session


def test_every_setting_is_merged() -> None:
    """A setting that is added later is merged, whatever its name."""
    session = SessionSettings(overflow="shift", keep_tokens=3, context_length=64)
    assert merged_settings(SessionSettings(), session) == session
    assert merged_settings(session, SessionSettings()) == session


def test_a_path_becomes_messages() -> None:
    call = ToolCall("c", "look", "{}")
    path = (
        message("user", "Hi", attachments=()),
        message("assistant", "Hello", reasoning="Hm."),
        message("user", "Look"),
        message("assistant", tool_calls=(call,)),
        message("tool", "seen", tool_call_id="c"),
    )
    assert chat_messages(path, {"msg_Look": [file("a.txt", "A")]}, "Be brief.") == (
        Message("system", "Be brief."),
        Message("user", "Hi"),
        Message("assistant", "Hello", reasoning="Hm."),
        Message("user", "a.txt\n```\nA\n```\n\nLook"),
        Message("assistant", tool_calls=(call,)),
        Message("tool", "seen", tool_call_id="c"),
    )


def test_an_answer_that_never_began_is_none() -> None:
    assert chat_messages([message("user", "Hi"), message("assistant")], {}, "") == (Message("user", "Hi"),)


@pytest.mark.parametrize(
    ("content", "files", "expected"),
    [
        ("Hi", [], "Hi"),
        ("", [file("a", "A\n")], "a\n```\nA\n```"),
        ("Hi", [file("a.png", "")], "Hi"),
        ("Hi", [file("a", "```py\nx\n```")], "a\n````\n```py\nx\n```\n````\n\nHi"),
        ("Hi", [file("a", "A"), file("b", "B")], "a\n```\nA\n```\n\nb\n```\nB\n```\n\nHi"),
    ],
)
def test_files_stand_before_the_text(content: str, files: list[AttachmentText], expected: str) -> None:
    assert with_files(content, files) == expected


def test_a_request_has_all_settings() -> None:
    settings = SessionSettings(
        model="m",
        sampling=SamplingOptions(top_k=1),
        max_tokens=3,
        stop=("x",),
        context_length=64,
        overflow="shift",
        keep_tokens=2,
        thinking=Thinking(enabled=True),
        logprobs=1,
    )
    request = chat_request((Message("user", "Hi"),), settings, "r", Begun("", "He"))
    assert isinstance(request.input, ChatInput)
    assert (request.input.thinking, request.input.begun) == (settings.thinking, Begun("", "He"))
    asked = msgspec.structs.asdict(request)
    said = msgspec.structs.asdict(settings)
    assert {name: asked[name] for name in said.keys() & asked.keys()} == {
        name: said[name] for name in said.keys() & asked.keys()
    }
    assert said.keys() - asked.keys() == {"system", "thinking"}


@pytest.mark.parametrize(
    "answer",
    [
        message("assistant", status="stopped"),
        message("assistant", status="interrupted"),
        message("assistant", status="failed"),
        message("assistant", status="complete", finish_reason="length"),
    ],
)
def test_what_was_broken_off_can_go_on(answer: StoredMessage) -> None:
    check_continuable(answer)


@pytest.mark.parametrize(
    "answer",
    [
        message("user", "Hi"),
        message("assistant", "Hi", finish_reason="stop"),
        message("assistant", "Hi", status="stopped", tool_calls=(ToolCall("c", "look", "{}"),)),
    ],
)
def test_what_is_complete_cannot(answer: StoredMessage) -> None:
    with pytest.raises(InvalidRequest, match=answer.id):
        check_continuable(answer)
