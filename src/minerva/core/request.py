"""The one neutral request that every API dialect becomes."""

from __future__ import annotations

import msgspec

from minerva.core.message import Message
from minerva.core.output import OutputForm
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import Tool, ToolChoice

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


class ChatInput(msgspec.Struct, frozen=True, tag="chat"):
    """Messages, to be rendered with the model's own chat template.

    `template_kwargs` are more variables for the template.
    """

    messages: tuple[Message, ...]
    template_kwargs: dict[str, str | int | float | bool | None] = {}
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = "auto"
    parallel_tool_calls: bool = True
    thinking: Thinking = Thinking()


class TextInput(msgspec.Struct, frozen=True, tag="text"):
    """A prompt taken as it is; special tokens written in it are recognised."""

    text: str


class TokensInput(msgspec.Struct, frozen=True, tag="tokens"):
    """A prompt as token ids of the model's vocabulary."""

    tokens: tuple[int, ...]


Input = ChatInput | TextInput | TokensInput


class GenerateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to generate. `model=None` asks for the default model; `None` elsewhere means silent.

    `logprobs` is how many alternatives to report for each token (0: the chosen one alone); `None` reports none.
    `echo` puts the prompt before the answer, and with `logprobs` reports on the prompt's tokens too.
    `keep_alive_s`: how long the model stays loaded after it was last used; 0 unloads at once, `FOREVER` never.
    `form` is the form the answer must have, after any thinking.
    `context_length`: so many tokens prompt and answer may take together; `None` and most is the model's whole window.
    `cache_prompt=False` computes the whole prompt anew, in the same batches each time, and leaves nothing to reuse.
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
    cache_prompt: bool = True
    keep_alive_s: float | None = None
    timeout_s: float | None = None
