"""A `Backend` without llama.cpp, for scheduling tests only: it holds tokens, and its logits are a hash of them.

It is strict where llama.cpp is lenient: a token at the wrong position, a shared cell that is not there, or more cells
than there are is an error at once. So any slip in the engine's bookkeeping shows, if not as an error then as another
text.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
from llguidance import LLTokenizer

from minerva.core.sampling import SamplingParams
from minerva.engine.backend import Logits, Outcome, Sampler, Vector
from minerva.engine.batch import Batch
from minerva.engine.tiers.block import Data
from tests.support.token_table import make_table

VOCABULARY = 64
END = 0


def next_token(tokens: list[int]) -> int:
    """Return what the fake model says after `tokens`: about every twentieth answer is the end."""
    return zlib.crc32(bytes(tokens)) % VOCABULARY if zlib.crc32(bytes(tokens[-3:])) % 20 else END


class FakeVocabulary:
    """One token per byte value below `VOCABULARY`."""

    size = VOCABULARY
    control_tokens: tuple[str, ...] = ()
    control_ids: tuple[int, ...] = (5, 9)

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        """Return one token per character, that which shows as it where there is one."""
        return [(ord(char) - 48) % VOCABULARY for char in text]

    def framed(self, tokens: list[int]) -> list[int]:
        """Add nothing."""
        return tokens

    def pair(self, query: str, document: str) -> list[int]:
        """Put one behind the other."""
        return self.tokenize(query + document, add_special=False, parse_special=False)

    def piece(self, token: int) -> bytes:
        """Return a printable character."""
        return bytes([token + 48])

    def spelling(self, token: int) -> bytes:
        """There are no control tokens but the end."""
        return self.piece(token)

    def is_end(self, token: int) -> bool:
        """Token 0 ends."""
        return token == END

    def grammar_tokenizer(self) -> LLTokenizer:
        """Return the table of the pieces."""
        return make_table([self.piece(token) for token in range(self.size)], END)


class FakeSampler:
    """Takes the arg-max."""

    is_argmax = True

    def __init__(self, logits: Callable[[int], Logits]) -> None:
        """Read rows through `logits`."""
        self._logits = logits
        self.closed = False

    def sample(self, row: int) -> int:
        """Return the likeliest token."""
        assert not self.closed
        return int(np.argmax(self._logits(row)))

    def accept(self, token: int) -> None:
        """There is nothing to remember."""
        assert not self.closed

    def close(self) -> None:
        """Can be closed once."""
        assert not self.closed
        self.closed = True


class FakeBackend:
    """Memory as `{slot: [(cell, token), ...]}`; `interruptions` scripts the outcomes of the next decodes."""

    def __init__(self, *, cells: int, slots: int, can_truncate: bool = True) -> None:
        """Hold at most `cells` distinct cells and `slots` sequences."""
        self.vocabulary = FakeVocabulary()
        self.cells = cells
        self.slots = slots
        self.can_truncate = self.can_shift = can_truncate
        self.interruptions: list[int] = []
        self.decoded = 0
        self.largest_batch = 0
        self.most_outputs = 0
        self.samplers: list[FakeSampler] = []
        self._memory: dict[int, list[tuple[int, int]]] = {}
        self._next_cell = 0
        self._rows: dict[int, Logits] = {}
        self._texts: dict[int, list[int]] = {}

    def decode(self, batch: Batch, *, embed: bool = False) -> Outcome:
        """Append the batch; a scripted interruption after k tokens leaves those k behind, as llama.cpp does."""
        assert len(batch) > 0
        # With embeddings every token is an output, and llama.cpp aborts past so many: a text's last token alone is one.
        assert not embed or len(set(batch.slots)) == len(batch)
        self.largest_batch = max(self.largest_batch, len(batch))
        self.most_outputs = max(self.most_outputs, sum(batch.outputs))
        self._rows, self._texts = {}, {}
        if self._used() + len(batch) > self.cells:
            return Outcome.NO_SPACE
        stop = self.interruptions.pop() if self.interruptions else len(batch)
        for row in range(min(stop, len(batch))):
            slot, position = batch.slots[row], batch.positions[row]
            held = self._memory.setdefault(slot, [])
            assert 0 <= slot < self.slots, f"slot {slot}"
            assert position == len(held), f"slot {slot}: position {position}, {len(held)} tokens there"
            held.append((self._next_cell, batch.tokens[row]))
            self._next_cell += 1
            self.decoded += 1
            if embed:
                self._texts[row] = [token for _, token in held]
            elif batch.outputs[row]:
                self._rows[row] = np.zeros(VOCABULARY, dtype=np.float32)
                self._rows[row][next_token([token for _, token in held])] = 1.0
        return Outcome.DONE if stop >= len(batch) else Outcome.ABORTED

    def logits(self, row: int) -> Logits:
        """Return a row that is 1 at the next token."""
        return self._rows[row]

    def embedding(self, row: int) -> Vector:
        """Return the length of the text that ends at `row`, and its first and last token."""
        text = self._texts[row]
        return np.array([len(text), text[0], text[-1]], dtype=np.float32)

    def sampler(self, params: SamplingParams, prompt: list[int]) -> Sampler:
        """Return an arg-max sampler."""
        self.samplers.append(FakeSampler(self.logits))
        return self.samplers[-1]

    def share(self, source: int, target: int, length: int) -> bool:
        """Tag cells."""
        assert not self._memory.get(target), f"slot {target} is not empty"
        assert self.can_truncate
        assert len(self._memory[source]) >= length
        self._memory[target] = self._memory[source][:length]
        return True

    def truncate(self, slot: int, length: int) -> None:
        """Drop the tail."""
        assert self.can_truncate or length == 0
        del self._memory.get(slot, [])[length:]

    def shift(self, slot: int, start: int, count: int) -> None:
        """Drop tokens from within; a cell that somebody else holds too cannot move."""
        assert self.can_shift
        held = self._memory[slot]
        assert len(held) >= start + count
        others = {cell for other, row in self._memory.items() if other != slot for cell, _ in row}
        assert not others.intersection(cell for cell, _ in held[start + count :])
        del held[start : start + count]

    def save(self, slot: int, start: int, end: int) -> Data:
        """Write positions and tokens."""
        held = self._memory[slot]
        assert 0 <= start < end <= len(held)
        assert self.can_truncate or (start, end) == (0, len(held))
        rows = [(position, held[position][1]) for position in range(start, end)]
        return np.array(rows, dtype=np.int32).view(np.uint8).ravel()

    def restore(self, slot: int, data: Data, start: int, end: int) -> bool:
        """Append the tokens of these positions, in new cells."""
        rows: dict[int, int] = {int(position): int(token) for position, token in data.view(np.int32).reshape(-1, 2)}
        held = self._memory.setdefault(slot, [])
        assert len(held) == start
        assert self._used() + len(rows) <= self.cells
        for position in range(start, end):
            held.append((self._next_cell, rows[position]))
            self._next_cell += 1
        return True

    def length(self, slot: int) -> int:
        """Return the number of tokens."""
        return len(self._memory.get(slot, []))

    def interrupt(self, *, on: bool) -> None:
        """Interruptions are scripted here."""

    def _used(self) -> int:
        return len({cell for held in self._memory.values() for cell, _ in held})
