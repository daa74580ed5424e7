"""`core.control`: the control tokens that a text spells are found, the longest first, however many there are."""

from __future__ import annotations

import time

import pytest

from minerva.core.control import control_pattern


@pytest.mark.parametrize(
    ("tokens", "text", "expected"),
    [
        ((), "<s>", []),
        (("", "<s>"), "a<s>b<s>", ["<s>", "<s>"]),
        (("<s>", "<s>x", "<"), "<s>x <s> <", ["<s>x", "<s>", "<"]),
        (("<|a|>", "<|a|>b", "<|ab|>"), "<|ab|><|a|>b<|a|>", ["<|ab|>", "<|a|>b", "<|a|>"]),
        (("[INST]", "a.b"), "aXb [INST] a.b", ["[INST]", "a.b"]),
    ],
)
def test_finds_the_longest(tokens: tuple[str, ...], text: str, expected: list[str]) -> None:
    assert [found[0] for found in control_pattern(tokens).finditer(text)] == expected


def test_many_tokens_do_not_make_a_hostile_text_slow() -> None:
    tokens = (*(f"<SPECIAL_{number}>" for number in range(1000)), "<s>", "</s>", "[INST]")
    began_s = time.process_time()
    assert control_pattern(tokens).search("<" * 2_000_000 + "<SPECIAL" * 50_000) is None
    assert time.process_time() - began_s < 5
