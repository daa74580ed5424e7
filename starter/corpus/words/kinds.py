"""The kinds of facts that people tell about themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of fact: how it is told, acknowledged, asked for and given back, and the words for not knowing it."""

    key: str
    tell: tuple[str, ...]
    heard: tuple[str, ...]
    asked: tuple[str, ...]
    answer: str
    about: str
