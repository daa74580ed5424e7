"""The use cases of a model's template and tokenizer alone: what a prompt looks like, and which tokens it has.

Nothing is computed, but the model is loaded for its tokenizer, which is in its worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from minerva.core.errors import InvalidRequest
from minerva.core.preset import Preset
from minerva.core.request import ChatInput, GenerateRequest, Input, Overflow
from minerva.models.registry import Registry
from minerva.service.count import count_prompt
from minerva.service.ends import shortest, within
from minerva.service.forecast import Forecast, forecast
from minerva.service.loading import Loader
from minerva.service.preset import input_with_preset, model_with_preset
from minerva.service.prompt import Prompt, make_prompt
from minerva.wire.messages import Detokenize, Tokenize, Tokenized
from minerva.workers.pool import Pool
from minerva.workers.worker import Worker

T = TypeVar("T")

MAX_TEXT_BYTES = 1024 * 1024
"""Of a text to tokenise, in UTF-8: other prompts of the model wait while it is done."""

_TOO_SLOW = "Send it again once the model is loaded, or allow more time."


class Tokens:
    """Answers questions about tokens. `None` for a model is the default one.

    `keep_alive_s` and `timeout_s` are those of `core.request.GenerateRequest`. All methods raise what finding and
    loading a model raise, `GenerationTimeout`, and `WorkerCrashed`.
    """

    def __init__(self, registry: Registry, pool: Pool, loader: Loader, timeout_s: float | None) -> None:
        """`loader` loads what a request finds unloaded; `timeout_s` applies to every request, `None` for no limit."""
        self._registry = registry
        self._pool = pool
        self._loader = loader
        self._timeout_s = timeout_s

    async def count(
        self, source: Input, model: str | None, *, keep_alive_s: float | None = None, timeout_s: float | None = None
    ) -> int:
        """Return the prompt's length in tokens. Raises what rendering raises; no prompt is too long to be counted."""

        async def work(lent: _Lent) -> int:
            return await count_prompt(await _prompt(source, lent), lent.worker)

        return await self._ask(model, work, keep_alive_s, timeout_s)

    async def render(
        self, chat: ChatInput, model: str | None, *, keep_alive_s: float | None = None, timeout_s: float | None = None
    ) -> str:
        """Return the prompt of a chat, as the model's template writes it. Raises what rendering raises."""

        async def work(lent: _Lent) -> str:
            return (await _prompt(chat, lent)).text or ""

        return await self._ask(model, work, keep_alive_s, timeout_s)

    async def forecast(self, request: GenerateRequest, default: Overflow) -> Forecast:
        """Return what `request` would take of the window, see `forecast.forecast`. Nothing is too long for that."""

        async def work(lent: _Lent) -> Forecast:
            return await forecast(request, default, lent.worker, lent.preset, lent.path)

        return await self._ask(request.model, work, request.keep_alive_s, request.timeout_s)

    async def tokenize(
        self, text: str, model: str | None, *, add_special: bool, parse_special: bool, pieces: bool
    ) -> Tokenized:
        """Return the tokens of `text`; see `wire.messages.Tokenize`. Raises `InvalidRequest` for one that is too long.

        `InvalidRequest.param` is `content` then.
        """
        size = len(text.encode("utf-8", errors="replace"))
        if size > MAX_TEXT_BYTES:
            raise InvalidRequest(
                f"`content` has {size:,} bytes; at most {MAX_TEXT_BYTES:,} are tokenised at once. Send it in parts.",
                "content",
            )
        query = Tokenize(id=0, text=text, add_special=add_special, parse_special=parse_special, pieces=pieces)
        return await self._ask(model, lambda lent: lent.worker.tokenize(query))

    async def detokenize(self, tokens: list[int], model: str | None) -> str:
        """Return the text of `tokens`. Raises `InvalidRequest`, its `param` being `tokens`, for what is no token."""
        return await self._ask(model, lambda lent: lent.worker.detokenize(Detokenize(0, tokens)))

    async def _ask(
        self,
        model: str | None,
        work: Callable[[_Lent], Awaitable[T]],
        keep_alive_s: float | None = None,
        timeout_s: float | None = None,
    ) -> T:
        answer = self._answer(model, work, keep_alive_s)
        return await within(shortest(timeout_s, self._timeout_s), answer, _TOO_SLOW)

    async def _answer(self, model: str | None, work: Callable[[_Lent], Awaitable[T]], keep_alive_s: float | None) -> T:
        file, preset = await asyncio.to_thread(self._registry.asked, model)
        async with self._pool.lease(file.name, self._loader.plan(file), keep_alive_s) as lease:
            return await work(_Lent(lease.worker, file.paths[0], preset))


@dataclass(frozen=True, slots=True)
class _Lent:
    """The worker of a model, where its file is, and the preset by which it was asked for."""

    worker: Worker
    path: str
    preset: Preset | None


async def _prompt(source: Input, lent: _Lent) -> Prompt:
    source, model = input_with_preset(source, lent.preset), model_with_preset(lent.worker.info, lent.preset)
    return await asyncio.to_thread(make_prompt, source, model, datetime.now(UTC).astimezone(), lent.path)
