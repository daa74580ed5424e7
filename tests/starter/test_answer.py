import pytest

from starter.answer import Parts, take_apart


def test_plain_text_stays_as_it_is() -> None:
    assert take_apart("Hello there.\n") == Parts("Hello there.", None, [])


def test_thinking_is_split_off() -> None:
    assert take_apart("<think>\nTwo and two.\n</think>\n\nFour.") == Parts("Four.", "Two and two.", [])


def test_an_empty_thinking_block_is_one() -> None:
    assert take_apart("<think>\n\n</think>\n\nFour.") == Parts("Four.", "", [])


def test_an_unfinished_thinking_block_stays_text() -> None:
    assert take_apart("<think>\nTwo") == Parts("<think>\nTwo", None, [])


def test_calls_are_split_off() -> None:
    written = 'Yes.\n<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": "x"}}\n</tool_call>'
    assert take_apart(written) == Parts("Yes.", None, [{"name": "add", "arguments": {"a": 1, "b": "x"}}])


@pytest.mark.parametrize("block", ["{", "[]", '{"name": 1, "arguments": {}}', '{"name": "a", "arguments": "b"}'])
def test_what_is_no_call_stays_text(block: str) -> None:
    written = f"<tool_call>{block}</tool_call>"
    assert take_apart(written) == Parts(written, None, [])
