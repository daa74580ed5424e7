"""Where in a prompt a checkpoint is worth its while, for memory that cannot be cut (recurrent and hybrid models). Pure.

Such memory is what all tokens before made of it, and goes on from there or from nowhere. So what the next request has
in common with this one can be used only up to a place where a copy was made, and conversations part at the borders of
messages: at the last one when an answer is given anew, at the one before when the question is edited.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Items

_APART = 16
"""Two checkpoints that are nearer than this many tokens are worth no more than one."""


def borders(tokens: Items[int], control_ids: Collection[int]) -> tuple[int, ...]:
    """Return the places, ascending and at most two, before which all of `tokens` is worth a copy.

    Messages begin and end with control tokens. The last one of a prompt stands where the answer begins; the last one
    that is further away, before the question.
    """
    places = [place for place, token in enumerate(tokens) if place and token in control_ids]
    if not places:
        return ()
    earlier = [place for place in places if place <= places[-1] - _APART]
    return (earlier[-1], places[-1]) if earlier else (places[-1],)
