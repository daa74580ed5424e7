"""How many tokens a prompt has. Only the worker can tell, for the tokenizer is the model's."""

from __future__ import annotations

from typing import Protocol

from minerva.service.prompt import Prompt
from minerva.wire.messages import CountTokens


class Counter(Protocol):
    """What counts: `workers.worker.Worker`."""

    async def count(self, command: CountTokens) -> int:
        """Return how many tokens a prompt has; `command.id` is chosen there."""


async def count_prompt(prompt: Prompt, counter: Counter) -> int:
    """Return the length of `prompt` in tokens, 0 of an empty one. Raises what `Worker.count` raises."""
    if not prompt.wire or not isinstance(prompt.wire, str):
        return len(prompt.wire)
    command = CountTokens(id=0, prompt=prompt.wire, literal=prompt.literal, add_special=prompt.add_special)
    return await counter.count(command)
