"""Ranges of what is asked beside the sampling parameters, which have a table of their own (`parameters.py`)."""

from __future__ import annotations

from minerva.core.errors import InvalidRequest

LEAST_CONTEXT, LEAST_KEPT, LEAST_THINKING = 1, -1, 0
"""Of `context_length`, of `keep_tokens`, which counts from the end of the prompt, and of a thinking budget; tokens."""


def check_range(value: int | None, param: str, least: int, most: int | None = None) -> None:
    """Raise `InvalidRequest` if `value`, unless it is `None`, is less than `least` or more than `most`."""
    if value is not None and (value < least or (most is not None and value > most)):
        span = f"{least} or more" if most is None else f"{least} to {most}"
        raise InvalidRequest(f"`{param}` is {value}; it must be {span}.", param)
