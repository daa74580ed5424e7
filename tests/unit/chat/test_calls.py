"""`chat.calls`: results stay with their calls, and none is lost, whatever ids they carry."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minerva.chat.calls import number_calls, separate_calls
from minerva.core.message import Message, ToolCall

ids = st.sampled_from(["", "a", "b", "call_c"])
calls = st.lists(st.builds(ToolCall, ids, st.sampled_from("fgh"), st.just("{}")), max_size=3).map(tuple)
messages = st.lists(
    st.one_of(
        st.builds(Message, st.just("assistant"), st.sampled_from(["", "x"]), tool_calls=calls),
        st.builds(Message, st.just("tool"), st.sampled_from("12"), tool_call_id=st.none() | ids),
        st.just(Message("user", "u")),
    ),
    max_size=8,
).map(tuple)


@given(messages)
def test_separating_loses_nothing_and_leaves_one_call_in_each_message(conversation: tuple[Message, ...]) -> None:
    separated = separate_calls(conversation)
    assert all(len(message.tool_calls) <= 1 for message in separated)
    assert [call for message in separated for call in message.tool_calls] == [
        call for message in conversation for call in message.tool_calls
    ]
    for role in ("tool", "user"):
        before, after = ([m for m in chat if m.role == role] for chat in (conversation, separated))
        assert sorted(before, key=repr) == sorted(after, key=repr)
    assert "".join(message.content for message in separated if message.role == "assistant") == "".join(
        message.content for message in conversation if message.role == "assistant"
    )
    assert separate_calls(separated) == separated


@given(messages)
def test_numbers_are_unique_and_results_have_those_of_a_call_before(conversation: tuple[Message, ...]) -> None:
    numbered = number_calls(conversation)
    assert [(m.role, m.content) for m in numbered] == [(m.role, m.content) for m in conversation]
    numbers = [call.id for message in numbered for call in message.tool_calls]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 9 for number in numbers)
    offered: list[str] = []
    for before, after in zip(conversation, numbered, strict=True):
        offered += [call.id for call in after.tool_calls]
        if after.tool_call_id != before.tool_call_id:
            assert after.tool_call_id in offered
            offered.remove(after.tool_call_id)


def test_results_in_another_order_stay_with_their_calls() -> None:
    asked = Message("assistant", tool_calls=(ToolCall("a", "f", "{}"), ToolCall("b", "g", "{}")))
    of_b, of_a = Message("tool", "of b", tool_call_id="b"), Message("tool", "of a", tool_call_id="a")
    separated = separate_calls((asked, of_b, of_a))
    assert [message.content for message in separated] == ["", "of a", "", "of b"]
    numbered = number_calls((asked, of_b, of_a))
    assert [message.tool_call_id for message in numbered[1:]] == ["000000002", "000000001"]


def test_results_without_ids_belong_to_the_calls_in_order() -> None:
    asked = Message("assistant", tool_calls=(ToolCall("", "f", "{}"), ToolCall("", "g", "{}")))
    results = (Message("tool", "same"), Message("tool", "same"))
    assert [message.role for message in separate_calls((asked, *results))] == ["assistant", "tool"] * 2
    assert [m.tool_call_id for m in number_calls((asked, *results))[1:]] == ["000000001", "000000002"]
