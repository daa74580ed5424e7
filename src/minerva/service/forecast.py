"""What a request would take of the window, and what would be left out for it, before it is made."""

from __future__ import annotations

import asyncio
import functools
from datetime import UTC, datetime

import msgspec

from minerva.core.errors import ContextLimitExceeded
from minerva.core.preset import Preset
from minerva.core.request import GenerateRequest, Overflow
from minerva.service.count import count_prompt
from minerva.service.overflow import Worker, fit_prompt, policy_of
from minerva.service.preset import model_with_preset, with_preset
from minerva.service.prompt import make_prompt
from minerva.service.window import check_window, with_window


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What the next turn takes, in tokens.

    `model` is the full name. `prompt_tokens` are those of the whole conversation, `context_length` of the window that
    it shares with the answer, `max_tokens` the most of the answer, if there is such a limit. `fits`: nothing is left
    out. Else `dropped_messages` are, which make the prompt `dropped_tokens` shorter; if there are none, the turn would
    be refused: the policy, `overflow`, does not allow it, or the last turn alone is too long.
    """

    model: str
    prompt_tokens: int
    context_length: int
    max_tokens: int | None
    fits: bool
    overflow: Overflow
    dropped_messages: int = 0
    dropped_tokens: int = 0


async def forecast(
    request: GenerateRequest, default: Overflow, worker: Worker, preset: Preset | None, path: str
) -> Forecast:
    """Return what `request` would take of the model of `worker`, whose file is `path`.

    `default` is the policy of a request that names none. Raises what `policy_of` and `make_prompt` raise, and
    `ContextLimitExceeded` for a window that the model does not have.
    """
    info, own_window = worker.info, request.context_length
    request = with_window(with_preset(request, preset), own_window, info)
    check_window(request.context_length, info)
    model, now = model_with_preset(info, preset), datetime.now(UTC).astimezone()
    make = functools.partial(make_prompt, model=model, now=now, path=path)
    whole = await count_prompt(await asyncio.to_thread(make, request.input), worker)
    window = request.context_length or info.context_length
    try:
        left_out = (await fit_prompt(request, default, worker, make)).truncation
    except ContextLimitExceeded:
        left_out = None
    return Forecast(
        model=info.name if preset is None else preset.name,
        prompt_tokens=whole,
        context_length=window,
        max_tokens=request.max_tokens,
        fits=whole < window and left_out is None,
        overflow=policy_of(request, default, info),
        dropped_messages=0 if left_out is None else left_out.dropped_messages,
        dropped_tokens=0 if left_out is None else left_out.dropped_tokens,
    )
