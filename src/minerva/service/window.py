"""What of a model's window a request asks for. Pure."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from minerva.core.embedding import EmbedRequest
from minerva.core.errors import ContextLimitExceeded, InvalidRequest
from minerva.core.model import LoadedModel, ModelFile
from minerva.core.request import GenerateRequest

R = TypeVar("R", GenerateRequest, EmbedRequest)


def check_window(asked: int | None, model: LoadedModel) -> None:
    """Raise `ContextLimitExceeded` if the `asked` context length, tokens, is more than `model` has."""
    if asked is not None and asked > model.context_length:
        raise ContextLimitExceeded(
            f"The request asks for a context of {asked} tokens, but the context window of {model.name} is "
            f"{model.context_length} tokens. Ask for no more than that, or load the model with a larger context.",
            maximum=model.context_length,
            required=asked,
        )


def with_window(request: R, own: int | None, model: LoadedModel) -> R:
    """Return `request`, of which a preset or default has spoken since it asked for the context `own`, for `model`.

    A request that asks for more than there is gets an error. Who set a preset or a default asked long ago, and there
    may be less memory today: all requests would fail for what none of them said. So then it is the whole window.
    """
    if own is not None or request.context_length is None or request.context_length <= model.context_length:
        return request
    return msgspec.structs.replace(request, context_length=None)


def check_trained(asked: int | None, file: ModelFile) -> None:
    """Raise `InvalidRequest`, its `param` being `context_length`, if `file` was trained for less than is `asked`."""
    trained = file.shape.context_length if file.shape is not None else None
    if trained is not None and asked is not None and asked > trained:
        raise InvalidRequest(
            f"A context of {asked} tokens is asked for, but {file.name} was trained for {trained}.", "context_length"
        )
