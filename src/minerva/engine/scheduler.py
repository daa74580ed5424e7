"""Who advances by how many tokens in this step. Pure: state and the time go in, a plan comes out.

Order of events in a step: `next_admission` until it finds none, `plan_step`, `plan_room` for the cells of that plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Sequence as Items
from dataclasses import dataclass

from minerva.core.request import INTERACTIVE
from minerva.engine.cost import CostModel
from minerva.engine.fairness import preemption_order, prefill_order, yielding
from minerva.engine.pace import SLOWDOWN
from minerva.engine.prefix_cache import NO_MATCH, Match, PrefixCache
from minerva.engine.sequence import Sequence
from minerva.engine.together import most_now

MIN_CHUNK = 8
"""Prefill goes on by at least this many tokens a step, even when decoding alone fills the step's time."""

_ALIGNED = 4
"""Steps with answers and prompts are of so many tokens, or multiples: matrix products are made for that, and on a
processor what is left over takes longer for each token."""

_TILE = 64
"""llama.cpp's own flash attention takes so many tokens together, and fewer one by one. Without what `native` adds to it
a step of 40 takes longer than one of 64 far into a prompt (`python -m benchmarks.attention`)."""

_UNWATCHED_S, _UNWATCHED = 1.0, 128
"""While nobody streams, a step of more than `_UNWATCHED` tokens takes no longer than this: who comes meanwhile waits
for its end, and if somebody leaves, it is lost. It is of whole tiles."""

_DEARER = 1.5
"""Shorter steps than a batch may take so many times as long for each token, no more: each goes over all weights. What
the cost model says of two sizes is no closer than that."""

_WORTH_WAITING = 16
"""A prefix that another sequence is computing is waited for, to its end, if it is longer than this many tokens."""

_HEADROOM = 32
"""Cells kept free for each running sequence to grow into before another is admitted."""

_YIELDING_SHARE = 4
"""One part in so many of a step's prompt tokens is for those that `fairness.yielding` has, though others could fill it.
"""

_BATCH_FREE = 8
"""One place in so many stays free of work that nobody waits for, so that who comes need not wait for the end of it."""

_MAX_HELD = 8
"""Held-back requests looked at in one step."""


@dataclass(slots=True, frozen=True)
class Limits:
    """What a step may use. `slots` counts running and retained sequences, `retained_cells` the latter's cells.

    `output_rows`, more than `max_running`: tokens of a step whose logits may be asked for; llama.cpp aborts past it.
    """

    max_running: int
    slots: int
    batch_tokens: int
    output_rows: int
    step_target_s: float
    retained_cells: int
    speculates: bool = False


@dataclass(slots=True, frozen=True)
class Admission:
    """Let `sequence` run in `slot`, starting with what `match` found, after evicting `evict` (slots)."""

    sequence: Sequence
    slot: int
    match: Match
    evict: tuple[int, ...]


@dataclass(slots=True, frozen=True)
class Chunk:
    """Advance `sequence` by `count` of its pending tokens.

    `draft`: compute these behind its last pending token too, they may be what comes.
    """

    sequence: Sequence
    count: int
    draft: tuple[int, ...] = ()

    @property
    def embeds(self) -> bool:
        """Whether it is the last token of an input to embed, which is computed apart from what is generated."""
        return self.sequence.passage is not None and self.count == self.sequence.pending


@dataclass(slots=True, frozen=True)
class Room:
    """Evict these slots and preempt these sequences so that the step's cells are free."""

    evict: tuple[int, ...]
    preempt: tuple[Sequence, ...]


def next_admission(
    waiting: Iterable[Sequence], running: Items[Sequence], cache: PrefixCache, limits: Limits
) -> Admission | None:
    """Return the next waiting sequence that can run now; `waiting` is in order, see `fairness.in_turn`.

    One whose prefix another is computing right now is passed over until that part is there: it is computed once. So is
    one that nobody waits for, while such ones have all the places that they may have.
    One that does not fit is not passed over, or long prompts would wait for ever behind short ones.
    """
    if len(running) >= limits.max_running:
        return None
    held = 0
    batch_is_full = _is_full_of_batch(running, limits)
    for sequence in waiting:
        if batch_is_full and sequence.priority > INTERACTIVE:
            continue
        match = _match(sequence, cache)
        if match.promised > max(match.length, _WORTH_WAITING):
            held += 1
            if held == _MAX_HELD:
                return None
            continue
        return _admission(sequence, match, running, cache, limits)
    return None


def plan_step(
    running: Items[Sequence], cost: CostModel, limits: Limits, now_s: float, *, answers_only: bool = False
) -> tuple[Chunk, ...]:
    """Return what to compute: one token for each that decodes, prompt chunks in the time that is left.

    While anybody decodes, the step is planned to stay within `step_target_s`, and with `answers_only` nothing is read
    beside (`Pace.is_owed`); otherwise it is of `unwatched_tokens`, and prompts that came together end together. Of one
    for which tiers are still being read, nothing is computed.
    """
    running = [sequence for sequence in running if sequence.chain is None]
    streams = any(sequence.is_decoding for sequence in running)
    if streams and answers_only:
        # An answer that is read again after it was preempted waits too, unless there is no other.
        running = [one for one in running if one.is_decoding and one.pending <= MIN_CHUNK] or running
    chunks = [Chunk(sequence, 1) for sequence in running if sequence.pending == 1][: limits.batch_tokens]
    prompts = [sequence for sequence in running if sequence.pending > 1]
    if not prompts:
        return tuple(chunks)
    step = _step_tokens(len(chunks), cost, limits) if streams else unwatched_tokens(cost, limits)
    left = step - len(chunks)
    # Each running sequence may need the logits of one token; those of a prompt's other tokens share what is left.
    rows = limits.output_rows - len(running)
    behind = yielding(prompts)
    kept = min(left // _YIELDING_SHARE, sum(sequence.joinable for sequence in behind))
    for sequence in _in_order(prompts, behind, cost, now_s):
        most = left if sequence in behind else left - kept
        most = most if streams else min(most, most_now(sequence, prompts, cost, step))
        count = min(sequence.joinable, most, rows if sequence.wants_prompt_logprobs else most)
        if count > 0:
            chunks.append(Chunk(sequence, count))
            left -= count
            rows -= count if sequence.wants_prompt_logprobs else 0
    return tuple(chunks)


def plan_room(needed: int, running: Items[Sequence], cache: PrefixCache) -> Room:
    """Return how to free `needed` cells: retained sequences go first, the least recently used before the others.

    If that is not enough, running ones are preempted, see `fairness.preemption_order`; they wait, keep what they
    generated, and compute it anew. One never is, so something always finishes.
    """
    missing = needed - cache.cells.free
    evict: list[int] = []
    for entry in cache.retained():
        if missing <= 0:
            break
        evict.append(entry.slot)
        missing -= cache.cells.freed_by(entry.slot)
    preempt: list[Sequence] = []
    for sequence in preemption_order(running)[:-1]:
        if missing <= 0:
            break
        preempt.append(sequence)
        missing -= cache.cells.freed_by(sequence.slot)
    return Room(tuple(evict), tuple(preempt))


def surplus(cache: PrefixCache, limits: Limits) -> int | None:
    """Return the retained slot to evict because retained cells cost every step more than they are worth, or `None`.

    The one that was used last always stays: it is the conversation that goes on next.
    """
    retained = cache.retained()
    too_many = cache.cells.retained_used > limits.retained_cells
    return retained[0].slot if too_many and len(retained) > 1 else None


def may_reuse(sequence: Sequence) -> bool:
    """Whether it may start with what others have computed."""
    return sequence.request.cache_prompt and not sequence.wants_prompt_logprobs


def unwatched_tokens(cost: CostModel, limits: Limits) -> int:
    """Return the most tokens of a step while nobody streams: a batch, or what is read in a second nearly as fast."""
    batch = limits.batch_tokens
    in_time = cost.tokens_within(_UNWATCHED_S, batch)
    cut = max(in_time - in_time % _TILE, _UNWATCHED)
    # What a batch takes has to be known: of a guess that is too high nothing would be learned with shorter steps.
    if in_time == batch or cut >= batch or cost.largest < batch:
        return batch
    return cut if cost.predict_s(cut) * batch <= _DEARER * cost.predict_s(batch) * cut else batch


def _step_tokens(decoding: int, cost: CostModel, limits: Limits) -> int:
    """Return the tokens of a step in which so many sequences decode by one token each: prompts have what is left.

    That is what the pace of the answers leaves in each step, or a whole tile, after which they go on alone (`Pace`).
    """
    target_s = limits.step_target_s
    slowed_s = min(SLOWDOWN * cost.predict_s(decoding), target_s) if decoding else target_s
    in_time = cost.tokens_within(slowed_s, limits.batch_tokens)
    if in_time < _TILE <= limits.batch_tokens and cost.predict_s(_TILE) <= target_s:
        in_time = _TILE
    least = decoding + MIN_CHUNK
    return min(max(in_time - in_time % _ALIGNED, least + -least % _ALIGNED), limits.batch_tokens)


def _in_order(prompts: Items[Sequence], behind: Collection[Sequence], cost: CostModel, now_s: float) -> list[Sequence]:
    """Return in which order prompts are read: before others those who have a first token, and go on from several."""
    ordered = prefill_order(prompts, behind, cost.predict_s(64) / 64, now_s)
    return sorted(ordered, key=lambda sequence: not sequence.is_decoding)


def _match(sequence: Sequence, cache: PrefixCache) -> Match:
    if not may_reuse(sequence):
        return NO_MATCH
    # What may be moved is to be its own (`PrefixCache.lock`); the last token of what is compared never counts.
    keep = sequence.keep
    return cache.match(sequence.wanted if keep is None else sequence.wanted[: keep + 1])


def _admission(
    sequence: Sequence, match: Match, running: Items[Sequence], cache: PrefixCache, limits: Limits
) -> Admission | None:
    needed = cache.cells.pinned_used + len(sequence.tokens) - match.length + _HEADROOM * len(running)
    if running and needed > cache.cells.total:
        return None
    if match.whole:
        return Admission(sequence, match.slot, match, ())
    taken = {item.slot for item in running}
    retained = [entry.slot for entry in cache.retained()]
    unused = next((slot for slot in range(limits.slots) if slot not in taken and slot not in retained), None)
    if unused is not None:
        return Admission(sequence, unused, match, ())
    # Every slot holds something: the coldest gives way, unless it is the one to share from.
    victim = next((slot for slot in retained if slot != match.slot), None)
    return None if victim is None else Admission(sequence, victim, match, (victim,))


def _is_full_of_batch(running: Items[Sequence], limits: Limits) -> bool:
    most = limits.max_running - limits.max_running // _BATCH_FREE
    return sum(sequence.priority > INTERACTIVE for sequence in running) >= most
