"""What becomes of a request that does not fit the context window: its policy, and the prompt that this makes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import msgspec

from minerva.chat.overflow import Search, begin_of, cut_at, find_cuts, prompt_limit, sizes_at
from minerva.core.errors import ContextLimitExceeded, InvalidModelFile, InvalidRequest
from minerva.core.event import Truncation
from minerva.core.message import Message
from minerva.core.model import LoadedModel
from minerva.core.request import ChatInput, GenerateRequest, Input, Overflow
from minerva.service.count import Counter, count_prompt
from minerva.service.prompt import Prompt
from minerva.service.window import check_window

_LEAST_KEPT = 4
"""Models lean on their first few tokens, whatever those are; without them the text falls apart (arXiv 2309.17453)."""

_ANYTHING = Message("user", "?")


class Worker(Counter, Protocol):
    """A worker whose model is loaded: `workers.worker.Worker`."""

    info: LoadedModel


class Fitted(msgspec.Struct, frozen=True):
    """A prompt that fits, what was left out of the conversation for it, and how the answer may go on past the window.

    `shift_keep` is that of `wire.messages.Generate`.
    """

    prompt: Prompt
    truncation: Truncation | None = None
    shift_keep: int | None = None


Make = Callable[[Input], Prompt]
"""Makes the prompt of an input, as `service.prompt.make_prompt`; it is called in a thread of its own."""


def policy_of(request: GenerateRequest, default: Overflow, model: LoadedModel) -> Overflow:
    """Return the policy of `request`. Where `default`, the server's, cannot be followed, it is `error`.

    Raises `InvalidRequest` if the request itself asks for what cannot be.
    """
    asked = request.overflow
    is_chat = isinstance(request.input, ChatInput)
    if asked is None:
        possible = {"error": True, "trim_history": is_chat, "shift": model.can_shift}
        return default if possible[default] else "error"
    if asked == "trim_history" and not is_chat:
        raise InvalidRequest("The overflow policy 'trim_history' needs turns; a plain prompt has none.", "overflow")
    if asked == "shift" and not model.can_shift:
        raise InvalidRequest(
            f"The overflow policy 'shift' is not possible with {model.name}: its memory cannot be shifted. "
            "Use 'error', or 'trim_history' for a conversation.",
            "overflow",
        )
    return asked


async def fit_prompt(request: GenerateRequest, default: Overflow, worker: Worker, make: Make) -> Fitted:
    """Return the prompt of `request` under its policy, `default` if it has none.

    Raises what `policy_of`, `make` and `Worker.count` raise, and `ContextLimitExceeded` for a context that the model
    does not have, or for a conversation whose last turn alone is too long.
    """
    policy = policy_of(request, default, worker.info)
    check_window(request.context_length, worker.info)
    window = request.context_length or worker.info.context_length
    if policy == "trim_history" and isinstance(request.input, ChatInput):
        return await _Trim(request.input, worker, make).fit(window, request.max_tokens)
    prompt = await asyncio.to_thread(make, request.input)
    if policy == "shift":
        return Fitted(prompt, shift_keep=await _kept(request, prompt, window, worker, make))
    return Fitted(prompt)


class _Trim:
    """Leaves turns out of one conversation; what was rendered and counted once is remembered."""

    def __init__(self, chat: ChatInput, worker: Worker, make: Make) -> None:
        self._chat = chat
        self._worker = worker
        self._make = make
        self._cuts = find_cuts(chat.messages)
        self._tried: dict[int, tuple[Prompt, int]] = {}

    async def fit(self, window: int, max_tokens: int | None) -> Fitted:
        limit = prompt_limit(window, max_tokens)
        search = Search(sizes_at(self._chat.messages, self._cuts), limit)
        while (candidate := search.candidate) is not None:
            search.tell((await self._try(candidate))[1])
        prompt, length = await self._try(search.found)
        left = self._left(search.found)
        dropped = len(self._chat.messages) - len(left.messages)
        if length >= window:
            raise _too_long(dropped, length, window)
        if not dropped:
            return Fitted(prompt)
        _, whole = await self._try(0)
        return Fitted(prompt, Truncation("trim_history", dropped, whole - length))

    async def _try(self, index: int) -> tuple[Prompt, int]:
        if index not in self._tried:
            prompt = await asyncio.to_thread(self._make, self._left(index))
            self._tried[index] = (prompt, await count_prompt(prompt, self._worker))
        return self._tried[index]

    def _left(self, index: int) -> ChatInput:
        return msgspec.structs.replace(self._chat, messages=cut_at(self._chat.messages, self._cuts[index]))


async def _kept(request: GenerateRequest, prompt: Prompt, window: int, worker: Worker, make: Make) -> int:
    """Return how many tokens of the prompt stay while the answer goes on.

    As many as the request says. Else all of it, if it leaves the answer half of the window; else what it begins with,
    tools and system messages, within that half.
    """
    if request.keep_tokens is not None:
        return window if request.keep_tokens < 0 else request.keep_tokens
    length, half = await count_prompt(prompt, worker), window // 2
    if length <= half:
        # At least as many as there may be: an empty text is none for the counter, but a token for many a model.
        return max(length, _LEAST_KEPT)
    begin = await _beginning(request.input, prompt, make)
    return min(max(await count_prompt(begin, worker), _LEAST_KEPT), half)


async def _beginning(source: Input, prompt: Prompt, make: Make) -> Prompt:
    """Return what of `prompt` stands before the first message that is not the system's: empty if it cannot be told."""
    length = 0
    if isinstance(source, ChatInput) and prompt.text is not None:
        short = msgspec.structs.replace(source, messages=(*begin_of(source.messages), _ANYTHING))
        try:
            other = await asyncio.to_thread(make, short)
        except (InvalidRequest, InvalidModelFile):
            # A template may demand more of a conversation than that.
            return Prompt("", "", add_special=False)
        length = _common(prompt.text, other.text or "")
    text = (prompt.text or "")[:length]
    literal = tuple(span for span in prompt.literal if span[1] <= length)
    return Prompt(text, text, add_special=prompt.add_special, literal=literal)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common: by halves, for prompts may have millions."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _too_long(dropped: int, length: int, window: int) -> ContextLimitExceeded:
    what = (
        f"Without the {dropped} messages that may be left out, the prompt still"
        if dropped
        else "There is no turn before the last one to leave out: the prompt"
    )
    return ContextLimitExceeded(
        f"{what} has {length} tokens and needs at least one more for an answer, but the context window is {window} "
        "tokens. Shorten the last turn, the system prompt or the tools, or allow a larger context.",
        maximum=window,
        required=length + 1,
    )
