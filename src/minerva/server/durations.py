"""Durations in request bodies: a number of seconds, `"5m"`, or -1 for ever (`core.request.FOREVER`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from minerva.core.units import DURATION_EXAMPLES, parse_duration


def _seconds(value: object) -> float:
    try:
        if isinstance(value, (str, int, float)):
            return parse_duration(value)
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("duration", "a duration: {examples}", {"examples": DURATION_EXAMPLES})


Duration = Annotated[float, BeforeValidator(_seconds, json_schema_input_type=float | str)]
