"""One request's state inside the engine: waiting, running (prefilling, then decoding), finished."""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass, field

from minerva.core.event import TokenLogprob
from minerva.engine.backend import Sampler
from minerva.engine.drafter import Drafter
from minerva.engine.guide import Guide
from minerva.engine.lookup import LookupDrafter
from minerva.engine.passage import Passage
from minerva.engine.prefix_cache import Tokens
from minerva.engine.text import TextStream
from minerva.engine.tiers.block import Chain
from minerva.wire.messages import Generate


@dataclass(slots=True, eq=False)
class Sequence:
    """A prompt and what was generated after it.

    Invariant: the first `computed` of `tokens` are in the KV cache under `slot`. A sequence that runs has at least one
    token pending; its logits, once the last pending token is computed, give the next one. So prefilling and decoding
    differ in nothing but the number of pending tokens, and a preempted sequence simply has all of them pending again.
    While it waits, `wanted` holds its tokens for the prefix cache to compare. Once it is admitted and as long as the
    tiers may have more of these, `chain` holds them, and nothing of it is computed. `shifted` tokens are gone from
    `tokens`, in `shifts` goes: the oldest of those behind the first `keep`. With a `passage` it is an input to embed:
    nothing is generated, and its last token is computed apart. While tokens are chosen, `draft` is what memory holds
    behind its tokens, by the `drafter`; of all such tokens `accepted` came as foretold, and `rejected` were computed
    for nothing. It was `preempted` so many times.
    """

    request: Generate
    tokens: list[int]
    prompt_length: int
    window: int
    arrived_s: float
    text: TextStream
    wanted: Tokens
    chain: Chain | None = None
    borders: tuple[int, ...] = ()
    slot: int = -1
    computed: int = 0
    cached: int = 0
    shifts: int = 0
    shifted: int = 0
    sampler: Sampler | None = None
    guide: Guide | None = None
    passage: Passage | None = None
    drafter: Drafter | LookupDrafter | None = None
    draft: deque[int] = field(default_factory=deque)
    accepted: int = 0
    rejected: int = 0
    preempted: int = 0
    admitted_s: float | None = None
    first_token_s: float | None = None
    prompt_logprobs: list[TokenLogprob] = field(default_factory=list)

    @property
    def priority(self) -> int:
        """Who has a lower one comes first."""
        return self.request.priority

    @property
    def client(self) -> str:
        """Whose it is; clients of one priority take turns."""
        return self.request.client

    @property
    def pending(self) -> int:
        """Tokens that are not in the KV cache yet."""
        return len(self.tokens) - self.computed

    @property
    def joinable(self) -> int:
        """How many of its pending tokens may be computed in one batch with those of others.

        A batch ends where a checkpoint is to be made, at one of its `borders`.
        """
        joinable = self.pending if self.passage is None else self.pending - 1
        return min((place - self.computed for place in self.borders if place > self.computed), default=joinable)

    @property
    def generated(self) -> int:
        """Tokens generated so far, the one that ended it included."""
        return len(self.tokens) + self.shifted - self.prompt_length

    @property
    def keep(self) -> int | None:
        """How many of its first tokens stay when it is shifted; `None` if it is not to be."""
        keep = self.request.shift_keep
        return None if keep is None else min(keep, self.prompt_length)

    @property
    def _prompt_left(self) -> int:
        """How many tokens of the prompt were not dropped."""
        return max(self.prompt_length - self.shifted, self.keep or 0)

    @property
    def is_running(self) -> bool:
        """Whether it holds a slot."""
        return self.slot >= 0

    @property
    def is_decoding(self) -> bool:
        """Whether it has given its first token and goes on from there, be it with tokens that were forced."""
        return self.generated > 0 and self.computed >= self._prompt_left

    @property
    def room(self) -> int:
        """How many more tokens it may generate, by `max_tokens` and, if it is not to be shifted, by the window."""
        left = self.window - len(self.tokens) if self.keep is None else sys.maxsize
        return left if self.request.max_tokens is None else min(left, self.request.max_tokens - self.generated)

    @property
    def room_ahead(self) -> int:
        """How many tokens may be computed behind its last: another one is to be chosen behind them, before a shift."""
        return min(self.room - 1, self.window - len(self.tokens))

    @property
    def wants_prompt_logprobs(self) -> bool:
        """Whether the logits after every prompt token are needed."""
        return self.request.prompt_logprobs and self.generated == 0

    def expect(self, draft: tuple[int, ...]) -> None:
        """Note that these were computed behind its tokens; each counts as rejected until it comes."""
        self.draft = deque(draft)
        self.rejected += len(draft)

    def append(self, token: int) -> None:
        """Add a token that was chosen. If it is not what the draft begins with, the draft is void."""
        self.tokens.append(token)
        if self.drafter is not None:
            self.drafter.take(token)
        if self.draft and self.draft.popleft() == token:
            self.accepted += 1
            self.rejected -= 1
        else:
            self.draft.clear()
