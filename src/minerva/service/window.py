"""What of a model's window a request asks for. Pure."""

from __future__ import annotations

from minerva.core.errors import ContextLimitExceeded, InvalidRequest
from minerva.core.model import LoadedModel, ModelFile


def check_window(asked: int | None, model: LoadedModel) -> None:
    """Raise `ContextLimitExceeded` if the `asked` context length, tokens, is more than `model` has."""
    if asked is not None and asked > model.context_length:
        raise ContextLimitExceeded(
            f"The request asks for a context of {asked} tokens, but the context window of {model.name} is "
            f"{model.context_length} tokens. Ask for no more than that, or load the model with a larger context.",
            maximum=model.context_length,
            required=asked,
        )


def wished(own: int | None, chosen: int | None, model: LoadedModel) -> int | None:
    """Return the context length to ask `model` for: `own` is the request's, `chosen` that or a preset's or default's.

    A request that asks for more than there is gets an error. Who set a preset or a default asked long ago, and there
    may be less memory today: all requests would fail for what none of them said. So then it is the whole window.
    """
    return None if own is None and chosen is not None and chosen > model.context_length else chosen


def check_trained(asked: int | None, file: ModelFile) -> None:
    """Raise `InvalidRequest`, its `param` being `context_length`, if `file` was trained for less than is `asked`."""
    trained = file.shape.context_length if file.shape is not None else None
    if trained is not None and asked is not None and asked > trained:
        raise InvalidRequest(
            f"A context of {asked} tokens is asked for, but {file.name} was trained for {trained}.", "context_length"
        )
