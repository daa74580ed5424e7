"""The closed union of messages between server and worker: frozen tagged msgspec structs, encoded as MessagePack.

The server sends `Command`s: first one `Load`, then the others in any order. The worker sends `Reply`s: `LoadProgress`
until `Ready` or `LoadFailed`, then one `Step` for every engine step that brought news.
"""

from __future__ import annotations

import msgspec

from minerva.core.errors import ErrorInfo
from minerva.core.event import FinishReason, TokenLogprob
from minerva.core.log import LogFormat, LogLevel
from minerva.core.model import LoadedModel, ModelSpec
from minerva.core.sampling import SamplingParams


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Load this model. `log_level` and `log_style` are those of the server, see `core.log.configure`."""

    spec: ModelSpec
    log_level: LogLevel = "info"
    log_style: LogFormat = "console"


class Constraint(msgspec.Struct, frozen=True):
    """What an answer is held to, token by token.

    `grammar` is Lark in llguidance's dialect, or GBNF behind `core.output.GBNF_MARK`. `triggers`: it holds only behind
    one of these texts, once the answer contains it, and includes none of it; without any it holds from the first token.
    `after`: only behind this text do triggers count. `repeats`: when the grammar is satisfied the answer is free again,
    until the next trigger; otherwise it then ends.
    """

    grammar: str
    triggers: tuple[str, ...] = ()
    repeats: bool = False
    after: str = ""


class ThinkingLimit(msgspec.Struct, frozen=True):
    """After `budget_tokens` tokens of a thought without `end`, the tokens of `end` are put in the model's mouth.

    The answer begins within the thought, or where there is a `begin`, the thought begins behind that.
    """

    budget_tokens: int
    end: str
    begin: str = ""


class Generate(msgspec.Struct, frozen=True, kw_only=True, tag="generate"):
    """Generate one continuation. `id` is unique among the open requests of this worker and chosen by the server.

    `prompt`: text, or token ids as they are. `add_special` lets the model's BOS and EOS rules apply to a text;
    `parse_special` lets special tokens written in it count as such, but for those in `literal`: spans [start, end) of
    the text, in characters and in order, that a caller wrote and not the template. `logprobs` as in `GenerateRequest`.
    `shown`: control tokens whose text is part of the answer; all others show as nothing.
    `prompt_logprobs`: report on the prompt's tokens as well, as the first `Delta`, with an empty text.
    `window`: so many tokens prompt and answer may take together, at most those of the model's own window.
    """

    id: int
    request_id: str
    prompt: str | list[int]
    sampling: SamplingParams
    max_tokens: int | None = None
    window: int | None = None
    stop: tuple[str, ...] = ()
    logprobs: int | None = None
    prompt_logprobs: bool = False
    literal: tuple[tuple[int, int], ...] = ()
    shown: tuple[str, ...] = ()
    constraint: Constraint | None = None
    thinking_limit: ThinkingLimit | None = None
    add_special: bool = True
    parse_special: bool = True
    cache_prompt: bool = True


class CountTokens(msgspec.Struct, frozen=True, kw_only=True, tag="count_tokens"):
    """Say how many tokens a text has as a prompt, and compute nothing of it. The fields are those of `Generate`."""

    id: int
    prompt: str
    literal: tuple[tuple[int, int], ...] = ()
    add_special: bool = True
    parse_special: bool = True


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """Stop this request wherever it is; it ends with `Ended(reason="cancelled")`, unless it has ended already."""

    id: int


class Shutdown(msgspec.Struct, frozen=True, tag="shutdown"):
    """End at once. The server has ended every request before it sends this."""


Command = Load | Generate | CountTokens | Cancel | Shutdown


class LoadProgress(msgspec.Struct, frozen=True, tag="load_progress"):
    """How much of the weights was read, 0 to 1."""

    fraction: float


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The model is in memory and takes requests."""

    model: LoadedModel


class LoadFailed(msgspec.Struct, frozen=True, tag="load_failed"):
    """The model could not be loaded; the worker ends after this."""

    error: ErrorInfo


class Admitted(msgspec.Struct, frozen=True, tag="admitted"):
    """The request left the queue: its prompt's length, how much of it needs no computing, how long it waited."""

    id: int
    prompt_tokens: int
    cached_tokens: int
    queue_s: float


class Delta(msgspec.Struct, frozen=True, tag="delta"):
    """Text that may be shown: whole characters, nothing that could become a stop string."""

    id: int
    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The request is over, and well. Its last text came in a `Delta` before. Times in seconds."""

    id: int
    reason: FinishReason
    stop_sequence: str | None
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    queue_s: float
    prefill_s: float
    decode_s: float


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The request is over, with an error."""

    id: int
    error: ErrorInfo


News = Admitted | Delta | Ended | Refused


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """The answer to a `CountTokens`, unless that is `Refused`: the prompt's length, be it larger than any window."""

    id: int
    tokens: int


class EngineStats(msgspec.Struct, frozen=True, array_like=True):
    """The engine's state after a step. Sequences running and waiting; KV cells in use, of them merely retained."""

    running: int = 0
    waiting: int = 0
    cells_used: int = 0
    cells_retained: int = 0
    cells_total: int = 0


class Step(msgspec.Struct, frozen=True, tag="step"):
    """Everything that one engine step brought, for all sequences, in order; and what was counted meanwhile."""

    news: list[News]
    stats: EngineStats
    counted: list[Counted] = []


Reply = LoadProgress | Ready | LoadFailed | Step
