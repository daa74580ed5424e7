"""The plainest loop over the low-level binding: what the engine is compared with, in benchmarks and in tests.

It knows nothing of scheduling, caching, text or processes: a batch, `llama_decode`, the arg-max.
"""

from __future__ import annotations

import ctypes
import time
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as lib
import numpy as np

from minerva.engine.llama.load import KV_TYPES


@lib.llama_log_callback  # type: ignore[untyped-decorator]  # the binding has no types
def _silence(_level: int, _text: bytes, _data: object) -> None:
    """Drop native log lines."""


_FLASH = {
    None: lib.LLAMA_FLASH_ATTN_TYPE_AUTO,
    True: lib.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    False: lib.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}


class BareModel:
    """A model with one context of `cells` cells, computed by `threads` threads.

    Cells are one memory for all sequences, or with `unified` false an equal part for each. Whether attention is flash
    attention is left to llama.cpp unless it is said. Keys and values are kept as `kv_type`, one of `KV_TYPES`.
    """

    def __init__(
        self,
        path: Path,
        *,
        cells: int = 4096,
        batch: int = 512,
        threads: int = 2,
        sequences: int = 32,
        unified: bool = True,
        flash_attention: bool | None = None,
        kv_type: str = "f16",
    ) -> None:
        """Load the file at `path`."""
        lib.llama_log_set(_silence, None)
        lib.llama_backend_init()
        params = lib.llama_model_default_params()
        params.n_gpu_layers = 0
        self._model = lib.llama_model_load_from_file(str(path).encode(), params)
        context = lib.llama_context_default_params()
        context.n_ctx, context.n_batch, context.n_ubatch = cells, batch, batch
        context.n_seq_max, context.kv_unified, context.no_perf = sequences, unified, True
        context.n_threads = context.n_threads_batch = threads
        context.flash_attn_type = _FLASH[flash_attention]
        context.type_k = context.type_v = KV_TYPES[kv_type]
        self._context = lib.llama_init_from_model(self._model, context)
        self._vocab = lib.llama_model_get_vocab(self._model)
        self._memory = lib.llama_get_memory(self._context)
        self._batch = lib.llama_batch_init(batch, 0, 1)
        self._size = batch
        self.vocabulary = lib.llama_vocab_n_tokens(self._vocab)

    def close(self) -> None:
        """Free everything."""
        lib.llama_batch_free(self._batch)
        lib.llama_free(self._context)
        lib.llama_model_free(self._model)

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of `text`, with the model's own special tokens around them."""
        raw = text.encode()
        tokens = (ctypes.c_int32 * (len(raw) + 8))()
        count = lib.llama_tokenize(self._vocab, raw, len(raw), tokens, len(tokens), True, True)
        return list(tokens[:count])

    def text(self, tokens: list[int]) -> str:
        """Return what `tokens` show as, control tokens as nothing."""
        pieces = b""
        for token in tokens:
            buffer = ctypes.create_string_buffer(256)
            count = lib.llama_token_to_piece(self._vocab, token, buffer, 256, 0, False)
            pieces += buffer.raw[:count]
        return pieces.decode(errors="replace")

    def clear(self) -> None:
        """Forget all sequences."""
        lib.llama_memory_clear(self._memory, False)

    def prefill(self, prompt: list[int], sequence: int = 0) -> int:
        """Compute `prompt`, in batches, and return the likeliest next token."""
        for start in range(0, len(prompt), self._size):
            part = prompt[start : start + self._size]
            self._decode([(token, start + i, sequence) for i, token in enumerate(part)], outputs=[len(part) - 1])
        return self._argmax(0)

    def greedy(self, prompt: list[int], count: int) -> list[int]:
        """Return up to `count` tokens after `prompt`, ending before the model's own end."""
        self.clear()
        token, out = self.prefill(prompt), list[int]()
        while len(out) < count and not lib.llama_vocab_is_eog(self._vocab, token):
            out.append(token)
            if len(out) < count:
                self._decode([(token, len(prompt) + len(out) - 1, 0)], outputs=[0])
                token = self._argmax(0)
        return out

    def regrets(self, prompt: list[int], answer: list[int]) -> list[float]:
        """Return for each token of `answer` how far its logit lies below the largest, given all tokens before it."""
        self.clear()
        tokens = [*prompt, *answer]
        first = len(prompt) - 1
        self._decode([(token, i, 0) for i, token in enumerate(tokens)], outputs=list(range(first, len(tokens))))
        rows = [self.logits(i) for i in range(len(answer))]
        return [float(row.max() - row[token]) for row, token in zip(rows, answer, strict=True)]

    def decode_together(self, tokens: list[int], positions: list[int]) -> list[int]:
        """Advance sequences 0, 1 … by one token each; return the likeliest next tokens."""
        rows = [(token, position, i) for i, (token, position) in enumerate(zip(tokens, positions, strict=True))]
        self._decode(rows, outputs=list(range(len(rows))))
        return [self._argmax(i) for i in range(len(rows))]

    def extend(self, parts: list[tuple[int, int, list[int]]]) -> None:
        """Compute tokens in one batch: of each part a sequence, the position of the first, and the tokens."""
        rows, lasts = list[tuple[int, int, int]](), list[int]()
        for sequence, start, tokens in parts:
            rows += [(token, start + i, sequence) for i, token in enumerate(tokens)]
            lasts.append(len(rows) - 1)
        self._decode(rows, lasts)
        lib.llama_synchronize(self._context)

    def cut(self, sequence: int, length: int) -> None:
        """Forget what is behind the first `length` tokens of a sequence."""
        lib.llama_memory_seq_rm(self._memory, sequence, length, -1)

    def logits(self, row: int) -> np.typing.NDArray[np.float32]:
        """Return row `row` of the last batch's outputs: [vocabulary], valid until the next batch."""
        flat: Any = lib.llama_get_logits(self._context)
        address = ctypes.addressof(flat.contents) + row * self.vocabulary * 4
        return np.ctypeslib.as_array((ctypes.c_float * self.vocabulary).from_address(address))

    def _decode(self, rows: list[tuple[int, int, int]], outputs: list[int]) -> None:
        batch = self._batch
        batch.n_tokens = len(rows)
        for i, (token, position, sequence) in enumerate(rows):
            batch.token[i], batch.pos[i] = token, position
            batch.n_seq_id[i], batch.seq_id[i][0], batch.logits[i] = 1, sequence, 0
        for i in outputs:
            batch.logits[i] = 1
        status = lib.llama_decode(self._context, batch)
        if status:
            raise RuntimeError(f"llama_decode returned {status}")

    def _argmax(self, row: int) -> int:
        return int(np.argmax(self.logits(row)))


def timed(call: Any, *arguments: Any) -> tuple[float, Any]:
    """Return the seconds that a call took, and what it returned."""
    started = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - started, result
