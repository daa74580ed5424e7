"""How well the network foresees held-out answers, by ability: cheap enough to be done while training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from starter.batches import Batch, collate, cut
from starter.corpus import cases
from starter.corpus.example import ABILITIES, Ability
from starter.exchange import Exchange
from starter.model import Llama
from starter.precision import autocast
from starter.render import Encoded, Renderer, encode

CASES = 24
"""Held-out conversations for each ability."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The validation cases of some abilities, as batches in which only the last answer counts."""

    batches: dict[Ability, list[Batch]]


def held_out(renderer: Renderer, tokenizer: Tokenizer, seed: int, exchange: Exchange, context: int) -> HeldOut:
    """Return this process's share of the validation cases."""
    batches = {}
    for ability in ABILITIES[exchange.rank :: exchange.processes]:
        examples = cases(ability, "validation", CASES, seed)
        rows = [_last_answer(encode(tokenizer, renderer.render(example))) for example in examples]
        rows = sorted((row for row in rows if len(row.tokens) <= context), key=lambda row: len(row.tokens))
        batches[ability] = [collate(part) for part in cut(rows, 4096)]
    return HeldOut(batches)


def _last_answer(row: Encoded) -> Encoded:
    end = max(index for index, learned in enumerate(row.trained) if learned)
    start = end
    while start and row.trained[start - 1]:
        start -= 1
    return Encoded(row.tokens, [start <= index <= end for index in range(len(row.tokens))])


def validate(
    model: Llama, data: HeldOut, exchange: Exchange, device: torch.device, precision: torch.dtype
) -> dict[str, float]:
    """Return by ability `<name>.loss`, nats per token, and `<name>.whole`, the share of answers foreseen whole."""
    sums = torch.zeros(len(ABILITIES), 4)
    with torch.no_grad(), autocast(device, precision):
        for ability, batches in data.batches.items():
            for batch in batches:
                sums[ABILITIES.index(ability)] += _score(model, batch, device)
    total = exchange.sum(sums.flatten()).view_as(sums)
    return dict(_figures(total))


def _score(model: Llama, batch: Batch, device: torch.device) -> Tensor:
    """Return loss in nats, tokens, answers foreseen whole, answers."""
    targets = batch.targets.to(device)
    wanted = targets >= 0
    hidden = model.hidden(batch.tokens.to(device))
    logits = functional.linear(hidden[wanted], model.embedding.weight).float()
    loss = functional.cross_entropy(logits, targets[wanted], reduction="sum")
    wrong = torch.zeros_like(targets, dtype=torch.bool)
    wrong[wanted] = logits.argmax(dim=-1) != targets[wanted]
    rows = wanted.any(dim=1)
    whole = rows & ~wrong.any(dim=1)
    return torch.stack([loss, wanted.sum(), whole.sum(), rows.sum()]).float().cpu()


def _figures(total: Tensor) -> Iterator[tuple[str, float]]:
    for ability, (loss, tokens, whole, answers) in zip(ABILITIES, total.tolist(), strict=True):
        if answers:
            yield f"{ability}.loss", loss / tokens
            yield f"{ability}.whole", whole / answers
