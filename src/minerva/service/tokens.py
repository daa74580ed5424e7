"""The use cases of a model's template and tokenizer alone: what a prompt looks like, and which tokens it has.

Nothing is computed, but the model is loaded for its tokenizer, which is in its worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from minerva.core.errors import InvalidRequest
from minerva.core.preset import Preset
from minerva.core.request import ChatInput, Input
from minerva.models.registry import Registry
from minerva.service.count import count_prompt
from minerva.service.loading import Loader
from minerva.service.preset import input_with_preset, model_with_preset
from minerva.service.prompt import Prompt, make_prompt
from minerva.wire.messages import Detokenize, Tokenize, Tokenized
from minerva.workers.pool import Pool
from minerva.workers.worker import Worker

MAX_TEXT_BYTES = 1024 * 1024
"""Of a text to tokenise, in UTF-8: other prompts of the model wait while it is done."""


class Tokens:
    """Answers questions about tokens. `None` for a model is the default one.

    All methods raise what finding and loading a model raise, and `WorkerCrashed`.
    """

    def __init__(self, registry: Registry, pool: Pool, loader: Loader) -> None:
        """`loader` loads what a request finds unloaded."""
        self._registry = registry
        self._pool = pool
        self._loader = loader

    async def count(self, source: Input, model: str | None) -> int:
        """Return the prompt's length in tokens. Raises what rendering raises; no prompt is too long to be counted."""
        async with self._lend(model) as lent:
            return await count_prompt(await _prompt(source, lent), lent.worker)

    async def render(self, chat: ChatInput, model: str | None) -> str:
        """Return the prompt of a chat, as the model's template writes it. Raises what rendering raises."""
        async with self._lend(model) as lent:
            return (await _prompt(chat, lent)).text or ""

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
        async with self._lend(model) as lent:
            return await lent.worker.tokenize(
                Tokenize(id=0, text=text, add_special=add_special, parse_special=parse_special, pieces=pieces)
            )

    async def detokenize(self, tokens: list[int], model: str | None) -> str:
        """Return the text of `tokens`. Raises `InvalidRequest`, its `param` being `tokens`, for what is no token."""
        async with self._lend(model) as lent:
            return await lent.worker.detokenize(Detokenize(0, tokens))

    @asynccontextmanager
    async def _lend(self, model: str | None) -> AsyncGenerator[_Lent, None]:
        file, preset = await asyncio.to_thread(self._registry.resolve, model)
        async with self._pool.lease(file.name, self._loader.plan(file)) as lease:
            yield _Lent(lease.worker, file.paths[0], preset)


@dataclass(frozen=True, slots=True)
class _Lent:
    """The worker of a model, where its file is, and the preset by which it was asked for."""

    worker: Worker
    path: str
    preset: Preset | None


async def _prompt(source: Input, lent: _Lent) -> Prompt:
    source, model = input_with_preset(source, lent.preset), model_with_preset(lent.worker.info, lent.preset)
    return await asyncio.to_thread(make_prompt, source, model, datetime.now(UTC).astimezone(), lent.path)
