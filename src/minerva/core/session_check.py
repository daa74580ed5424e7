"""What the settings of a session may be, whoever brings them: a request, or a file that is imported."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from minerva.core import parameters
from minerva.core.errors import InvalidRequest
from minerva.core.ranges import LEAST_CONTEXT, LEAST_KEPT, LEAST_THINKING, check_range
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings

MOST_ALTERNATIVES = 20
"""Of each token, those of OpenAI's API."""
_SAMPLING, _THINKING = "sampling.", "thinking."
_UNSAID = SessionSettings()


def check_settings(settings: SessionSettings) -> None:
    """Raise `InvalidRequest` for the first value that cannot be."""
    for _, fault in _faults(settings):
        raise fault


def sound_settings(settings: SessionSettings) -> tuple[SessionSettings, list[InvalidRequest]]:
    """Return `settings` without what `check_settings` would refuse, and why each of that is not in them."""
    refused = dict(_faults(settings))
    return _without(settings, frozenset(refused)), list(refused.values())


def _faults(settings: SessionSettings) -> Iterator[tuple[str, InvalidRequest]]:
    """Yield what cannot be: its place in `settings`, and the error that says so."""
    budget = settings.thinking.budget_tokens
    for place, check in (
        ("max_tokens", partial(parameters.check, "max_tokens", settings.max_tokens)),
        ("stop", partial(parameters.check, "stop", settings.stop)),
        *(
            (_SAMPLING + name, partial(parameters.check, name, getattr(settings.sampling, name)))
            for name in SamplingOptions.__struct_fields__
        ),
        ("context_length", partial(check_range, settings.context_length, least=LEAST_CONTEXT)),
        ("keep_tokens", partial(check_range, settings.keep_tokens, least=LEAST_KEPT)),
        (f"{_THINKING}budget_tokens", partial(check_range, budget, least=LEAST_THINKING)),
        ("logprobs", partial(check_range, settings.logprobs, least=0, most=MOST_ALTERNATIVES)),
    ):
        try:
            check(param=f"settings.{place}")
        except InvalidRequest as error:
            yield place, error


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
