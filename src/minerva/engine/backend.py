"""What the engine asks of an inference library. `llama/backend.py` answers; tests of the scheduler fake it."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import numpy as np
import numpy.typing as npt
from llguidance import LLTokenizer

from minerva.core.sampling import SamplingParams
from minerva.engine.batch import Batch
from minerva.engine.tiers.block import Data

Logits = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]


class Outcome(Enum):
    """How a decode ended, short of an `InferenceError`."""

    DONE = "done"
    NO_SPACE = "no space"
    """No cells for the batch; memory is as it was."""
    ABORTED = "aborted"
    """Interrupted; what was computed before stays, see `Backend.length`."""


class Sampler(Protocol):
    """Chooses tokens for one sequence, and remembers what it needs for that (penalties, random state).

    Samplers of different sequences may be used by different threads at the same time.
    """

    is_argmax: bool
    """Whether it takes the likeliest token and nothing else: then there is nothing to gain from a thread."""

    def sample(self, row: int) -> int:
        """Return the token chosen from the logits at batch index `row` of the last decode."""
        ...

    def accept(self, token: int) -> None:
        """Remember a token that was chosen elsewhere."""
        ...

    def close(self) -> None:
        """Free native memory."""
        ...


class Vocabulary(Protocol):
    """Text to token ids and back. Safe to use from any thread."""

    @property
    def size(self) -> int:
        """Number of tokens."""
        ...

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """The texts that `parse_special` makes control tokens of."""
        ...

    @property
    def control_ids(self) -> tuple[int, ...]:
        """Their token ids."""
        ...

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        """Return the token ids of `text`."""
        ...

    def framed(self, tokens: list[int]) -> list[int]:
        """Return `tokens` between those that `add_special` would put before and after them."""
        ...

    def pair(self, query: str, document: str) -> list[int]:
        """Return the token ids of a query and a document as a reranker reads them; control tokens in them are text."""
        ...

    def piece(self, token: int) -> bytes:
        """Return the bytes a token shows as; control tokens show as nothing."""
        ...

    def spelling(self, token: int) -> bytes:
        """Return the bytes that stand for a token in a template: as `piece`, but control tokens have theirs too."""
        ...

    def is_end(self, token: int) -> bool:
        """Whether the token ends a generation."""
        ...

    def grammar_tokenizer(self) -> LLTokenizer:
        """Build the table of tokens that grammars work on; takes about a second with 150,000 tokens."""
        ...


class Interruptible(Protocol):
    """What can be stopped in the middle of a computation."""

    def interrupt(self, *, on: bool) -> None:
        """Make a running decode return `ABORTED` soon, or allow decodes again. The one call for other threads."""
        ...


class Backend(Interruptible, Protocol):
    """A loaded model with one context. Slots are sequence ids from 0 up to `slots`."""

    cells: int
    slots: int
    can_truncate: bool
    """Whether the tail of a sequence can be removed and a prefix of one shared (not so for recurrent memory)."""
    can_shift: bool
    """Whether tokens within a sequence can be removed, and those behind them moved to their place."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The model's tokens."""
        ...

    def decode(self, batch: Batch, *, embed: bool = False) -> Outcome:
        """Compute one batch; with `embed` all its tokens are outputs, for `embedding`. Raises `InferenceError`."""
        ...

    def embedding(self, row: int) -> Vector:
        """Return what the model makes of the text that ends at batch index `row` of the last decode, one with `embed`.

        That is its hidden state there, or what the model's own pooling makes of it, or a reranker's scores.
        """
        ...

    def logits(self, row: int) -> Logits:
        """Return the logits at batch index `row`, shape (vocabulary,), valid until the next decode.

        Samplers choose from the same memory: what is written here is what they see.
        """
        ...

    def sampler(self, params: SamplingParams, prompt: list[int]) -> Sampler:
        """Return a sampler for a new sequence; penalties see the end of `prompt`."""
        ...

    def share(self, source: int, target: int, length: int) -> bool:
        """Let `target`, which is empty, hold the first `length` tokens of `source` too; whether they are there."""
        ...

    def truncate(self, slot: int, length: int) -> None:
        """Remove all tokens of `slot` past the first `length`; 0 removes the sequence."""
        ...

    def shift(self, slot: int, start: int, count: int) -> None:
        """Remove `count` tokens of `slot` from position `start` on, and move those behind them to their place.

        No other slot may hold the ones that move. The next decode carries the move out: it must not be interrupted.
        """
        ...

    def save(self, slot: int, start: int, end: int) -> Data | None:
        """Return a copy of the cells of `slot` from position `start` up to `end`, for `restore`; `None`: not there."""
        ...

    def restore(self, slot: int, data: Data, start: int, end: int) -> bool:
        """Put the cells from `start` up to `end` of what `save` returned behind those of `slot`; whether it worked."""
        ...

    def length(self, slot: int) -> int:
        """Return how many tokens of `slot` are in memory."""
        ...
