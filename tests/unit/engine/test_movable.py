"""`llama.movable`: which headers say that a model's keys can be moved."""

from __future__ import annotations

import pytest

from minerva.core.model import KvType
from minerva.engine.llama import movable

Header = dict[str, str]


def can_move(header: Header, key_type: KvType = "f16") -> bool:
    encoded = {key.encode(): value.encode() for key, value in header.items()}
    return movable.can_move(encoded.get, key_type)


@pytest.mark.parametrize(
    "header",
    [
        {"general.architecture": "llama"},
        {"general.architecture": "llama", "llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": "4"},
        {"general.architecture": "llama", "llama.rope.scaling.attn_factor": "1.000000"},
        {"general.architecture": "gemma3", "gemma3.attention.sliding_window": "1024"},
        {"general.architecture": "exaone4"},
    ],
)
def test_most_models_can(header: Header) -> None:
    assert can_move(header)
    assert can_move(header, "f32")
    assert not can_move(header, "bf16")
    assert not can_move(header, "q8_0")


@pytest.mark.parametrize(
    "header",
    [
        {"general.architecture": "smollm3"},
        {"general.architecture": "gpt2"},
        {"general.architecture": "deepseek32"},
        {"general.architecture": "exaone4", "exaone4.attention.sliding_window": "4096"},
        {"general.architecture": "gpt-oss", "gpt-oss.rope.scaling.type": "yarn"},
        {"general.architecture": "phi3", "phi3.rope.scaling.attn_factor": "1.190238"},
        {"general.architecture": "qwen2", "qwen2.rope.scaling.yarn_attn_factor": "0.8"},
    ],
)
def test_those_whose_keys_would_be_spoilt_cannot(header: Header) -> None:
    assert not can_move(header)
