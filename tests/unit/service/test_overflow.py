"""`service.overflow`: which policy holds, what of a conversation is left, how much of a prompt is kept for a shift."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.chat.calls import Messages
from minerva.chat.overflow import cut_at, find_cuts
from minerva.core.errors import ContextLimitExceeded, InvalidRequest
from minerva.core.event import Truncation
from minerva.core.message import Message
from minerva.core.request import ChatInput, GenerateRequest, InfillInput, Input, Overflow, TextInput, TokensInput
from minerva.service.overflow import fit_prompt, policy_of
from minerva.service.prompt import Prompt
from minerva.wire.messages import CountTokens
from tests.unit.chat.test_overflow import conversations
from tests.unit.service.test_prompt import MODEL

WINDOW = 64
ABLE = msgspec.structs.replace(MODEL, context_length=WINDOW, can_shift=True)
UNABLE = msgspec.structs.replace(ABLE, can_shift=False)
CHAT = ChatInput((Message("user", "one two three"),))
SYSTEM = Message("system", "s1 s2 s3")


class Worker:
    """Counts words, and how often it is asked."""

    def __init__(self, info: Any = ABLE) -> None:
        self.info = info
        self.asked = 0

    async def count(self, command: CountTokens) -> int:
        self.asked += 1
        return len(command.prompt.split())


def make(source: Input) -> Prompt:
    """Return a prompt with a word for each role and each word of a text."""
    match source:
        case ChatInput(messages):
            text = "".join(f"<{message.role}> {message.content} " for message in messages)
            return Prompt(text, text, add_special=False)
        case TextInput(text):
            return Prompt(text, text, add_special=False)
        case TokensInput(tokens):
            return Prompt(list(tokens), None, add_special=False)
        case InfillInput():
            raise AssertionError("not asked for here")


def ask(source: Input = CHAT, **fields: Any) -> GenerateRequest:
    return GenerateRequest(request_id="r", input=source, **fields)


def conversation(*sizes: int) -> ChatInput:
    """Return a chat of one turn for each size, which counts the prompt's tokens of the turn, 4 or more."""
    turns = [(Message("user", "ask"), Message("assistant", " ".join(["so"] * (size - 3)))) for size in sizes]
    return ChatInput((SYSTEM, *(message for turn in turns for message in turn))[: 2 * len(sizes)])


@pytest.mark.parametrize("source", [CHAT, TextInput("x"), TokensInput((1,)), InfillInput("a", "b")])
@pytest.mark.parametrize("default", ["error", "trim_history", "shift"])
def test_a_default_holds_where_it_can_be_followed(source: Input, default: Overflow) -> None:
    is_chat = isinstance(source, ChatInput)
    assert policy_of(ask(source), default, ABLE) == ("error" if default == "trim_history" and not is_chat else default)
    assert policy_of(ask(source), default, UNABLE) == (default if default == "trim_history" and is_chat else "error")
    assert policy_of(ask(source, overflow="error"), default, ABLE) == "error"


@pytest.mark.parametrize(
    ("source", "asked", "model", "says"),
    [
        (TextInput("x"), "trim_history", ABLE, "needs turns"),
        (TokensInput((1,)), "trim_history", ABLE, "needs turns"),
        (CHAT, "shift", UNABLE, "cannot be shifted"),
    ],
)
async def test_what_a_request_asks_for_is_done_or_refused(source: Input, asked: Any, model: Any, says: str) -> None:
    with pytest.raises(InvalidRequest, match=says) as caught:
        await fit_prompt(ask(source, overflow=asked), "error", Worker(model), make)
    assert caught.value.param == "overflow"


async def test_with_error_nothing_is_counted_and_nothing_left_out() -> None:
    worker = Worker()
    fitted = await fit_prompt(ask(conversation(40, 40, 4)), "error", worker, make)
    assert (fitted.prompt, fitted.truncation, fitted.shift_keep) == (make(conversation(40, 40, 4)), None, None)
    assert worker.asked == 0


async def test_more_context_than_there_is_is_refused_before_anything_is_rendered() -> None:
    def never(source: Input) -> Prompt:
        raise AssertionError("rendered")

    with pytest.raises(ContextLimitExceeded):
        await fit_prompt(ask(context_length=WINDOW + 1, overflow="trim_history"), "error", Worker(), never)


@given(sizes=st.lists(st.integers(4, 40), min_size=1, max_size=8), max_tokens=st.one_of(st.none(), st.integers(1, 90)))
async def test_what_is_left_fits_and_no_turn_less_would_do(sizes: list[int], max_tokens: int | None) -> None:
    chat, worker = conversation(*sizes), Worker()
    # The last turn has no answer yet.
    lengths = [4 + sum(sizes[first:-1]) + 2 for first in range(len(sizes))]
    room = WINDOW // 4 if max_tokens is None else min(max_tokens, WINDOW * 3 // 4)
    fitting = [first for first, length in enumerate(lengths) if length <= WINDOW - room]
    gone = fitting[0] if fitting else len(sizes) - 1
    fitted = await fit_prompt(ask(chat, overflow="trim_history", max_tokens=max_tokens), "error", worker, make)
    assert fitted.prompt == make(ChatInput((SYSTEM, *chat.messages[1 + 2 * gone :])))
    if gone:
        assert fitted.truncation == Truncation("trim_history", 2 * gone, sum(sizes[:gone]))
    else:
        assert fitted.truncation is None
    assert worker.asked <= len(sizes)


@given(messages=conversations, window=st.integers(4, WINDOW), max_tokens=st.one_of(st.none(), st.integers(1, 90)))
async def test_what_is_left_always_fits_and_calls_keep_their_results(
    messages: Messages, window: int, max_tokens: int | None
) -> None:
    def words_of(left: Messages) -> int:
        return len((make(ChatInput(left)).text or "").split())

    asked = ask(ChatInput(messages), overflow="trim_history", max_tokens=max_tokens, context_length=window)
    rendered: list[Messages] = []

    def note(source: Input) -> Prompt:
        assert isinstance(source, ChatInput)
        rendered.append(source.messages)
        return make(source)

    try:
        fitted = await fit_prompt(asked, "error", Worker(), note)
    except ContextLimitExceeded:
        assert words_of(cut_at(messages, find_cuts(messages)[-1])) >= window
        return
    left = next(one for one in reversed(rendered) if make(ChatInput(one)) == fitted.prompt)
    assert words_of(left) < window
    assert left in [cut_at(messages, cut) for cut in find_cuts(messages)]
    dropped = len(messages) - len(left), words_of(messages) - words_of(left)
    assert fitted.truncation == (Truncation("trim_history", *dropped) if dropped[0] else None)


async def test_a_smaller_context_of_the_request_counts() -> None:
    asked = ask(conversation(10, 10, 10), overflow="trim_history", max_tokens=4, context_length=20)
    fitted = await fit_prompt(asked, "error", Worker(), make)
    assert fitted.truncation == Truncation("trim_history", 2, 10)


@pytest.mark.parametrize(("words", "fits"), [(WINDOW - 2, True), (WINDOW - 1, False)])
async def test_a_last_turn_that_is_too_long_alone_is_an_error_with_the_figures(words: int, fits: bool) -> None:
    chat = ChatInput((Message("user", "a"), Message("assistant", "b"), Message("user", " ".join(["w"] * words))))
    asked = ask(chat, overflow="trim_history")
    if fits:
        # Less room than there should be, but the answer can begin.
        assert (await fit_prompt(asked, "error", Worker(), make)).truncation == Truncation("trim_history", 2, 4)
        return
    with pytest.raises(ContextLimitExceeded, match="Without the 2 messages") as caught:
        await fit_prompt(asked, "error", Worker(), make)
    assert (caught.value.maximum, caught.value.required) == (WINDOW, words + 2)


async def test_a_single_turn_that_is_too_long_has_nothing_to_leave_out() -> None:
    chat = ChatInput((SYSTEM, Message("user", " ".join(["w"] * WINDOW))))
    with pytest.raises(ContextLimitExceeded, match="no turn before the last") as caught:
        await fit_prompt(ask(chat, overflow="trim_history"), "error", Worker(), make)
    assert (caught.value.maximum, caught.value.required) == (WINDOW, 4 + 1 + WINDOW + 1)


@pytest.mark.parametrize(
    ("messages", "kept"),
    [
        # At most half of the window: all of it.
        ((SYSTEM, Message("user", " ".join(["w"] * 27))), 32),
        # More: the system prompt, and what opens the next message.
        ((SYSTEM, Message("user", " ".join(["w"] * 28))), 5),
        ((Message("user", " ".join(["w"] * 40)),), 4),
        ((Message("system", " ".join(["s"] * 50)), Message("user", "w")), 32),
    ],
)
async def test_a_shift_keeps_the_prompt_or_what_begins_it(messages: tuple[Message, ...], kept: int) -> None:
    fitted = await fit_prompt(ask(ChatInput(messages), overflow="shift"), "error", Worker(), make)
    assert fitted == msgspec.structs.replace(fitted, prompt=make(ChatInput(messages)), shift_keep=kept)


@pytest.mark.parametrize("source", [TextInput("w " * 40), TokensInput((1,) * 40), TextInput("w"), TextInput("")])
async def test_of_a_long_plain_prompt_the_first_tokens_are_kept_and_of_a_short_one_all(source: Input) -> None:
    assert (await fit_prompt(ask(source), "shift", Worker(), make)).shift_keep == 4


@pytest.mark.timeout(5)
async def test_what_two_prompts_of_any_length_begin_with_is_found_at_once() -> None:
    chat = ChatInput((Message("system", "s" * 20_000_000), Message("user", " ".join(["w"] * 40))))
    assert (await fit_prompt(ask(chat, overflow="shift"), "error", Worker(), make)).shift_keep == 4


async def test_a_template_that_refuses_the_beginning_alone_does_not_matter() -> None:
    chat = ChatInput((SYSTEM, Message("user", " ".join(["w"] * 40))))

    def strict(source: Input) -> Prompt:
        if source != chat:
            raise InvalidRequest("This template wants it all.", "messages")
        return make(source)

    assert (await fit_prompt(ask(chat, overflow="shift"), "error", Worker(), strict)).shift_keep == 4


@pytest.mark.parametrize(("asked", "kept"), [(0, 0), (7, 7), (-1, WINDOW)])
async def test_a_request_may_say_how_much_is_kept(asked: int, kept: int) -> None:
    worker = Worker()
    assert (await fit_prompt(ask(overflow="shift", keep_tokens=asked), "error", worker, make)).shift_keep == kept
    assert worker.asked == 0
