"""What is sent in a run, in which order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from tests.fuzz.attack import Attack, attacks
from tests.fuzz.contract import contract_attacks
from tests.fuzz.document import Document

_CONTRACT_SHARE = 5
"""One body in so many is made by schemathesis."""


def mix(document: Document, count: int, seed: int) -> list[Attack]:
    """Return attacks, `count` of them with a body: the same ones, in the same order, for the same arguments."""
    contract = list(contract_attacks(document, count // _CONTRACT_SHARE, seed))
    own = with_bodies(attacks(document, seed), count - bodies(contract))
    mixed = [*contract, *own]
    random.Random(seed).shuffle(mixed)  # noqa: S311 - to be repeatable, not to be secret
    return mixed


def bodies(sent: Iterable[Attack]) -> int:
    """Return how many of them have a body."""
    return sum(bool(attack.content) for attack in sent)


def with_bodies(endless: Iterator[Attack], count: int) -> Iterator[Attack]:
    """Yield the first of `endless` until `count` of them have a body."""
    while count > 0:
        attack = next(endless)
        yield attack
        count -= bool(attack.content)
