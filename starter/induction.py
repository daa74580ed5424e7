"""Induction heads from the first step: a network begins able to go on as a text went on before.

Copying a word never seen before takes two heads (Olsson et al. 2022, "In-context Learning and Induction Heads"): one
that tells each position what stands a place before it, and one in a later block that looks for the position whose
predecessors are the current tokens and repeats what stands there. Training finds them by itself, but late, so weights
begin near them (as in Trockman & Kolter 2023, "Mimetic Initialization of Self-Attention Layers"). Everything here is
only a beginning, which training changes as it needs.

The stream of a fresh network is divided: number 0 is a constant, which aimed heads read; then come the tokens; the
last three parts are empty, and the heads of the first block write there what stands one, two and three places back.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from starter.model import Attention, Llama, Shape

BACK = (1, 2, 3)
"""How many places back the heads of the first block look."""

_CONSTANT = 0.16
_SHARPNESS = 8.0
_AIMED_PAIRS = 12
_COMPARED = ((1 / 2, 1 / 2), (3 / 8, 5 / 16, 5 / 16), (1.0,))
"""For each head of the second block, how its numbers are shared between the current token and those before it."""
_COMPARED_GAIN, _REPEATED_GAIN = 2.2, 2.0


def is_wide_enough(shape: Shape) -> bool:
    """Whether a network has room for these heads; a smaller one begins with random weights alone."""
    heads = len(BACK)
    return shape.layers > 1 and shape.kv_heads == shape.heads > heads and shape.width >= 2 * heads * _part(shape)


def begin(model: Llama) -> None:
    """Turn weights that were drawn at random into those described above."""
    shape = model.shape
    tokens = slice(1, shape.width - len(BACK) * _part(shape))
    with torch.no_grad():
        embedding = model.embedding.weight
        embedding[:, tokens.stop :] = 0
        scale = math.sqrt((_CONSTANT**2 + (tokens.stop - 1) * embedding[:, 1].var().item()) / shape.width)
        embedding[:, 0] = _CONSTANT
        directions = torch.linalg.qr(torch.randn(tokens.stop - 1, shape.head_width))[0].T
        first, second = (block.attention for block in list(model.blocks)[:2])
        for head, places in enumerate(BACK):
            _look_back(first, head, places, scale)
            _tell(first, head, directions, tokens, scale)
        for head, shares in enumerate(_COMPARED):
            _compare(second, head, shares, directions, tokens)
            _repeat(second, head, directions, tokens, scale)


def _part(shape: Shape) -> int:
    return shape.head_width // 2


def _rows(shape: Shape, head: int) -> slice:
    return slice(head * shape.head_width, (head + 1) * shape.head_width)


def _look_back(attention: Attention, head: int, places: int, scale: float) -> None:
    """Aim a head `places` back: keys are the constant, queries the constant turned by as many positions."""
    shape, q, k = attention.shape, attention.q.weight, attention.k.weight
    q[_rows(shape, head)] /= 4
    size = _SHARPNESS * scale / _CONSTANT
    for pair in range(min(_AIMED_PAIRS, shape.head_width // 2)):
        angle = places * shape.rope_base ** (-2 * pair / shape.head_width)
        row = head * shape.head_width + 2 * pair
        q[row : row + 2] = 0
        k[row : row + 2] = 0
        q[row, 0], q[row + 1, 0] = size * math.cos(angle), -size * math.sin(angle)
        k[row, 0] = size


def _tell(attention: Attention, head: int, directions: Tensor, tokens: slice, scale: float) -> None:
    """Write what a head of the first block sees, in short, to its part of the stream."""
    shape, part = attention.shape, _part(attention.shape)
    start, target = head * shape.head_width, tokens.stop + head * part
    attention.v.weight[start : start + part] = 0
    attention.v.weight[start : start + part, tokens] = directions[:part]
    attention.output.weight[target : target + part, start : start + part] = torch.eye(part) * scale


def _compare(attention: Attention, head: int, shares: tuple[float, ...], directions: Tensor, tokens: slice) -> None:
    """Compare the current tokens with what stands before each position, in the pairs that turn too slowly to matter."""
    shape, part = attention.shape, _part(attention.shape)
    q, k, rows = attention.q.weight, attention.k.weight, _rows(attention.shape, head)
    q[rows] = 0
    k[rows] = 0
    slow = shape.head_width * 7 // 16
    row = rows.stop - slow
    for places, share in enumerate(shares):
        for number in range(int(slow * share)):
            if places:
                q[row, tokens.stop + (places - 1) * part + number] = _COMPARED_GAIN
            else:
                q[row, tokens] = _COMPARED_GAIN * directions[number]
            k[row, tokens.stop + places * part + number] = _COMPARED_GAIN
            row += 1


def _repeat(attention: Attention, head: int, directions: Tensor, tokens: slice, scale: float) -> None:
    """Make the token that a head of the second block sees likelier to come next."""
    rows = _rows(attention.shape, head)
    attention.v.weight[rows] = 0
    attention.v.weight[rows, tokens] = directions
    attention.output.weight[tokens, rows] = directions.T * scale * _REPEATED_GAIN
