"""The inputs of an `Embed` as token ids, cut to the window where that is wanted, and what is made of the vectors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from minerva.core.errors import ContextLimitExceeded, InferenceError, InvalidRequest
from minerva.engine.backend import Vector, Vocabulary
from minerva.engine.queries import check_ids
from minerva.wire.messages import Embed


@dataclass(slots=True, frozen=True)
class Passage:
    """An input. The last `tail` of its tokens are special ones and stay when it is cut; `cut` tokens are gone."""

    index: int
    tokens: list[int]
    tail: int = 0
    cut: int = 0


def name_input(request: Embed, index: int) -> str:
    """Return the caller's name for an input."""
    return request.field if len(request.inputs) == 1 else f"{request.field}[{index}]"


def read_input(request: Embed, index: int, vocabulary: Vocabulary) -> Passage:
    """Return an input as token ids. Raises `InvalidRequest` if it has none, or ids that the model does not know."""
    given = request.inputs[index]
    if isinstance(given, tuple):
        passage = Passage(index, list(given))
        check_ids(name_input(request, index), passage.tokens, vocabulary)
    elif request.query is not None:
        passage = Passage(index, vocabulary.pair(request.query, given))
    else:
        passage = _framed(index, given, vocabulary)
    if not passage.tokens:
        name = name_input(request, index)
        raise InvalidRequest(f"`{name}` is empty; it must have at least one token.", name)
    return passage


def fit_all(request: Embed, passages: Iterable[Passage], window: int) -> list[Passage]:
    """Return `passages` as they can be read, within `window` tokens and what the request allows of them.

    Raises `ContextLimitExceeded` if one is longer and the request does not ask to cut it.
    """
    most = window if request.window is None else min(window, request.window)
    return [_fit(request, passage, most, window) for passage in passages]


def finish(request: Embed, passage: Passage, vector: Vector) -> bytes:
    """Return `vector` as it is sent: shortened, scaled to length 1, in little-endian float32.

    Raises `InferenceError` for one that has numbers that are not finite. One of zeros alone stays as it is.
    """
    if not np.all(np.isfinite(vector)):
        name = name_input(request, passage.index)
        raise InferenceError(f"The model made no finite numbers of `{name}`; its file may be damaged.")
    wanted = vector[: request.dimensions].astype(np.float64)
    length = float(np.linalg.norm(wanted))
    if request.normalize and length:
        wanted /= length
    return wanted.astype("<f4").tobytes()


def _framed(index: int, text: str, vocabulary: Vocabulary) -> Passage:
    """Control tokens that are written in a text are text. What the model's rules put behind it is found by looking."""
    tokens = vocabulary.tokenize(text, add_special=True, parse_special=False)
    plain = vocabulary.tokenize(text, add_special=False, parse_special=False)
    added = len(tokens) - len(plain)
    before = next((skip for skip in range(added + 1) if tokens[skip : skip + len(plain)] == plain), added)
    return Passage(index, tokens, tail=added - before)


def _fit(request: Embed, passage: Passage, most: int, window: int) -> Passage:
    required = len(passage.tokens)
    if required <= most:
        return passage
    if not request.truncate or most <= passage.tail:
        name, whose = name_input(request, passage.index), "this model" if most == window else "this request"
        raise ContextLimitExceeded(
            f"`{name}` has {required} tokens, but {whose} reads at most {most} at once. "
            "Shorten or divide it, or ask for `truncate` where there is such a field.",
            maximum=most,
            required=required,
        )
    tokens, tail = passage.tokens, passage.tail
    kept = tokens[: most - tail] + tokens[required - tail :]
    return replace(passage, tokens=kept, cut=required - most)
