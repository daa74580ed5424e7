"""One step's tokens, in columns, as `llama_batch` wants them."""

from __future__ import annotations


class Batch:
    """Tokens of several sequences: token id, position, slot, and whether its logits are wanted."""

    def __init__(self) -> None:
        """Start empty."""
        self.tokens: list[int] = []
        self.positions: list[int] = []
        self.slots: list[int] = []
        self.outputs: list[bool] = []

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.tokens)

    def add(self, slot: int, tokens: list[int], position: int, *, last_output: bool, all_outputs: bool = False) -> int:
        """Append `tokens` of `slot` from `position` on; return the batch index of the last one.

        `last_output` asks for the logits after the last token, `all_outputs` for those after each.
        """
        count = len(tokens)
        self.tokens += tokens
        self.positions += range(position, position + count)
        self.slots += [slot] * count
        self.outputs += [all_outputs] * (count - 1) + [last_output or all_outputs]
        return len(self.tokens) - 1
