"""The table of generation parameters agrees with the structs, and checks what it says."""

from __future__ import annotations

import math

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.parameters import BY_NAME, DEFAULTS, PARAMETERS, check, resolve
from minerva.core.sampling import SamplingOptions, SamplingParams, merge

IN_REQUESTS = {"stop", "max_tokens"}
"""Parameters of a request that are not sampling."""


def test_every_field_has_a_row_and_every_row_a_field() -> None:
    assert set(SamplingOptions.__struct_fields__) == set(SamplingParams.__struct_fields__)
    assert set(BY_NAME) == set(SamplingOptions.__struct_fields__) | IN_REQUESTS
    assert len(BY_NAME) == len(PARAMETERS)


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.name)
def test_each_row_is_complete_and_its_default_in_range(row: object) -> None:
    parameter = next(item for item in PARAMETERS if item is row)
    check(parameter.name, parameter.default)
    assert parameter.meaning.endswith(".")
    assert parameter.range_text
    assert parameter.openai


@pytest.mark.parametrize("row", [row for row in PARAMETERS if row.kind in {"int", "float"}], ids=lambda row: row.name)
def test_the_ends_of_a_range_are_in_it_and_what_lies_beyond_is_not(row: object) -> None:
    parameter = next(item for item in PARAMETERS if item is row)
    kind = int if parameter.kind == "int" else float
    for edge, step in ((parameter.minimum, -1), (parameter.maximum, 1)):
        if edge is not None:
            check(parameter.name, kind(edge))
            with pytest.raises(InvalidRequest) as caught:
                check(parameter.name, kind(edge) + step if parameter.kind == "int" else edge + step * 0.5)
            assert caught.value.param == parameter.name
            assert parameter.range_text in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "hot"),
        ("temperature", True),
        ("temperature", math.nan),
        ("temperature", math.inf),
        ("temperature", [1]),
        ("temperature", {}),
        ("top_k", 1.5),
        ("top_k", True),
        ("ignore_eos", 1),
        ("stop", "text"),
        ("stop", [""]),
        ("stop", [1]),
        ("stop", ["x"] * 17),
        ("logit_bias", {"5": 1}),
        ("logit_bias", {5: "x"}),
        ("logit_bias", {5: True}),
        ("logit_bias", {-1: 1}),
        ("logit_bias", {5: 101}),
        ("logit_bias", [5]),
    ],
)
def test_wrong_types_and_values_name_the_field_and_what_it_must_be(name: str, value: object) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check(name, value, f"options.{name}")
    assert caught.value.param == f"options.{name}"
    assert f"`options.{name}`" in caught.value.message
    assert "must be" in caught.value.message


def test_silence_is_always_in_range() -> None:
    for name in BY_NAME:
        check(name, None)


def test_the_first_layer_that_speaks_wins() -> None:
    request, header = SamplingOptions(top_k=3), SamplingOptions(top_k=7, temperature=0.0)
    params = resolve(request, header)
    assert (params.top_k, params.temperature, params.top_p) == (3, 0.0, 0.95)
    assert merge(request, header).seed is None
    assert resolve().logit_bias == {}
    assert resolve().temperature == DEFAULTS.temperature
