"""Durations and sizes as people write them: `5m`, `1h30m`, `-1` for ever; `512MiB`, `4GB`.

A bare number is seconds, or bytes. `k`, `M`, `G`, `T` alone mean powers of 1024, as memory is counted;
`kB`, `MB`, `GB`, `TB` mean powers of 1000, as files are often sold; `KiB`, `MiB`, `GiB`, `TiB` leave no doubt.
"""

from __future__ import annotations

import math
import re

from minerva.core.request import FOREVER

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_DURATION = re.compile(rf"(?:{_DURATION_PART.pattern})+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_BINARY_NAMES = ("B", "KiB", "MiB", "GiB", "TiB")

DURATION_EXAMPLES = '"30s", "5m", "1h30m", or a number of seconds'
SIZE_EXAMPLES = '"512MiB", "4GiB", or a number of bytes'


def parse_duration(value: str | float) -> float:
    """Return seconds; -1 means for ever and is the only negative one. Raises `ValueError` for what is no duration."""
    if isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, str):
        text = value.strip().lower()
        if _NUMBER.fullmatch(text):
            return _sound(float(text))
        if not _DURATION.fullmatch(text):
            raise ValueError(value)
        return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION_PART.findall(text))
    return _sound(float(value))


def format_duration(seconds: float) -> str:
    """Return `seconds` as `parse_duration` reads it, in its largest units: `1h30m`, `0.15s`; negative: `-1`."""
    if seconds < 0:
        return "-1"
    parts: list[str] = []
    rest = seconds
    for unit in ("d", "h", "m"):
        count, rest = divmod(rest, _SECONDS[unit])
        if count:
            parts.append(f"{int(count)}{unit}")
    if rest or not parts:
        parts.append(f"{_plain(rest)}s")
    return "".join(parts)


def parse_size(value: str | int) -> int:
    """Return bytes. Raises `ValueError` for what is no size; a fraction of a byte is dropped."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(value)
    if isinstance(value, int):
        return value
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise ValueError(value)
    number, prefix, suffix = match.groups()
    base = 1000 if prefix and (suffix or "").lower() == "b" else 1024
    return int(float(number) * base ** _POWERS[prefix.lower()]) if prefix or "." in number else int(number)


def format_size(size_bytes: int) -> str:
    """Return a size for people to read, in binary units: `512 MiB`, `1.5 GiB`."""
    size = float(size_bytes)
    for name in _BINARY_NAMES:
        if abs(size) < 1024 or name == _BINARY_NAMES[-1]:
            return f"{size:.0f} {name}" if name == "B" or size >= 100 else f"{size:.1f}".removesuffix(".0") + f" {name}"
        size /= 1024
    raise AssertionError("unreachable: the last unit always returns")


def _sound(seconds: float) -> float:
    if not math.isfinite(seconds) or (seconds < 0 and seconds != FOREVER):
        raise ValueError(seconds)
    return seconds


def _plain(number: float) -> str:
    """Without an exponent, which `parse_duration` does not read before a unit."""
    return f"{number:.9f}".rstrip("0").rstrip(".") or "0"
