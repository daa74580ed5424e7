from __future__ import annotations

import pytest

from minerva.cli.completion import Completion
from minerva.cli.failure import CommandFailed
from minerva.core.event import Truncation
from minerva.core.message import ToolCall


def test_an_answer_is_collected_while_it_streams() -> None:
    answer = Completion()
    stream = [
        '{"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}',
        '{"choices": [{"index": 0, "delta": {"content": "Hel"}, "finish_reason": null}]}',
        '{"choices": [{"index": 0, "delta": {"content": "lo"}}]}',
        '{"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}',
        '{"choices": [], "usage": {"prompt_tokens": 3}, "truncation": {"policy": "shift", "shifted_tokens": 9}}',
        "[DONE]",
    ]
    assert list(answer.pieces(stream)) == ["Hel", "lo"]
    assert (answer.text, answer.finish) == ("Hello", "length")
    assert answer.truncation == Truncation("shift", shifted_tokens=9)
    assert answer.outcome("complete").full


def test_calls_of_tools_are_put_together() -> None:
    answer = Completion()
    call = '{"choices": [{"delta": {"tool_calls": [{"index": %d, %s}]}}]}'
    stream = [
        call % (0, '"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{\\"a\\""}'),
        call % (0, '"function": {"arguments": ": 1}"}'),
        call % (1, '"id": "c2", "type": "function", "function": {"name": "stop", "arguments": "{}"}'),
        "[DONE]",
    ]
    assert list(answer.pieces(stream)) == []
    assert answer.outcome("complete").calls == (ToolCall("c1", "add", '{"a": 1}'), ToolCall("c2", "stop", "{}"))


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (['{"error": {"message": "the worker died", "type": "server_error"}}'], "the worker died"),
        ([], "without finishing"),
        (["<html>"], "no chat chunk"),
    ],
)
def test_a_stream_that_goes_wrong_says_so_and_keeps_what_came(stream: list[str], words: str) -> None:
    answer = Completion()
    with pytest.raises(CommandFailed, match=words):
        list(answer.pieces(['{"choices": [{"delta": {"content": "Hi"}}]}', *stream]))
    assert answer.text == "Hi"
