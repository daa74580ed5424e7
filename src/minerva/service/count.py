"""The use case of counting: how many tokens a request's prompt has, without computing any of it."""

from __future__ import annotations

import asyncio
import functools
from datetime import UTC, datetime

from minerva.core.model import LoadOptions
from minerva.core.request import Input
from minerva.models.fit import fit
from minerva.models.registry import Registry
from minerva.service.prompt import make_prompt
from minerva.wire.messages import CountTokens
from minerva.workers.pool import Pool


class TokenCounter:
    """Counts with the model's own tokenizer, which is in its worker."""

    def __init__(self, registry: Registry, pool: Pool, load: LoadOptions) -> None:
        """`load` applies to models that a request finds unloaded."""
        self._registry = registry
        self._pool = pool
        self._load = load

    async def count(self, source: Input, model: str | None) -> int:
        """Return the prompt's length in tokens; `None` asks the default model. The model is loaded for it.

        Raises what finding, loading and rendering raise, and `WorkerCrashed`. No prompt is too long to be counted.
        """
        file = await asyncio.to_thread(self._registry.find, model)
        async with self._pool.lease(file.name, functools.partial(fit, file, self._load)) as lease:
            now = datetime.now(UTC).astimezone()
            prompt = await asyncio.to_thread(make_prompt, source, lease.worker.info, now, file.paths[0])
            if not isinstance(prompt.wire, str):
                return len(prompt.wire)
            command = CountTokens(id=0, prompt=prompt.wire, literal=prompt.literal, add_special=prompt.add_special)
            return await lease.worker.count(command)
