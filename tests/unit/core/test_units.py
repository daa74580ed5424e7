from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.units import format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m", 300),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1d", 86400),
        ("250ms", 0.25),
        ("1.5s", 1.5),
        (" 10S ", 10),
        ("-1", -1),
        ("90", 90),
        (7, 7),
        (0.5, 0.5),
    ],
)
def test_durations_people_write(text: str | float, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "five", "5 m", "-5m", "5x", "m", "nan", "inf", "1e999", float("nan"), True])
def test_what_is_no_duration_is_refused(text: str | float) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**12).map(lambda thousandths: thousandths / 1000))
def test_a_written_duration_reads_back(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1024", 1024),
        ("1b", 1),
        ("1k", 1024),
        ("1kB", 1000),
        ("1KiB", 1024),
        ("1.5 GiB", 3 * 2**29),
        ("4GB", 4 * 10**9),
        ("4g", 4 * 2**30),
        ("2TiB", 2**41),
        (123, 123),
    ],
)
def test_sizes_people_write(text: str | int, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "big", "-1", "1XB", "1 2", "GiB", "1e3", True, 1.5])
def test_what_is_no_size_is_refused(text: str | int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        parse_size(text)


@given(st.integers(min_value=0, max_value=2**53), st.sampled_from(["", "B", "k", "KiB", "M", "MiB", "G", "GiB"]))
def test_binary_sizes_are_exact(number: int, unit: str) -> None:
    power = {"": 0, "B": 0, "k": 1, "K": 1, "M": 2, "G": 3}[unit[:1]]
    assert parse_size(f"{number}{unit}") == pytest.approx(number * 1024**power, rel=1e-15)


@given(st.integers(min_value=0, max_value=2**44))
def test_a_shown_size_is_within_five_percent(size: int) -> None:
    assert parse_size(format_size(size)) == pytest.approx(size, rel=0.05)
