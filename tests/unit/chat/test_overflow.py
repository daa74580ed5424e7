"""Leaving turns out: system prompt and last question stay, calls keep their results, no more goes than has to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minerva.chat.calls import Messages
from minerva.chat.overflow import Search, begin_of, cut_at, find_cuts, prompt_limit, sizes_at
from minerva.core.message import Message, ToolCall

SYSTEM, DEVELOPER = Message("system", "Be brief."), Message("developer", "And kind.")
HELLO, HI, ASK, ANSWER = (
    Message("user", "Hello"),
    Message("assistant", "Hi"),
    Message("user", "Ask"),
    Message("assistant", "So"),
)


def call(*ids: str) -> Message:
    return Message("assistant", tool_calls=tuple(ToolCall(name, "look", "{}") for name in ids))


def result(of: str | None) -> Message:
    return Message("tool", "seen", tool_call_id=of)


ids = st.sampled_from(["a", "b", "c"])
conversations = st.lists(
    st.one_of(
        st.sampled_from([SYSTEM, DEVELOPER, HELLO, HI, ASK, ANSWER]),
        st.lists(ids, min_size=1, max_size=2, unique=True).map(lambda names: call(*names)),
        st.one_of(st.none(), ids).map(result),
    ),
    max_size=20,
).map(tuple)


def is_system(message: Message) -> bool:
    return message.role in ("system", "developer")


def pairs(messages: Messages) -> set[tuple[int, int]]:
    """Return which message (by identity) answers which: the last before it with that id, or else with any calls."""
    found = set()
    for place, message in enumerate(messages):
        if message.role == "tool":
            callers = [earlier for earlier in messages[:place] if earlier.tool_calls]
            named = [one for one in callers if message.tool_call_id in [each.id for each in one.tool_calls]]
            if callers:
                found.add((id((named or callers)[-1]), id(message)))
    return found


@given(messages=conversations)
def test_whatever_goes_system_prompts_and_last_question_stay_and_results_keep_their_calls(messages: Messages) -> None:
    # Each message an object of its own, so that it can be told from its equals.
    messages = tuple(Message(*(getattr(one, name) for name in Message.__struct_fields__)) for one in messages)
    cuts = find_cuts(messages)
    assert cuts[0] == 0
    assert cut_at(messages, 0) == messages
    users = [number for number, message in enumerate(messages) if message.role == "user"]
    lengths = []
    for cut in cuts:
        left = cut_at(messages, cut)
        lengths.append(len(left))
        assert [one for one in left if is_system(one)] == [one for one in messages if is_system(one)]
        stays = {id(message) for message in left}
        if users:
            assert id(messages[users[-1]]) in stays
            assert left[-1] is messages[-1]
        if cut in users or cut == 0:
            assert left[len(left) - len(messages[cut:]) :] == messages[cut:]
        assert all((caller in stays) == (answer in stays) for caller, answer in pairs(messages))
    # Each leaves out more than the one before.
    assert lengths == sorted(set(lengths), reverse=True)


@given(messages=conversations)
def test_a_cut_leaves_out_the_oldest_and_only_whole_turns(messages: Messages) -> None:
    for cut in find_cuts(messages)[1:]:
        rest = [one for one in cut_at(messages, cut) if not is_system(one)]
        whole = [one for one in messages if not is_system(one)]
        assert rest[0].role == "user"
        if messages[cut].role == "assistant":
            # A step of the last turn, behind its question.
            assert not any(message.role == "user" for message in messages[cut:])
            assert rest[1] == messages[cut]
            rest = rest[1:]
        assert rest == whole[-len(rest) :]


def test_every_turn_that_can_go_may_go_alone() -> None:
    messages = (SYSTEM, HELLO, HI, ASK, call("a"), result("a"), ANSWER, HELLO, HI, ASK)
    assert find_cuts(messages) == (0, 3, 7, 9)
    assert cut_at(messages, 7) == (SYSTEM, HELLO, HI, ASK)


def test_a_result_behind_the_next_question_holds_both_turns_together() -> None:
    assert find_cuts((HELLO, call("a"), ASK, result("a"), ANSWER, HELLO)) == (0, 5)
    assert find_cuts((HELLO, call("a"), ASK, result(None), ANSWER, HELLO)) == (0, 5)
    assert find_cuts((HELLO, call("a"), result("a"), ASK, call("a"), HELLO, result("a"))) == (0, 3)


def test_a_greeting_goes_first_and_one_turn_alone_cannot_go() -> None:
    assert find_cuts((HI, HELLO, ANSWER, ASK)) == (0, 1, 3)
    assert find_cuts((SYSTEM, DEVELOPER, ASK, call("a"), result("a"))) == (0,)
    assert find_cuts((HI, ANSWER)) == (0,)
    assert find_cuts(()) == (0,)


def test_of_a_turn_of_many_steps_the_oldest_go_when_no_other_turn_is_left() -> None:
    steps = (call("a"), result("a"), call("b", "c"), result("b"), result("c"), ANSWER, call("d"), result("d"))
    messages = (SYSTEM, HELLO, HI, ASK, *steps)
    # The turn before; then the first step, the second one with both of its results, and what was said behind it.
    assert find_cuts(messages) == (0, 3, 6, 9, 10)
    assert cut_at(messages, 6) == (SYSTEM, ASK, *steps[2:])
    assert cut_at(messages, 10) == (SYSTEM, ASK, call("d"), result("d"))
    assert find_cuts((ASK, call("a"), call("b"), result("a"), result("b"), HI)) == (0, 5)


def test_a_later_system_message_stays_where_its_turn_went() -> None:
    assert cut_at((SYSTEM, HELLO, DEVELOPER, HI, ASK), 4) == (SYSTEM, DEVELOPER, ASK)
    assert begin_of((SYSTEM, DEVELOPER, HELLO, SYSTEM)) == (SYSTEM, DEVELOPER)


def looks_of(search: Search, lengths: list[int]) -> list[int]:
    """Run a search among prompts of these lengths and return what it tries."""
    looks = []
    while (candidate := search.candidate) is not None:
        looks.append(candidate)
        search.tell(lengths[candidate])
    return looks


falling = st.lists(st.integers(0, 1000), min_size=1, max_size=200).map(lambda lengths: sorted(lengths, reverse=True))


@given(lengths=falling, sizes=falling, limit=st.integers(0, 1000))
def test_the_search_finds_the_least_that_has_to_go_in_few_looks(
    lengths: list[int], sizes: list[int], limit: int
) -> None:
    # However little the sizes in characters have to do with the lengths in tokens.
    count = min(len(lengths), len(sizes))
    search = Search(tuple(sizes[:count]), limit)
    looks = looks_of(search, lengths)
    fitting = [index for index, length in enumerate(lengths[:count]) if length <= limit]
    assert search.found == (fitting[0] if fitting else count - 1)
    assert len(looks) == len(set(looks)) <= 3 + 2 * count.bit_length()
    assert looks[:1] == ([0] if count > 1 else [])


@given(turns=st.lists(st.integers(20, 60), min_size=100, max_size=400), share=st.floats(0.2, 0.3))
def test_where_characters_are_a_measure_of_tokens_few_looks_are_needed(turns: list[int], share: float) -> None:
    sizes = tuple(sum(turns[first:]) for first in range(len(turns)))
    lengths = [round(share * size) + 50 for size in sizes]
    assert len(looks_of(Search(sizes, 1000), lengths)) <= 7


def test_sizes_are_of_what_a_cut_leaves() -> None:
    messages = (SYSTEM, HELLO, call("a"), result("a"), ASK, DEVELOPER, ANSWER, ASK)
    cuts = find_cuts(messages)
    sizes = sizes_at(messages, cuts)
    assert [size - sizes[-1] for size in sizes] == [
        sizes_at(cut_at(messages, cut), (0,))[0] - sizes_at(cut_at(messages, cuts[-1]), (0,))[0] for cut in cuts
    ]
    assert sizes[0] - sizes[1] == len("Hello" + "look" + "{}" + "seen") + 3 * 20


@given(window=st.integers(2, 200_000), max_tokens=st.one_of(st.none(), st.integers(0, 300_000)))
def test_an_answer_has_the_room_it_may_take_and_the_conversation_a_quarter(window: int, max_tokens: int | None) -> None:
    room = window - prompt_limit(window, max_tokens)
    assert 1 <= room <= max(window * 3 // 4, 1)
    if max_tokens is None:
        assert room == max(min(window // 4, 4096), 1)
    elif 1 <= max_tokens <= window * 3 // 4:
        assert room == max_tokens
