"""Durations in request bodies: a number of seconds, or `"5m"`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from minerva.core.request import FOREVER
from minerva.core.units import DURATION_EXAMPLES, parse_duration


def _seconds(value: object) -> float:
    try:
        if isinstance(value, (str, int, float)):
            return parse_duration(value)
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("duration", "a duration: {examples}", {"examples": DURATION_EXAMPLES})


Duration = Annotated[float, BeforeValidator(_seconds, json_schema_input_type=float | str)]


def keep_alive_s(keep_alive: float | None) -> float | None:
    """Any negative duration means for ever, as in the Ollama API, where the field is from."""
    return FOREVER if keep_alive is not None and keep_alive < 0 else keep_alive
