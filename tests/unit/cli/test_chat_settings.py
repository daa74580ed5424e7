from __future__ import annotations

import pytest

from minerva.cli.chat_settings import parameters, with_parameter
from minerva.cli.temporary import chat_body
from minerva.core.errors import InvalidRequest
from minerva.core.parameters import PARAMETERS
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("temperature", "0.5", "temperature", 0.5),
        ("top_k", "40", "top_k", 40),
        ("max_tokens", "10", "max_completion_tokens", 10),
        ("ignore_eos", "true", "ignore_eos", True),
        ("stop", "END", "stop", ("END",)),
        ("stop", '["a", "b"]', "stop", ("a", "b")),
        ("logit_bias", '{"5": -100}', "logit_bias", {5: -100}),
        ("overflow", "trim_history", "overflow", "trim_history"),
    ],
)
def test_parameters_are_read_as_their_kind_and_sent_under_their_name(
    name: str, text: str, field: str, value: object
) -> None:
    settings = with_parameter(SessionSettings(), name, text)
    assert chat_body(settings, [], "x")[field] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("temperature", "3"),
        ("temperature", "warm"),
        ("temperature", "NaN"),
        ("temperature", "[1]"),
        ("top_k", "1.5"),
        ("ignore_eos", "1"),
        ("logit_bias", "7"),
        ("logit_bias", '{"5": "x"}'),
        ("stop", "[1]"),
        ("warmth", "1"),
        ("overflow", "squeeze"),
    ],
)
def test_what_is_wrong_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match=name):
        with_parameter(SessionSettings(), name, text)


@pytest.mark.parametrize(
    "settings",
    [
        SessionSettings(sampling=SamplingOptions(seed=1)),
        SessionSettings(stop=("END",)),
        SessionSettings(max_tokens=9),
        SessionSettings(overflow="shift"),
    ],
)
def test_a_parameter_is_taken_back(settings: SessionSettings) -> None:
    for name in ("seed", "stop", "max_tokens", "overflow"):
        settings = with_parameter(settings, name, "default")
    assert settings == SessionSettings()


def test_every_parameter_has_a_place_and_is_shown_when_it_is_set() -> None:
    assert parameters(SessionSettings()) == {}
    for row in PARAMETERS:
        text = {"strings": "x", "bool": "true", "bias": '{"1": 1}'}.get(row.kind, str(row.minimum))
        assert list(parameters(with_parameter(SessionSettings(), row.name, text))) == [row.name]


def test_what_no_parameter_is_about_stays() -> None:
    settings = SessionSettings(model="m", system="s", context_length=100, logprobs=2)
    assert with_parameter(with_parameter(settings, "seed", "1"), "seed", "default") == settings
