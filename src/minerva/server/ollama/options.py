"""The options of a request, or the parameters of a preset, into neutral ones. Pure."""

from __future__ import annotations

from minerva.core import parameters
from minerva.core.sampling import SamplingOptions
from minerva.server.ollama.schema import OllamaOptions

_ANY_SEED = -1
_UNTIL_THE_WINDOW_IS_FULL = (-1, -2)


def sampling_of(options: OllamaOptions, place: str) -> SamplingOptions:
    """Return how to choose tokens. Raises `InvalidRequest` for what is out of range; `place` is the options' field."""
    values = {name: getattr(options, field) for field, name in OllamaOptions.parameters.items()}
    if values["seed"] == _ANY_SEED:
        values["seed"] = None
    for field, name in OllamaOptions.parameters.items():
        parameters.check(name, values[name], f"{place}.{field}")
    return SamplingOptions(**{name: value for name, value in values.items() if name != "stop"})


def resets_of(options: OllamaOptions) -> frozenset[str]:
    """Return what `options` says only for it to be as if nobody had: see `core.request.GenerateRequest.reset`."""
    asked = {
        "max_tokens": options.num_predict in _UNTIL_THE_WINDOW_IS_FULL,
        "seed": options.seed == _ANY_SEED,
        "stop": options.stop == [],
    }
    return frozenset(name for name, is_asked in asked.items() if is_asked)


def max_tokens_of(options: OllamaOptions, place: str) -> int | None:
    """Return how many tokens to generate at most, `None` for as many as fit. Raises as `sampling_of` does."""
    if options.num_predict in _UNTIL_THE_WINDOW_IS_FULL:
        return None
    parameters.check("max_tokens", options.num_predict, f"{place}.num_predict")
    return options.num_predict
