"""The one neutral event stream that every API dialect is made from.

`Started`, then any number of deltas and one `ChoiceFinished` per choice, then `Finished`; or `Failed` at any point.
A choice's deltas: thinking (`ReasoningDelta`), then text (`TextDelta`) and tool calls (each one `ToolCallStarted` and
any number of `ToolCallDelta`), in the order in which the model wrote them.
Exactly one of `Finished` and `Failed` arrives, and it is the last event.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from minerva.core.errors import ErrorInfo

FinishReason = Literal["stop", "length", "cancelled"]
"""Why the engine ended a sequence. Whether an answer called tools is seen from its events, not from this."""


class TokenAlternative(msgspec.Struct, frozen=True, array_like=True):
    """A token that might have stood here: its bytes and natural-log probability."""

    id: int
    piece: bytes
    logprob: float


class TokenLogprob(msgspec.Struct, frozen=True, array_like=True):
    """A token with its log probability under the model's own distribution, before sampling parameters.

    `logprob` is `None` for the first token of a prompt, which nothing predicts.
    """

    id: int
    piece: bytes
    logprob: float | None
    top: tuple[TokenAlternative, ...] = ()


class Usage(msgspec.Struct, frozen=True):
    """Tokens of a request: `cached_tokens` of the prompt were not computed again.

    Of the tokens computed ahead `accepted_tokens` are among the `completion_tokens`; `rejected_tokens` are not, and
    were computed for nothing.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    accepted_tokens: int = 0
    rejected_tokens: int = 0


class Timings(msgspec.Struct, frozen=True):
    """Where a request's time went, in seconds. `load_s` is 0 when the model was there already."""

    load_s: float = 0.0
    queue_s: float = 0.0
    prefill_s: float = 0.0
    decode_s: float = 0.0
    total_s: float = 0.0


class Truncation(msgspec.Struct, frozen=True):
    """What was left out because it did not fit the context window, under the policy that was asked for.

    `trim_history`: without `dropped_messages` of the conversation the prompt is `dropped_tokens` shorter. `shift`:
    while it was generated `shifted_tokens` of prompt and answer were dropped, in `shifts` goes, of all choices.
    """

    policy: Literal["trim_history", "shift"]
    dropped_messages: int = 0
    dropped_tokens: int = 0
    shifts: int = 0
    shifted_tokens: int = 0


class Started(msgspec.Struct, frozen=True, tag="started"):
    """The prompt is in the engine. `model` is the model's full name."""

    model: str
    prompt_tokens: int
    cached_tokens: int


class TextDelta(msgspec.Struct, frozen=True, tag="text"):
    """More text of a choice, never half a character; `logprobs` covers the tokens that came with it."""

    choice: int
    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


class ReasoningDelta(msgspec.Struct, frozen=True, tag="reasoning"):
    """More of a choice's thinking, without the marks around it."""

    choice: int
    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


class ToolCallStarted(msgspec.Struct, frozen=True, tag="tool_call_started"):
    """A choice calls the tool `name`. `index` counts the calls of a choice from 0; `id` is unique among all."""

    choice: int
    index: int
    id: str
    name: str


class ToolCallDelta(msgspec.Struct, frozen=True, tag="tool_call"):
    """More of the JSON text of a call's arguments. Joined they are one JSON object, unless the answer was cut off."""

    choice: int
    index: int
    arguments: str


class ChoiceFinished(msgspec.Struct, frozen=True, tag="choice_finished"):
    """A choice is complete. `stop_sequence` is the stop string that ended it, if one did.

    `tool_calls`: how many tools it called. With any, most APIs say so as the reason.
    """

    choice: int
    reason: FinishReason
    stop_sequence: str | None = None
    tool_calls: int = 0


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """Everything was delivered. `truncation` says what was left out, if anything was."""

    usage: Usage
    timings: Timings
    truncation: Truncation | None = None


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It ended in an error; what was delivered before stays valid."""

    error: ErrorInfo


Delta = TextDelta | ReasoningDelta | ToolCallStarted | ToolCallDelta
Event = Started | Delta | ChoiceFinished | Finished | Failed
