from __future__ import annotations

from typing import Any

from minerva.core.message import ToolCall
from minerva.core.session import StoredMessage
from minerva.core.session_calls import waiting_calls
from tests.unit.service.test_asking import message

ONE, TWO = ToolCall("c1", "f", "{}"), ToolCall("c2", "g", "{}")


def called(*calls: ToolCall, **fields: Any) -> StoredMessage:
    return message("assistant", "", tool_calls=calls, **fields)


def result(call: ToolCall) -> StoredMessage:
    return message("tool", "given", tool_call_id=call.id)


def test_calls_wait_until_each_has_its_result() -> None:
    question = message("user", "?")
    assert waiting_calls((question, called(ONE, TWO))) == (ONE, TWO)
    assert waiting_calls((question, called(ONE, TWO), result(TWO))) == (ONE,)
    assert waiting_calls((question, called(ONE, TWO), result(TWO), result(ONE))) == ()


def test_nothing_waits_once_something_else_was_said_or_while_it_is_written() -> None:
    assert waiting_calls(()) == ()
    assert waiting_calls((result(ONE),)) == ()
    assert waiting_calls((message("user", "?"),)) == ()
    assert waiting_calls((called(ONE), message("user", "and?"))) == ()
    assert waiting_calls((called(ONE, status="streaming"),)) == ()
    assert waiting_calls((called(ONE, status="stopped"),)) == ()
