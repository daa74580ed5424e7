from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.server.ollama.context import pack, unpack

MESSAGES = st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant"]), st.text()), max_size=4)


@settings(deadline=None)
@given(MESSAGES)
def test_what_is_packed_comes_back(messages: list[Message]) -> None:
    context = pack(messages)
    assert unpack(context) == tuple(messages)
    assert all(0 <= number < 2**31 for number in context)


@settings(deadline=None)
@given(st.lists(st.integers(-(2**70), 2**70), max_size=8))
def test_other_numbers_are_refused(numbers: list[int]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        unpack(numbers)
    assert caught.value.param == "context"


@settings(deadline=None)
@given(MESSAGES, st.data())
def test_a_context_that_was_changed_is_refused_or_still_messages(messages: list[Message], data: st.DataObject) -> None:
    context = pack(messages)
    context[data.draw(st.integers(0, len(context) - 1))] = data.draw(st.integers(-1, 2**25))
    try:
        found = unpack(context)
    except InvalidRequest:
        return
    assert all(isinstance(message, Message) for message in found)
