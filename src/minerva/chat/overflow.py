"""What of a conversation goes when it does not fit the window: the oldest turns, whole. Pure.

When only the last turn is left, that of an agent perhaps that has worked for long, the oldest of its steps go: calls
with their results. Its question stays.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator

from minerva.chat.calls import Messages
from minerva.core.message import SYSTEM_ROLES, Message

_MARKUP = 20
"""Characters that a template writes around a message, about."""

_LARGEST_RESERVE = 4096
"""Tokens that are kept free at most for an answer of unknown length."""


def prompt_limit(window: int, max_tokens: int | None) -> int:
    """Return how many tokens of `window` a prompt may take so that the answer has room.

    For `max_tokens` of an answer that may be so long, but for no more than three quarters of the window: many clients
    always ask for more than there is, and a conversation is worth something too. Without it, for a quarter. For one
    token at least.
    """
    reserve = min(window // 4, _LARGEST_RESERVE) if max_tokens is None else min(max_tokens, window * 3 // 4)
    return window - max(reserve, 1)


def find_cuts(messages: Messages) -> tuple[int, ...]:
    """Return where a conversation may begin: numbers of messages, ascending; the first is 0, where it is whole.

    At each other one a user speaks, or behind the last of them the assistant; each leaves out more than the one before
    it; and no tool's result would lose its call. So the last question and the last step always stay.
    """
    stays, question = _staying(messages), _last_question(messages)
    cuts, droppable = [0], False
    for number, (message, parted) in enumerate(zip(messages, _parted(messages), strict=True)):
        begins = message.role == "user" or (message.role == "assistant" and -1 < question < number)
        if begins and droppable and not parted:
            cuts.append(number)
            droppable = False
        droppable = droppable or not stays[number]
    return tuple(cuts)


def cut_at(messages: Messages, cut: int) -> Messages:
    """Return `messages` without those before number `cut`, but for system messages and the last question."""
    return (*itertools.compress(messages[:cut], _staying(messages)), *messages[cut:])


def begin_of(messages: Messages) -> Messages:
    """Return the system messages with which a conversation begins."""
    return tuple(itertools.takewhile(lambda message: message.role in SYSTEM_ROLES, messages))


def sizes_at(messages: Messages, cuts: tuple[int, ...]) -> tuple[int, ...]:
    """Return about how much of `messages` each of `cuts` leaves, in characters: never more than the one before it."""
    gone = (0 if stays else _size(message) for message, stays in zip(messages, _staying(messages), strict=True))
    dropped = list(itertools.accumulate(gone, initial=0))
    whole = sum(map(_size, messages))
    return tuple(whole - dropped[cut] for cut in cuts)


class Search:
    """Finds the first cut with which a prompt fits; the last, if none does.

    Whoever searches renders and counts: as long as there is a `candidate`, the length of its prompt is to be told. The
    first is the whole conversation. It says how many tokens a character has, so the second is near what is looked for;
    from there steps double until that lies between two, and then halve. So only the first is much longer than fits.
    """

    def __init__(self, sizes: tuple[int, ...], limit: int) -> None:
        """`sizes` are those of the cuts, see `sizes_at`; a prompt fits that has at most `limit` tokens."""
        self._sizes = sizes
        self._limit = limit
        self._low, self._high = 0, len(sizes) - 1
        self._next = self._step = 0
        self._halves = False

    @property
    def candidate(self) -> int | None:
        """The index of the cut to try next; `None` when the search is over."""
        return None if self._low == self._high else self._next

    @property
    def found(self) -> int:
        """The index of the cut, once the search is over."""
        return self._high

    def tell(self, tokens: int) -> None:
        """Take in the length of the candidate's prompt."""
        tried, fits = self._next, tokens <= self._limit
        if fits:
            self._high = tried
        else:
            self._low = tried + 1
        guess = self._guess(tokens) if tried == 0 else self._beside(tried, fits=fits)
        self._next = max(self._low, min(guess, self._high - 1))

    def _guess(self, tokens: int) -> int:
        """Return the first cut that leaves as much of the whole as fits of its `tokens`."""
        wanted = self._sizes[0] * self._limit / max(tokens, 1)
        return bisect.bisect_left(self._sizes, -wanted, key=lambda size: -size)

    def _beside(self, tried: int, *, fits: bool) -> int:
        step = -1 if fits else 1
        self._halves = self._halves or self._step * step < 0
        if self._halves:
            return (self._low + self._high) // 2
        self._step = 2 * self._step or step
        return tried + self._step


def _staying(messages: Messages) -> list[bool]:
    """Return for each message whether it stays wherever the conversation is cut."""
    question = _last_question(messages)
    return [message.role in SYSTEM_ROLES or number == question for number, message in enumerate(messages)]


def _last_question(messages: Messages) -> int:
    """Return the number of the last message of a user, -1 if there is none."""
    return max((number for number, message in enumerate(messages) if message.role == "user"), default=-1)


def _size(message: Message) -> int:
    calls = sum(len(call.name) + len(call.arguments) for call in message.tool_calls)
    return len(message.content) + len(message.reasoning or "") + calls + _MARKUP


def _parted(messages: Messages) -> Iterator[bool]:
    """Yield for each message whether a cut before it would part a tool's result, behind it, from its call."""
    last_result = _last_results(messages)
    furthest = -1
    for number in range(len(messages)):
        yield furthest >= number
        furthest = max(furthest, last_result.get(number, -1))


def _last_results(messages: Messages) -> dict[int, int]:
    """Return the number of the last result for each message with calls; one that names no known call is of the last."""
    caller_of: dict[str, int] = {}
    caller, found = None, dict[int, int]()
    for number, message in enumerate(messages):
        if message.tool_calls:
            caller = number
            caller_of |= {call.id: number for call in message.tool_calls}
        if message.role == "tool":
            answered = caller_of.get(message.tool_call_id or "", caller)
            if answered is not None:
                found[answered] = number
    return found
