"""A network becomes a deeper one that computes the same: blocks that add nothing yet come between its own.

Training then finds a use for them (Chen et al. 2016, "Net2Net", https://arxiv.org/abs/1511.05641).
"""

from __future__ import annotations

from dataclasses import replace

import torch

from starter.model import Llama


def deepen(model: Llama, layers: int) -> Llama:
    """Return a network of `layers` blocks that answers as `model` does; itself if it has as many.

    The new ones are spread over the later half, where what the first ones found out is put together. Their weights are
    drawn from torch's generator.

    Raises:
        ValueError: `model` is deeper than that, or would become more than twice as deep.
    """
    own = len(model.blocks)
    if layers == own:
        return model
    if not own < layers <= 2 * own:
        raise ValueError(f"A network of {own} blocks cannot be given {layers}: as many to twice as many are possible.")
    deeper = Llama(replace(model.shape, layers=layers))
    new = _places(own, layers - own)
    kept = iter(model.blocks)
    fresh = (block for block in Llama(replace(model.shape, layers=layers + 2)).blocks[2:])
    deeper.blocks = torch.nn.ModuleList(next(fresh) if place in new else next(kept) for place in range(layers))
    deeper.embedding, deeper.norm = model.embedding, model.norm
    return deeper


def _places(own: int, more: int) -> set[int]:
    """Return where `more` new blocks stand: one after each of the last own ones, from the end backwards."""
    layers, places = own + more, set[int]()
    place = layers - 2
    while len(places) < more:
        places.add(place)
        place -= 2
    return places
