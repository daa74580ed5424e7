"""What the settings of a session may be."""

from __future__ import annotations

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.request import Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings
from minerva.core.session_check import check_settings, sound_settings

SOUND = SessionSettings(
    model="m",
    system="s",
    sampling=SamplingOptions(temperature=0.5, logit_bias={5: 3.0}, dry_sequence_breakers=("a",)),
    max_tokens=5,
    stop=("x",),
    context_length=1,
    overflow="shift",
    keep_tokens=-1,
    thinking=Thinking(enabled=True, budget_tokens=0),
    logprobs=20,
)
UNSOUND = SessionSettings(
    model="m",
    system="s",
    sampling=SamplingOptions(temperature=5.0, top_k=3, logit_bias={5: 300.0}),
    max_tokens=-1,
    stop=("",),
    context_length=0,
    overflow="shift",
    keep_tokens=-2,
    thinking=Thinking(enabled=True, budget_tokens=-1),
    logprobs=21,
)


def test_what_can_be_is_left_as_it_is() -> None:
    check_settings(SOUND)
    assert sound_settings(SOUND) == (SOUND, [])
    assert sound_settings(SessionSettings()) == (SessionSettings(), [])


def test_what_cannot_be_is_left_out_and_named() -> None:
    settings, faults = sound_settings(UNSOUND)
    assert settings == SessionSettings(
        model="m",
        system="s",
        sampling=SamplingOptions(top_k=3),
        overflow="shift",
        thinking=Thinking(enabled=True),
    )
    assert [fault.param for fault in faults] == [
        f"settings.{place}"
        for place in (
            "max_tokens",
            "stop",
            "sampling.temperature",
            "sampling.logit_bias",
            "context_length",
            "keep_tokens",
            "thinking.budget_tokens",
            "logprobs",
        )
    ]
    assert faults[2].message == "`settings.sampling.temperature` is 5.0; it must be 0 to 2."
    check_settings(settings)


def test_the_first_fault_is_raised() -> None:
    with pytest.raises(InvalidRequest, match=r"`settings.max_tokens` is -1; it must be 0 to 2,147,483,647\."):
        check_settings(UNSOUND)
