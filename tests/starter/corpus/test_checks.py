from __future__ import annotations

import pytest

from starter.corpus.checks import (
    All,
    AnyOf,
    CallsTool,
    Capitals,
    Check,
    Contains,
    DoesNotThink,
    EndsWith,
    Exact,
    Json,
    NoCall,
    OneWord,
    Refers,
    StartsWith,
    Story,
    Thinks,
)

CALL = {"name": "book_table", "arguments": {"guests": 3}}
TALE = "Once Mia lived in the old mill. She found a key. It was warm. A fox came by. They became friends."


def passes(check: Check, answer: str) -> bool:
    return check.passes(answer, None, [])


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (Exact("a, b"), "a, b\n", "a, b."),
        (AnyOf(("Hello!", "Hi.")), "hello", "hello you"),
        (Contains(("37 + 48 = 85",)), "37 + 48 = 85.", "37 + 48 = 855."),
        (Contains(("Ann",), without=("not told",)), "You are Ann.", "You have not told me, Ann."),
        (Contains(("--port",)), "Use `minerva serve --port 80`.", "Use a port."),
        (Json({"n": 1, "ok": True}), '{"ok": true, "n": 1}', '{"ok": 1, "n": 1}'),
        (Json({"n": 1}), '{"n": 1}', 'Here it is: {"n": 1}'),
        (Capitals(), "HELLO 5!", "HELLO you"),
        (Capitals(), "A", "5"),
        (OneWord(), "Oslo.", "In Oslo."),
        (EndsWith("over and out"), "Yes. Over and out.", "Over and out."),
        (StartsWith("ahoy"), "Ahoy. Yes.", "Yes. Ahoy."),
        (Story("Mia", "the old mill", "key"), TALE, TALE.replace("key", "lamp")),
        (Story("Mia", "the old mill", "key"), TALE, "Mia in the old mill has a key. " * 6),
        (
            Refers(),
            "That is beyond me, I am a small model. Put a GGUF file into the models folder.",
            "That is beyond me.",
        ),
        (All((Capitals(), OneWord())), "YES.", "YES YES."),
    ],
)
def test_a_check_tells_right_from_wrong(check: Check, right: str, wrong: str) -> None:
    assert passes(check, right)
    assert not passes(check, wrong)


def test_a_call_needs_the_name_and_exactly_the_arguments_with_their_types() -> None:
    check = CallsTool("book_table", {"guests": 3})

    assert check.passes("", None, [CALL])
    assert not check.passes("", None, [])
    assert not check.passes("", None, [CALL, CALL])
    assert not check.passes("", None, [{**CALL, "name": "bookTable"}])
    assert not check.passes("", None, [{**CALL, "arguments": {"guests": "3"}}])
    assert not check.passes("", None, [{**CALL, "arguments": {"guests": 3, "day": "Monday"}}])


def test_a_call_where_none_fits_is_wrong_whatever_is_said() -> None:
    check = NoCall(Contains(("no tool",)))

    assert check.passes("I have no tool for that.", None, [])
    assert not check.passes("I have no tool for that.", None, [CALL])


def test_thinking_is_scored_by_the_block_and_the_answer() -> None:
    inner = Exact("5")

    assert Thinks(inner).passes("5", "2 + 3", [])
    assert not Thinks(inner).passes("5", None, [])
    assert not Thinks(inner).passes("5", " ", [])
    assert not Thinks(inner).passes("6", "2 + 3", [])
    assert DoesNotThink(inner).passes("5", None, [])
    assert not DoesNotThink(inner).passes("5", "2 + 3", [])
