"""What the doctor reports: one fact each, whether it is well, and what to do if it is not."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["ok", "warning", "problem"]


class Finding(msgspec.Struct, frozen=True):
    """One fact. A `problem` keeps Minerva from working; a `warning` is worth knowing. `advice` says what to do."""

    area: str
    level: Level
    text: str
    advice: str = ""


def ok(area: str, text: str) -> Finding:
    """Report something that is as it should be."""
    return Finding(area, "ok", text)


def warning(area: str, text: str, advice: str) -> Finding:
    """Report something that works less well than it could."""
    return Finding(area, "warning", text, advice)


def problem(area: str, text: str, advice: str) -> Finding:
    """Report something that keeps Minerva from working."""
    return Finding(area, "problem", text, advice)
