"""The network: Llama as llama.cpp computes it for architecture `llama`, in plain PyTorch.

What must agree with llama.cpp: RMSNorm before each part and at the end; rotary positions over *neighbouring* pairs of a
head's numbers (2i, 2i+1); attention scaled by one over the root of the head's width; SwiGLU; no biases; the embedding
is also the output matrix. Sources: Touvron et al. 2023 (Llama), Su et al. 2021 (rotary positions), Shazeer 2020
(SwiGLU), and llama.cpp's `src/models/llama.cpp` and `LLAMA_ROPE_TYPE_NORM`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from starter import induction

QUANTUM = 32
"""Numbers in one block of Q8_0; each row of a matrix is a whole number of them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes that define a network; `context` is the window in tokens."""

    vocabulary: int
    width: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 4
    feed_forward: int = 512
    context: int = 2048
    rope_base: float = 500_000.0
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        if self.width % self.heads or self.heads % self.kv_heads or self.head_width % 2:
            raise ValueError(f"{self.heads} heads and {self.kv_heads} key heads do not divide a width of {self.width}.")
        if self.width % QUANTUM or self.feed_forward % QUANTUM:
            raise ValueError(f"Rows of {self.width} and {self.feed_forward} are not both multiples of {QUANTUM}.")

    @property
    def head_width(self) -> int:
        """Numbers per head."""
        return self.width // self.heads


class RMSNorm(nn.Module):
    """Scales each row to a root mean square of one, then by learned weights; computed in 32 bits."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Return `x`, normed, in its own type."""
        return functional.rms_norm(x.float(), (x.shape[-1],), self.weight, self.epsilon).to(x.dtype)


def rotations(shape: Shape) -> Tensor:
    """Return cosines and sines of every position's angles: [2, context, head_width / 2]."""
    powers = torch.arange(0, shape.head_width, 2, dtype=torch.float64) / shape.head_width
    angles = torch.outer(torch.arange(shape.context, dtype=torch.float64), shape.rope_base**-powers)
    return torch.stack([angles.cos(), angles.sin()]).float()


def rotate(x: Tensor, turns: Tensor) -> Tensor:
    """Turn neighbouring pairs of `x` [batch, time, heads, head_width] by `turns` [2, time, head_width / 2]."""
    first, second = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    cosine, sine = turns[0][None, :, None, :], turns[1][None, :, None, :]
    turned = torch.stack([first * cosine - second * sine, first * sine + second * cosine], dim=-1)
    return turned.flatten(-2).to(x.dtype)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Return what each position gathers from itself and those before it; all are [batch, heads, time, head_width].

    On a CPU the fused kernel is the slower one for rows this short: it took 39 % of a training step, and a step
    without it takes a fifth less time.
    """
    if q.device.type != "cpu":
        return functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    # Without autocast the softmax stays in the type of the scores; with it, it would be computed and kept in 32 bits.
    with torch.autocast(q.device.type, enabled=False):
        scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-1, -2))
        later = torch.full(scores.shape[-2:], float("-inf"), dtype=scores.dtype).triu(1)
        return torch.matmul(torch.softmax(scores + later, dim=-1), v)


class Attention(nn.Module):
    """Causal self-attention; several query heads may share a key head."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        kv_width = shape.head_width * shape.kv_heads
        self.q = nn.Linear(shape.width, shape.width, bias=False)
        self.k = nn.Linear(shape.width, kv_width, bias=False)
        self.v = nn.Linear(shape.width, kv_width, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, turns: Tensor) -> Tensor:
        """Return what the heads gather for each position of `x` [batch, time, width]."""
        batch, time, _ = x.shape
        size = (batch, time, -1, self.shape.head_width)
        q = rotate(self.q(x).view(size), turns).transpose(1, 2)
        k = rotate(self.k(x).view(size), turns).transpose(1, 2)
        v = self.v(x).view(size).transpose(1, 2)
        shared = self.shape.heads // self.shape.kv_heads
        k, v = k.repeat_interleave(shared, dim=1), v.repeat_interleave(shared, dim=1)
        gathered = attend(q, k, v)
        changed: Tensor = self.output(gathered.transpose(1, 2).flatten(-2))
        return changed


class FeedForward(nn.Module):
    """SwiGLU: one projection gates the other."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.up = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the change to each position of `x`."""
        changed: Tensor = self.down(functional.silu(self.gate(x)) * self.up(x))
        return changed


class Block(nn.Module):
    """Attention, then feed-forward, each added to the stream."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention_norm = RMSNorm(shape.width, shape.epsilon)
        self.attention = Attention(shape)
        self.feed_forward_norm = RMSNorm(shape.width, shape.epsilon)
        self.feed_forward = FeedForward(shape)

    def forward(self, x: Tensor, turns: Tensor) -> Tensor:
        """Return the stream after this block."""
        gathered: Tensor = x + self.attention(self.attention_norm(x), turns)
        worked: Tensor = gathered + self.feed_forward(self.feed_forward_norm(gathered))
        return worked


class Llama(nn.Module):
    """The whole network."""

    turns: Tensor

    def __init__(self, shape: Shape) -> None:
        """Weights are drawn from torch's generator; but for `induction` heads, blocks begin by adding nothing."""
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.width, shape.epsilon)
        self.register_buffer("turns", rotations(shape), persistent=False)
        for name, weights in self.named_parameters():
            if name.endswith(("output.weight", "down.weight")):
                nn.init.zeros_(weights)
            elif weights.ndim == 2:
                nn.init.normal_(weights, std=0.02 if name.startswith("embedding") else weights.shape[1] ** -0.5)
        if induction.is_wide_enough(shape):
            induction.begin(self)

    def hidden(self, tokens: Tensor) -> Tensor:
        """Return the normed stream [batch, time, width] of `tokens` [batch, time], each row from position 0."""
        turns = self.turns[:, : tokens.shape[1]]
        x = self.embedding(tokens)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        for block in self.blocks:
            x = block(x, turns)
        normed: Tensor = self.norm(x)
        return normed

    def forward(self, tokens: Tensor) -> Tensor:
        """Return logits [batch, time, vocabulary] in 32 bits."""
        return functional.linear(self.hidden(tokens), self.embedding.weight).float()

    def losses(self, tokens: Tensor, targets: Tensor) -> Tensor:
        """Return the cross entropy in nats of each target that is not negative, in the order of `targets` flattened."""
        wanted = targets >= 0
        logits = functional.linear(self.hidden(tokens)[wanted], self.embedding.weight).float()
        return functional.cross_entropy(logits, targets[wanted], reduction="none")


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers are learned."""
    return sum(weights.numel() for weights in model.parameters())
