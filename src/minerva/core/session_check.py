"""What the settings of a session may be, whoever brings them: a request, or a file that is imported."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from minerva.core import parameters
from minerva.core.errors import InvalidRequest
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings

MOST_ALTERNATIVES = 20
"""Of each token, those of OpenAI's API."""
LEAST_CONTEXT, LEAST_KEPT, LEAST_THINKING = 1, -1, 0
_SAMPLING, _THINKING = "sampling.", "thinking."
_UNSAID = SessionSettings()


def check_settings(settings: SessionSettings, field: str = "settings") -> None:
    """Raise `InvalidRequest` for the first value that cannot be; `field` is what the settings are called there."""
    for _, fault in _faults(settings, field):
        raise fault


def sound_settings(settings: SessionSettings, field: str = "settings") -> tuple[SessionSettings, list[InvalidRequest]]:
    """Return `settings` without what `check_settings` would refuse, and why each of that is not in them."""
    refused = dict(_faults(settings, field))
    return _without(settings, frozenset(refused)), list(refused.values())


def _faults(settings: SessionSettings, field: str) -> Iterator[tuple[str, InvalidRequest]]:
    """Yield what cannot be: its place in `settings`, and the error that says so."""
    for name, value in (("max_tokens", settings.max_tokens), ("stop", settings.stop)):
        yield from _parameter_fault(name, value, name, field)
    for name in SamplingOptions.__struct_fields__:
        yield from _parameter_fault(name, getattr(settings.sampling, name), _SAMPLING + name, field)
    yield from _range_fault(settings.context_length, "context_length", field, LEAST_CONTEXT)
    yield from _range_fault(settings.keep_tokens, "keep_tokens", field, LEAST_KEPT)
    yield from _range_fault(settings.thinking.budget_tokens, f"{_THINKING}budget_tokens", field, LEAST_THINKING)
    yield from _range_fault(settings.logprobs, "logprobs", field, 0, MOST_ALTERNATIVES)


def _parameter_fault(name: str, value: object, place: str, field: str) -> Iterator[tuple[str, InvalidRequest]]:
    try:
        parameters.check(name, value, f"{field}.{place}")
    except InvalidRequest as error:
        yield place, error


def _range_fault(
    value: int | None, place: str, field: str, least: int, most: int | None = None
) -> Iterator[tuple[str, InvalidRequest]]:
    if value is not None and (value < least or (most is not None and value > most)):
        span = f"{least} or more" if most is None else f"{least} to {most}"
        yield place, InvalidRequest(f"`{field}.{place}` is {value}; it must be {span}.", f"{field}.{place}")


def _without(settings: SessionSettings, places: frozenset[str]) -> SessionSettings:
    """Return `settings` with what is at `places` left unsaid."""
    if not places:
        return settings
    own = {place: getattr(_UNSAID, place) for place in places if "." not in place}
    sampling = {one.removeprefix(_SAMPLING): None for one in places if one.startswith(_SAMPLING)}
    thinking = {one.removeprefix(_THINKING): None for one in places if one.startswith(_THINKING)}
    return msgspec.structs.replace(
        settings,
        **own,
        sampling=msgspec.structs.replace(settings.sampling, **sampling),
        thinking=msgspec.structs.replace(settings.thinking, **thinking),
    )
