"""The one neutral request that every API dialect becomes."""

from __future__ import annotations

from typing import Literal

import msgspec

from minerva.core.message import Message
from minerva.core.output import OutputForm
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import Tool, ToolChoice

Overflow = Literal["error", "trim_history", "shift"]
"""What happens to what does not fit the context window.

`error`: a prompt that is too long is refused, and an answer ends at the window. `trim_history`: a conversation's
oldest turns are left out, and if need be the oldest steps of the last one. `shift`: an answer goes on past the window,
and the oldest tokens behind the kept ones go.
"""

INTERACTIVE = 0
"""Priority of a request for whose answer somebody waits; a lower number is served before a higher one."""

BATCH = 10
"""Priority of work that nobody waits for."""

URGENT = -10
"""Priority of what is to be served before everything that says nothing of its priority."""

FOREVER = -1.0
"""`keep_alive_s` of a model that is not to be unloaded for being idle."""


class Thinking(msgspec.Struct, frozen=True):
    """Whether and how much a model thinks before it answers; `None` leaves it to the model's template.

    `effort` is a word the template may know (`low`, `medium`, `high`). `budget_tokens`: after so many tokens of
    thinking the block is closed and the answer begins.
    """

    enabled: bool | None = None
    effort: str | None = None
    budget_tokens: int | None = None


def merge_thinking(first: Thinking, second: Thinking) -> Thinking:
    """Return `first`, and of `second` what it does not say; who wants no thoughts has said all there is to say."""
    if first.enabled is False:
        return first
    return Thinking(
        second.enabled if first.enabled is None else first.enabled,
        second.effort if first.effort is None else first.effort,
        second.budget_tokens if first.budget_tokens is None else first.budget_tokens,
    )


class Begun(msgspec.Struct, frozen=True):
    """What there is of an answer already, thoughts and text: it goes on from there."""

    reasoning: str = ""
    content: str = ""


NOT_BEGUN = Begun()


class ChatInput(msgspec.Struct, frozen=True, tag="chat"):
    """Messages, to be rendered with the model's own chat template.

    `template_kwargs` are more variables for the template. `add_generation_prompt`: the prompt ends with the opening of
    the answer, and behind it with what is `begun` of one, which is not told again.
    """

    messages: tuple[Message, ...]
    template_kwargs: dict[str, str | int | float | bool | None] = {}
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = "auto"
    parallel_tool_calls: bool = True
    thinking: Thinking = Thinking()
    add_generation_prompt: bool = True
    begun: Begun = NOT_BEGUN


class TextInput(msgspec.Struct, frozen=True, tag="text"):
    """A prompt taken as it is; special tokens written in it are recognised."""

    text: str


class TokensInput(msgspec.Struct, frozen=True, tag="tokens"):
    """A prompt as token ids of the model's vocabulary."""

    tokens: tuple[int, ...]


class InfillFile(msgspec.Struct, frozen=True):
    """A file beside the one with the gap."""

    name: str
    text: str


class InfillInput(msgspec.Struct, frozen=True, tag="infill"):
    """A text with a gap that the answer fills: what stands before it, and what behind it.

    `files`: the text is a file, and these belong to it; they are put before it. `None`: it stands alone.
    """

    prefix: str
    suffix: str
    files: tuple[InfillFile, ...] | None = None


Input = ChatInput | TextInput | TokensInput | InfillInput


class GenerateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to generate. `model=None` asks for the default model; `None` elsewhere means silent.

    `logprobs` is how many alternatives to report for each token (0: the chosen one alone); `None` reports none.
    `echo` puts the prompt before the answer, and with `logprobs` reports on the prompt's tokens too.
    `keep_alive_s`: how long the model stays loaded after it was last used; 0 unloads at once, `FOREVER` never.
    `form` is the form the answer must have, after any thinking.
    `context_length`: so many tokens prompt and answer may take together; `None` and most is the model's whole window.
    `overflow`: what happens to what does not fit that; `None` leaves it to the server's setting.
    `keep_tokens`: so many tokens of the prompt stay when the answer is shifted, -1 all; `None` decides by the prompt.
    `prediction`: a text that the answer is expected to repeat, in part or whole; it then comes faster, and is no other.
    `cache_prompt=False` computes the whole prompt anew, in the same batches each time, and leaves nothing to reuse.
    `cache_disk=False`: of prompt and answer nothing goes on disk; what was computed is kept in memory alone.
    `priority`: who has a lower number is served first, see `INTERACTIVE` and `BATCH`. `client` tells callers of one
    priority apart, who are served in turn; see `service.client.client_key`. `queue_timeout_s`: who has waited so long
    in a model's queue is refused; `None` leaves it to the server's setting.
    `reset` names fields, also of `sampling`, whose silence is what was asked for: no preset speaks for them.
    """

    request_id: str
    input: Input
    model: str | None = None
    sampling: SamplingOptions = SamplingOptions()
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    n: int = 1
    logprobs: int | None = None
    echo: bool = False
    form: OutputForm | None = None
    context_length: int | None = None
    overflow: Overflow | None = None
    keep_tokens: int | None = None
    prediction: str = ""
    cache_prompt: bool = True
    cache_disk: bool = True
    priority: int = INTERACTIVE
    client: str = ""
    queue_timeout_s: float | None = None
    reset: frozenset[str] = frozenset()
    keep_alive_s: float | None = None
    timeout_s: float | None = None
