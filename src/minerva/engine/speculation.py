"""How many tokens a step computes ahead, in the hope that they come as foretold. Pure.

A batch of several tokens takes less time than as many batches of one. Where it is foretold what a sequence will say,
that is computed behind its pending token, all with logits. Tokens are then chosen one by one as they would be anyhow,
and as long as what is chosen is what was foretold, the next logits are there already.
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from dataclasses import replace

from minerva.engine.cost import CostModel
from minerva.engine.drafter import Drafter
from minerva.engine.lookup import LookupDrafter
from minerva.engine.scheduler import Chunk, Limits

LENGTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""Lengths of a draft that are tried; a measured step tells no finer differences."""

_SLOWER = 1.25
"""A step that others share may take so much longer, as a factor: a draft saves them nothing."""

_EXTRA = 0.7
"""What another token in a batch costs at most, as a share of one alone (two cores, 0.5 B: 0.57). Where the table of
step times says more, it is what a slow moment left there, and without a draft nothing would be measured to mend it."""

_WORTH = 1.1
"""A draft has to promise this much, as a factor. llama.cpp builds its graph anew where a batch has another size than
the last: that costs the steps with a draft and those after them, and no figure for a size shows it."""

_CERTAIN = 0.98
"""Most that a token is trusted to come as foretold."""


def plan_drafts(chunks: Items[Chunk], cost: CostModel, limits: Limits, free: int) -> list[Chunk]:
    """Return the chunks of a step, with drafts where they are worth their time. Order and counts stay.

    A draft takes room that nobody else wants: of the batch, of the rows of logits, of the `free` cells that the plan
    leaves. In a step for several sequences it also takes no more time than `_SLOWER` and the step's target allow.
    """
    planned = list(chunks)
    drafting = [place for place, chunk in enumerate(planned) if _may_draft(chunk)]
    if not drafting:
        return planned
    answering = sum(_reaches_end(chunk) for chunk in planned)
    left = _room(planned, cost, limits, free)
    for number, place in enumerate(drafting):
        chunk, drafter = planned[place], planned[place].sequence.drafter
        share = min(left // (len(drafting) - number), chunk.sequence.room_ahead)
        if drafter is None or share <= 0:
            continue
        planned[place] = replace(chunk, draft=_draft(drafter, share, answering, cost))
        left -= len(planned[place].draft)
    return planned


def _may_draft(chunk: Chunk) -> bool:
    drafter = chunk.sequence.drafter
    return drafter is not None and drafter.knows_next and _reaches_end(chunk)


def _reaches_end(chunk: Chunk) -> bool:
    """Whether another token of its answer is chosen after it."""
    return chunk.sequence.passage is None and chunk.count == chunk.sequence.pending


def _room(chunks: Items[Chunk], cost: CostModel, limits: Limits, free: int) -> int:
    """Return how many tokens drafts may have in all; it may be less than 0."""
    tokens = sum(chunk.count for chunk in chunks)
    rows = sum(chunk.count if chunk.sequence.wants_prompt_logprobs else 1 for chunk in chunks)
    room = min(limits.batch_tokens - tokens, limits.output_rows - rows, free - tokens)
    if len(chunks) == 1 or room <= 0:
        return room
    allowed_s = min(limits.step_target_s, _SLOWER * cost.predict_s(tokens))
    return cost.tokens_within(allowed_s, tokens + room) - tokens


def _draft(drafter: Drafter | LookupDrafter, most: int, answering: int, cost: CostModel) -> tuple[int, ...]:
    """Return the draft with which `answering` sequences are expected to get on fastest, be it an empty one."""
    foretold = drafter.propose(min(most, LENGTHS[-1]))
    chance = min(drafter.acceptance, _CERTAIN)
    alone_s = cost.predict_s(answering)

    def tokens_per_s(length: int) -> float:
        # Of a draft, those tokens are accepted that come before the first wrong one.
        accepted = chance * (1.0 - chance**length) / (1.0 - chance)
        most_s = alone_s * (1.0 + _EXTRA * length / answering)
        worth = 1.0 if length else _WORTH
        return worth * (answering + accepted) / min(cost.predict_s(answering + length), most_s)

    lengths = [0, *(length for length in LENGTHS if length <= len(foretold))]
    return foretold[: max(lengths, key=tokens_per_s)]
