"""How a body says how a session asks."""

from __future__ import annotations

import json

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.request import Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings
from minerva.server.native.sessions.convert import draft
from minerva.server.native.sessions.schema import TurnRequest
from minerva.server.native.sessions.settings import SamplingBody, SettingsBody, ThinkingBody, session_settings


def test_bodies_have_the_fields_of_what_they_become() -> None:
    for body, struct in (
        (SettingsBody, SessionSettings),
        (SamplingBody, SamplingOptions),
        (ThinkingBody, Thinking),
    ):
        assert list(body.model_fields) == list(struct.__struct_fields__)


def test_a_body_becomes_settings() -> None:
    body = TurnRequest.decode(
        b'{"content": "Hi", "model": "m", "settings": {"system": "s", "stop": ["x"], "max_tokens": 5,'
        b'"overflow": "shift",'
        b'"thinking": {"enabled": true},'
        b'"sampling": {"logit_bias": {"5": 3}, "dry_sequence_breakers": ["a"], "seed": 1}}}'
    )
    assert draft(body).settings == SessionSettings(
        model="m",
        system="s",
        stop=("x",),
        max_tokens=5,
        overflow="shift",
        thinking=Thinking(enabled=True),
        sampling=SamplingOptions(logit_bias={5: 3.0}, dry_sequence_breakers=("a",), seed=1),
    )


def test_silence_is_no_setting() -> None:
    assert session_settings(None) == session_settings(SettingsBody()) == SessionSettings()


@pytest.mark.parametrize(
    ("settings", "param"),
    [
        ({"stop": [""]}, "settings.stop"),
        ({"max_tokens": -1}, "settings.max_tokens"),
        ({"sampling": {"top_p": 2.0}}, "settings.sampling.top_p"),
        ({"sampling": {"logit_bias": {"1": 1000.0}}}, "settings.sampling.logit_bias"),
        ({"sampling": {"logit_bias": {"x": 1.0}}}, "settings.sampling.logit_bias"),
    ],
)
def test_a_parameter_out_of_range_is_named(settings: dict[str, object], param: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        session_settings(SettingsBody.model_validate_json(json.dumps(settings)))
    assert refused.value.param == param
