from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer.entry import Skipped
from minerva.sessions.transfer.read import read
from minerva.sessions.transfer.soundness import active_path, check_copy
from tests.unit.sessions.transfer.making import NOW_S, copies, sample

SORTING = [
    "How do I sort a list?",
    "```python\nprint(sorted([2, 1]))\n```\n\n```text\n[1, 2]\n```\n\n"
    "`sorted(x)` gives a new list ([docs](https://docs.example/sorted)); `x.sort()` changes it.",
]


def _sorting() -> SessionCopy:
    [copy] = copies(sample("chatgpt.json"))
    return copy


def test_the_path_is_the_one_that_was_shown_and_an_answer_is_one_message() -> None:
    copy = _sorting()
    assert [message.content for message in active_path(copy)] == SORTING
    assert (copy.session.title, copy.session.archived, copy.session.pinned) == ("Sorting in Python", True, False)
    assert (copy.session.created_s, copy.session.updated_s) == (1700000000.25, 1700000500.5)


def test_thinking_goes_to_the_answer_that_follows_it() -> None:
    answer = active_path(_sorting())[1]
    assert answer.reasoning == "Choosing a way\n\nThere are two: in place, and not.\n\nLet me try it."
    assert (answer.model, answer.reasoning_s, answer.finish_reason) == ("o3", 8, "stop")
    assert answer.created_s == 1700000004


def test_edits_and_other_answers_are_branches() -> None:
    copy = _sorting()
    by_id = {message.id: message for message in copy.messages}
    assert [(one.id, one.parent, one.role) for one in copy.messages] == [
        ("ask", None, "user"),
        ("first-answer", "ask", "assistant"),
        ("code", "ask", "assistant"),
        ("ask-edited", None, "user"),
        ("stopped", "ask-edited", "assistant"),
    ]
    assert copy.chosen == {"ask", "code", "stopped"}
    assert (by_id["first-answer"].status, by_id["first-answer"].finish_reason) == ("complete", "length")
    assert (by_id["stopped"].status, by_id["stopped"].created_s) == ("stopped", 1700000100)


def test_what_is_no_text_is_noted() -> None:
    edited = next(message for message in _sorting().messages if message.id == "ask-edited")
    assert edited.content == (
        "*[image, 640 by 480; not in the export]*\n\nWhat does this error mean?\n\n"
        "*[attachment trace.log; not in the export]*"
    )


def test_a_conversation_without_messages_is_skipped_by_its_title() -> None:
    skipped = [entry for entry in read(sample("chatgpt.json"), NOW_S) if isinstance(entry, Skipped)]
    assert skipped == [Skipped("New chat", "It has no messages.")]


def _node(one: str, parent: str | None, children: list[str], message: Any) -> dict[str, Any]:
    return {"id": one, "parent": parent, "children": children, "message": message}


def _said(role: str, content: Any, **more: Any) -> dict[str, Any]:
    if isinstance(content, str):
        content = {"content_type": "text", "parts": [content]}
    return {"author": {"role": role}, "content": content, **more}


def _converted(nodes: list[dict[str, Any]], **about: Any) -> SessionCopy:
    conversation = {"title": "T", "mapping": {node["id"]: node for node in nodes}, **about}
    [copy] = copies(json.dumps(conversation).encode())
    check_copy(copy)
    return copy


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"content_type": "text", "parts": ["one", "", "two"]}, "one\n\ntwo"),
        ({"content_type": "text", "parts": ["half \ud83d of a pair"]}, "half \N{REPLACEMENT CHARACTER} of a pair"),
        ({"content_type": "code", "language": "unknown", "text": "search('x')"}, "```\nsearch('x')\n```"),
        ({"content_type": "code", "language": "sh", "text": "echo '```'"}, "````sh\necho '```'\n````"),
        ({"content_type": "tether_quote", "title": "Page", "text": "a\nb"}, "> Page:\n> a\n> b"),
        ({"content_type": "tether_browsing_display", "result": "L1"}, "```text\nL1\n```"),
        ({"content_type": "system_error", "name": "Timeout", "text": "It took too long."}, "It took too long."),
        ({"content_type": "new_kind", "text": "words"}, "words"),
        ({"content_type": "multimodal_text", "parts": [{"content_type": "audio_transcription", "text": "Hi"}]}, "Hi"),
        (
            {"content_type": "multimodal_text", "parts": [{"content_type": "new_asset"}, 5, None]},
            "*[new asset; not in the export]*",
        ),
        (
            {
                "content_type": "multimodal_text",
                "parts": [{"content_type": "image_asset_pointer", "metadata": {"dalle": {"prompt": "a cat"}}}],
            },
            "*[image; not in the export: a cat]*",
        ),
    ],
)
def test_every_kind_of_content_becomes_text(content: dict[str, Any], text: str) -> None:
    copy = _converted([_node("a", None, [], _said("assistant", content))])
    assert [message.content for message in copy.messages] == [text]


def test_the_first_system_message_that_is_shown_is_the_system_prompt() -> None:
    nodes = [
        _node("s", None, ["t"], _said("system", "Be brief.")),
        _node("t", "s", ["u"], _said("system", "Be long.")),
        _node("u", "t", [], _said("user", "Hi")),
    ]
    copy = _converted(nodes)
    assert copy.session.settings.system == "Be brief."
    assert [message.parent for message in copy.messages] == [None]


def test_answers_after_a_fork_are_not_joined() -> None:
    nodes = [
        _node("u", None, ["a"], _said("user", "Hi")),
        _node("a", "u", ["b", "c"], _said("assistant", "one")),
        _node("b", "a", [], _said("assistant", "two")),
        _node("c", "a", [], _said("assistant", "three")),
    ]
    copy = _converted(nodes, current_node="b")
    assert [(message.id, message.parent) for message in copy.messages] == [
        ("u", None),
        ("a", "u"),
        ("b", "a"),
        ("c", "a"),
    ]
    assert copy.chosen == {"u", "a", "b"}


def test_without_parents_and_without_a_current_node_the_children_tell() -> None:
    nodes = [{"id": "u", "children": ["a"], "message": _said("user", "Hi")}]
    nodes.append({"id": "a", "message": _said("assistant", "Hello")})
    copy = _converted(nodes, title=None)
    assert [(message.id, message.parent) for message in copy.messages] == [("u", None), ("a", "u")]
    assert copy.session.created_s == NOW_S
    assert (copy.session.title, copy.session.titled) == ("Hi", False)


def test_a_conversation_that_bites_its_tail_is_skipped() -> None:
    nodes = [_node("a", "b", ["b"], _said("user", "x")), _node("b", "a", ["a"], _said("user", "y"))]
    data = json.dumps([{"title": "Ring", "mapping": {node["id"]: node for node in nodes}}]).encode()
    [entry] = read(data, NOW_S)
    assert isinstance(entry, Skipped)
    assert (entry.title, "answers to themselves" in entry.reason) == ("Ring", True)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_ids = st.sampled_from(["a", "b", "c", ""])
_roles = st.sampled_from(["user", "assistant", "tool", "system"])
_nodes = st.fixed_dictionaries(
    {},
    optional={
        "parent": _ids | _json,
        "children": st.lists(_ids, max_size=3) | _json,
        "message": st.fixed_dictionaries(
            {},
            optional={
                "author": st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "tool", "system"])})
                | _json,
                "content": st.fixed_dictionaries(
                    {
                        "content_type": st.sampled_from(["text", "code", "thoughts", "reasoning_recap"]),
                        "parts": st.lists(st.text(max_size=5) | _json, max_size=2) | _json,
                    },
                    optional={"text": st.text(max_size=5) | _json, "thoughts": _json, "language": _json},
                )
                | _json,
                "metadata": _json,
                "create_time": _json,
            },
        )
        | _json,
    },
)


@given(st.dictionaries(_ids, _nodes | _json, max_size=4), _ids | _json, _json)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_mapping_becomes_a_sound_session_or_is_skipped(
    mapping: Any, current: Any, title: Any
) -> None:
    conversation = {"mapping": mapping, "current_node": current, "title": title, "create_time": title}
    for entry in read(json.dumps([conversation]).encode(), NOW_S):
        if isinstance(entry, SessionCopy):
            check_copy(entry)
            assert entry.messages
        else:
            assert entry.reason
