"""The closed union of messages between server and worker: frozen tagged msgspec structs, encoded as MessagePack.

The server sends `Command`s: first one `Load`, then the others in any order. The worker sends `Reply`s: `LoadProgress`
until `Ready` or `LoadFailed`, then one `Step` for every engine step that brought news.
"""

from __future__ import annotations

import msgspec

from minerva.core.errors import ErrorInfo
from minerva.core.event import FinishReason, TokenLogprob
from minerva.core.log import LogFormat, LogLevel
from minerva.core.model import CacheOptions, LoadedModel, ModelSpec
from minerva.core.request import INTERACTIVE
from minerva.core.sampling import SamplingParams


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Load this model. `log_level` and `log_style` are those of the server, see `core.log.configure`.

    The `ram_bytes` of `cache` are a number, 0 for none.
    """

    spec: ModelSpec
    cache: CacheOptions = CacheOptions(ram_bytes=0)
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
    `shift_keep`: at the end of the window the answer goes on, and the oldest tokens behind the prompt's first
    `shift_keep` are dropped for it. Only for a model that `can_shift`.
    `prediction`: a text that the answer is expected to repeat, in part or whole. It changes only how long that takes.
    `priority`, `client` and `queue_timeout_s` as in `GenerateRequest`; with `None` it waits however long that takes.
    """

    id: int
    request_id: str
    prompt: str | list[int]
    sampling: SamplingParams
    max_tokens: int | None = None
    window: int | None = None
    shift_keep: int | None = None
    prediction: str = ""
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
    priority: int = INTERACTIVE
    client: str = ""
    queue_timeout_s: float | None = None
    cache_disk: bool = True


class CountTokens(msgspec.Struct, frozen=True, kw_only=True, tag="count_tokens"):
    """Say how many tokens a text has as a prompt, and compute nothing of it. The fields are those of `Generate`."""

    id: int
    prompt: str
    literal: tuple[tuple[int, int], ...] = ()
    add_special: bool = True
    parse_special: bool = True


class Tokenize(msgspec.Struct, frozen=True, kw_only=True, tag="tokenize"):
    """Say which tokens a text has; with `pieces`, also which bytes stand for each. The other fields: see `Generate`."""

    id: int
    text: str
    add_special: bool
    parse_special: bool
    pieces: bool


class Detokenize(msgspec.Struct, frozen=True, tag="detokenize"):
    """Say which text `tokens` make; control tokens are spelled out."""

    id: int
    tokens: list[int]


Query = CountTokens | Tokenize | Detokenize
"""What is asked of the model's tokenizer alone."""


class Embed(msgspec.Struct, frozen=True, kw_only=True, tag="embed"):
    """Read texts: an `Embedded` for each of `inputs`, in any order, then the request's one `Ended` or `Refused`.

    A text gets the special tokens of the model's own rules, token ids are taken as they are. With a `query` every input
    is a text, and a reranker scores the pair. `truncate`: an input longer than `window`, or the model's own window,
    loses its end; it is refused otherwise. `dimensions`, `normalize` and `field` as in `core.embedding.EmbedRequest`.
    """

    id: int
    request_id: str
    inputs: tuple[str | tuple[int, ...], ...]
    query: str | None = None
    dimensions: int | None = None
    normalize: bool = True
    truncate: bool = False
    window: int | None = None
    field: str = "input"


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """Stop this request wherever it is; it ends with `Ended(reason="cancelled")`, unless it has ended already.

    A `Query` that nobody has begun to answer is then not answered.
    """

    id: int


class Shutdown(msgspec.Struct, frozen=True, tag="shutdown"):
    """End at once. The server has ended every request before it sends this."""


Command = Load | Generate | Embed | CountTokens | Tokenize | Detokenize | Cancel | Shutdown


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
    """The request is over, and well. Its last text came in a `Delta` before. Times in seconds.

    `shifted_tokens` of prompt and answer were dropped, in `shifts` goes, for the answer to go on past the window.
    Of the tokens that were computed ahead, `accepted_tokens` are in the answer and `rejected_tokens` are not.
    """

    id: int
    reason: FinishReason
    stop_sequence: str | None
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    queue_s: float
    prefill_s: float
    decode_s: float
    shifts: int = 0
    shifted_tokens: int = 0
    accepted_tokens: int = 0
    rejected_tokens: int = 0


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The request is over, with an error."""

    id: int
    error: ErrorInfo


News = Admitted | Delta | Ended | Refused


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """The answer to a `CountTokens`, unless that is `Refused`: the prompt's length, be it larger than any window."""

    id: int
    tokens: int


class Tokenized(msgspec.Struct, frozen=True, tag="tokenized"):
    """The answer to a `Tokenize`, unless that is `Refused`. `pieces` is empty unless they were asked for."""

    id: int
    tokens: list[int]
    pieces: list[bytes] = []


class Detokenized(msgspec.Struct, frozen=True, tag="detokenized"):
    """The answer to a `Detokenize`, unless that is `Refused`. Bytes that are no UTF-8 are U+FFFD in `text`."""

    id: int
    text: str


Result = Counted | Tokenized | Detokenized
"""The answer to a `Query`, unless that is `Refused`."""


class Embedded(msgspec.Struct, frozen=True, tag="embedded"):
    """What the model made of one input of an `Embed`; fields as in `core.embedding.Embedding`."""

    id: int
    index: int
    vector: bytes
    tokens: int
    cut: int


class EngineStats(msgspec.Struct, frozen=True, array_like=True):
    """The engine's state after a step. Sequences running and waiting; KV cells in use, of them merely retained.

    Texts to embed that nobody has begun to read are counted as sequences that wait. Bytes of the tiers, and tokens of
    prompts that came back from them.
    """

    running: int = 0
    waiting: int = 0
    cells_used: int = 0
    cells_retained: int = 0
    cells_total: int = 0
    ram_tier_bytes: int = 0
    disk_tier_bytes: int = 0
    restored_tokens: int = 0


class Step(msgspec.Struct, frozen=True, tag="step"):
    """Everything that one engine step brought, for all sequences, in order; and answers to queries meanwhile.

    `embedded` comes before the `news`, which may say that the request is over.
    """

    news: list[News]
    stats: EngineStats
    results: list[Result] = []
    embedded: list[Embedded] = []


Reply = LoadProgress | Ready | LoadFailed | Step
