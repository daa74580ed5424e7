"""Finds the tool-call format of a model from the text of its chat template."""

from __future__ import annotations

import functools

from minerva.chat.formats import (
    apertus,
    apriel,
    command,
    deepseek,
    dsml,
    functionary,
    gemma,
    gigachat,
    glm,
    granite,
    harmony,
    hermes,
    kimi,
    kimi_k3,
    lfm,
    llama,
    minicpm,
    minimax,
    minimax_m3,
    mistral,
    muse,
    nemotron,
    phi,
    qwen_coder,
    solar,
)
from minerva.chat.formats.format import Format
from minerva.chat.formats.generic import GENERIC

_FAMILIES = (
    harmony,
    muse,
    solar,
    kimi_k3,
    kimi,
    dsml,
    deepseek,
    gemma,
    lfm,
    apertus,
    gigachat,
    apriel,
    minimax,
    minimax_m3,
    glm,
    qwen_coder,
    minicpm,
    functionary,
    mistral,
    command,
    nemotron,
    granite,
    phi,
    llama,
    hermes,
)
"""The surest signs first: marks that no other family has, before tags and words that several use."""


@functools.lru_cache(maxsize=64)
def find(template: str) -> Format:
    """Return the format that `template` teaches, or writes calls of earlier turns in; else the generic one."""
    return next((found for family in _FAMILIES if (found := family.find(template)) is not None), GENERIC)
