"""How a session or a turn asks, as a body says it."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from pydantic import Field

from minerva.core.errors import InvalidRequest
from minerva.core.ranges import LEAST_CONTEXT, LEAST_KEPT, LEAST_THINKING
from minerva.core.request import Overflow, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings
from minerva.core.session_check import MOST_ALTERNATIVES, check_settings
from minerva.server.body import Shape

_TOKEN_ID = re.compile(r"[0-9]{1,9}")


class SamplingBody(Shape):
    """Generation parameters, see the page of parameters. What is not said is left to the preset and the model."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repeat_penalty: float | None = None
    repeat_last_n: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    dry_multiplier: float | None = None
    dry_base: float | None = None
    dry_allowed_length: int | None = None
    dry_penalty_last_n: int | None = None
    dry_sequence_breakers: list[str] | None = None
    xtc_probability: float | None = None
    xtc_threshold: float | None = None
    mirostat: int | None = None
    mirostat_tau: float | None = None
    mirostat_eta: float | None = None
    logit_bias: dict[str, float] | None = None
    seed: int | None = None
    ignore_eos: bool | None = None


class ThinkingBody(Shape):
    """Whether and how much the model thinks. `effort` is a word that its template may know."""

    enabled: bool | None = None
    effort: str | None = None
    budget_tokens: Annotated[int, Field(ge=LEAST_THINKING)] | None = None


class SettingsBody(Shape):
    """How a session or a turn asks. What is not said is left to the session, the preset, the model, the server.

    `model` is a model or a preset by name. `logprobs`: so many alternatives to each token are kept, 0 the token alone.
    """

    model: str | None = None
    system: str | None = None
    sampling: SamplingBody | None = None
    max_tokens: int | None = None
    stop: list[str] | None = None
    context_length: Annotated[int, Field(ge=LEAST_CONTEXT)] | None = None
    overflow: Overflow | None = None
    keep_tokens: Annotated[int, Field(ge=LEAST_KEPT)] | None = None
    thinking: ThinkingBody | None = None
    logprobs: Annotated[int, Field(ge=0, le=MOST_ALTERNATIVES)] | None = None


def session_settings(body: SettingsBody | None, model: str | None = None) -> SessionSettings:
    """Return what `body` says, and of the model what `model` says; `body` is the field `settings` of another one.

    Raises `InvalidRequest` for a parameter that is out of its range, naming it.
    """
    body = body or SettingsBody()
    thinking = {} if body.thinking is None else body.thinking.model_dump()
    settings = SessionSettings(
        model=_model(body, model),
        system=body.system or "",
        sampling=_sampling(body.sampling),
        max_tokens=body.max_tokens,
        stop=tuple(body.stop or ()),
        context_length=body.context_length,
        overflow=body.overflow,
        keep_tokens=body.keep_tokens,
        thinking=Thinking(**thinking),
        logprobs=body.logprobs,
    )
    check_settings(settings)
    return settings


def _model(body: SettingsBody, model: str | None) -> str | None:
    if model and body.model and model != body.model:
        raise InvalidRequest(
            f"`model` is {model!r} and `settings.model` is {body.model!r}; send one of them.", "settings.model"
        )
    return model or body.model or None


def _sampling(body: SamplingBody | None) -> SamplingOptions:
    if body is None:
        return SamplingOptions()
    said = {name: getattr(body, name) for name in SamplingOptions.__struct_fields__}
    said["logit_bias"] = _bias(body.logit_bias)
    return msgspec.convert(said, SamplingOptions)


def _bias(said: dict[str, float] | None) -> dict[int, float] | None:
    """Return the keys of a JSON object, which are texts, as the token ids that they have to be."""
    if said is None:
        return None
    for key in said:
        if _TOKEN_ID.fullmatch(key) is None:
            field = "settings.sampling.logit_bias"
            raise InvalidRequest(f"`{field}` has the key {key[:40]!r}; its keys must be token ids.", field)
    return {int(key): bias for key, bias in said.items()}
