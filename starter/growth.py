"""A network becomes a deeper one that computes the same: blocks that add nothing yet come between its own.

Training then finds a use for them (Chen et al. 2016, "Net2Net", https://arxiv.org/abs/1511.05641).
"""

from __future__ import annotations

from dataclasses import replace

from torch import nn

from starter.model import Llama

_AIMED = 2
"""Blocks of a fresh network that may begin as induction heads, and then add something."""


def deepen(model: Llama, layers: int) -> Llama:
    """Return a network of `layers` blocks that answers as `model` does and shares its weights.

    It is `model` itself if that has as many. Each new block stands before one of the last own ones: there, what the
    first ones found out is put together. Their weights are drawn from torch's generator.

    Raises:
        ValueError: `model` is deeper than that, or would become more than twice as deep.
    """
    own = len(model.blocks)
    more = layers - own
    if not more:
        return model
    if not 0 < more <= own:
        raise ValueError(f"A network of {own} blocks cannot be given {layers}: as many to twice as many are possible.")
    fresh = iter(Llama(replace(model.shape, layers=more + _AIMED)).blocks[_AIMED:])
    kept = iter(model.blocks)
    new = range(own - more, own + more, 2)
    deeper = Llama(replace(model.shape, layers=layers))
    deeper.blocks = nn.ModuleList(next(fresh) if place in new else next(kept) for place in range(layers))
    deeper.embedding, deeper.norm = model.embedding, model.norm
    return deeper
