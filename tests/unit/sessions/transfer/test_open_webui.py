from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.errors import ErrorInfo
from minerva.core.event import Usage
from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer.entry import Skipped
from minerva.sessions.transfer.open_webui_content import Answer
from minerva.sessions.transfer.read import read
from minerva.sessions.transfer.soundness import active_path, check_copy
from tests.unit.sessions.transfer.making import NOW_S, copies, sample


def _weather() -> SessionCopy:
    copy, _ = copies(sample("open_webui.json"))
    check_copy(copy)
    return copy


def test_the_session_has_its_name_tags_times_and_system_prompt() -> None:
    session = _weather().session
    assert (session.title, session.tags, session.pinned) == ("Weather and a picture", ("weather", "travel"), True)
    assert (session.created_s, session.updated_s) == (1710000000, 1710000010)
    assert session.settings.system == "You are a forecaster."


def test_the_tree_is_kept_and_the_path_is_the_one_that_was_shown() -> None:
    copy = _weather()
    assert [(one.id, one.parent) for one in copy.messages] == [
        ("u1", None),
        ("a1", "u1"),
        ("u2", "a1"),
        ("a3", "u2"),
        ("a2", "u1"),
    ]
    assert [one.id for one in active_path(copy)] == ["u1", "a1", "u2", "a3"]


def test_thinking_and_calls_are_taken_out_of_the_text() -> None:
    answer = active_path(_weather())[1]
    assert answer.reasoning == "A tool knows that.\nIs 20 < 21?"
    assert answer.content == (
        'Called `get_weather`:\n\n```json\n{"city": "Lisbon"}\n```\n\n```text\n{"celsius": 21}\n```\n\n'
        "It is **21 °C** in Lisbon."
    )
    assert (answer.reasoning_s, answer.usage, answer.model) == (7, Usage(31, 54), "qwen3:8b")


def test_how_answers_ended() -> None:
    by_id = {message.id: message for message in _weather().messages}
    assert (by_id["a2"].status, by_id["a2"].error) == ("failed", ErrorInfo("inference_error", "model not found"))
    assert by_id["a3"].status == "interrupted"
    assert (by_id["a1"].status, by_id["a1"].finish_reason) == ("complete", "stop")


def test_files_that_are_in_the_export_are_attachments_and_others_are_noted() -> None:
    copy = _weather()
    asked = next(message for message in copy.messages if message.id == "u2")
    kinds = [(one.name, one.media_type, one.text_characters) for one in asked.attachments]
    assert kinds == [("image.png", "image/png", 0), ("notes.md", "text/plain", 7)]
    assert copy.files["u2/0"].data.startswith(b"\x89PNG")
    assert copy.files["u2/1"].text == "# Rain\n"
    assert asked.content == "And here?\n\n*[attachment far.pdf; not in the export]*"


def test_an_old_chat_is_a_plain_list() -> None:
    _, old = copies(sample("open_webui.json"))
    assert [(one.content, one.role) for one in active_path(old)] == [("Hi", "user"), ("Hello!", "assistant")]
    assert (old.session.created_s, old.session.archived) == (1690000000, True)


def test_a_chat_without_history_is_skipped_by_its_title() -> None:
    skipped = [entry for entry in read(sample("open_webui.json"), NOW_S) if isinstance(entry, Skipped)]
    assert [(one.title, "chat.messages" in one.reason) for one in skipped] == [("Broken", True)]


@pytest.mark.parametrize(
    ("source", "content", "reasoning"),
    [
        ("plain", "plain", ""),
        ("<details><summary>More</summary>of mine</details>", "<details><summary>More</summary>of mine</details>", ""),
        ('<details type="reasoning" done="false">\n<summary>…</summary>\n> a\n> b', None, ""),
        (
            'a<details type="reasoning"><summary>x</summary>one</details><details type="reasoning">two</details>',
            "a",
            None,
        ),
        ('<details type="tool_calls" done="false" name="f">\n</details>', "Called `f`:\n\n```json\n{}\n```", ""),
    ],
)
def test_only_whole_blocks_of_known_kinds_are_taken_out(
    source: str, content: str | None, reasoning: str | None
) -> None:
    answer = Answer(source)
    assert answer.content == (source if content is None else content)
    assert answer.reasoning == ("one\n\ntwo" if reasoning is None else reasoning)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_ids = st.sampled_from(["a", "b", "c", ""])
_messages = st.fixed_dictionaries(
    {},
    optional={
        "parentId": _ids | _json,
        "childrenIds": st.lists(_ids, max_size=3) | _json,
        "role": st.sampled_from(["user", "assistant", "system"]) | _json,
        "content": st.text(max_size=9) | _json,
        "files": st.lists(
            st.fixed_dictionaries(
                {"url": st.sampled_from(["data:image/png;base64,AA==", "data:image/png;base64,!"]) | _json},
                optional={"file": _json, "name": _json, "type": _json},
            )
            | _json,
            max_size=2,
        )
        | _json,
        "timestamp": _json,
        "usage": _json,
        "error": _json,
        "done": _json,
        "model": _json,
    },
)


@given(st.dictionaries(_ids, _messages | _json, max_size=4), _ids | _json, _json)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_history_becomes_a_sound_session_or_is_skipped(
    messages: Any, current: Any, other: Any
) -> None:
    chat = {"history": {"messages": messages, "currentId": current}, "messages": other, "params": other, "tags": other}
    for entry in read(json.dumps([{"chat": chat, "title": other, "meta": other}]).encode(), NOW_S):
        if isinstance(entry, SessionCopy):
            check_copy(entry)
            assert entry.messages
        else:
            assert entry.reason
