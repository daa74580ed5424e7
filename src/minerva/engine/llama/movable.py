"""Whether what a model keeps of a token can be moved to another position: its key would have to be turned anew.

`llama_memory_can_shift` answers for the kind of memory alone. What llama.cpp then does (`build_graph_shift` in
`llama-kv-cache.cpp`) is right for fewer models, and with some it ends the process. It works on all keys in memory, so
a wrong move would spoil everybody's answers. The tables here are to be read against each new version of the binding.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable

from minerva.core.model import KvType

_KEY_TYPES: tuple[KvType, ...] = ("f16", "f32")
"""ggml turns no bf16 on a CPU, and for quantised keys llama.cpp needs a matrix that it has for some sizes only."""

_SCALINGS = (b"yarn", b"longrope")
"""They make keys longer when they turn them, by a factor that each further turn would apply once more."""

_FACTORS = (b"rope.scaling.attn_factor", b"rope.scaling.yarn_attn_factor")
"""The same factor, said by the header."""

_UNTURNED = frozenset(
    {
        b"afmoe",
        b"cohere2",
        b"cohere2moe",
        b"exaone-moe",
        b"gpt2",
        b"llama4",
        b"maple",
        b"muse-glimmer",
        b"smallthinker",
        b"smollm3",
        b"starcoder",
    }
)
"""Architectures some or all of whose layers make keys that are not turned by position, and that a move would turn.

Two, gpt2 and starcoder, add a vector for its position to each token instead, and no move would change that.
"""

_UNTURNED_WITH_WINDOW = frozenset({b"exaone4"})
"""The same, for those models of an architecture that have a sliding window."""

_INDEXED = frozenset({b"deepseek32", b"dots3note", b"glm-dsa"})
"""Architectures with further keys, to choose where to look, that are kept in another base; a move would not know."""


def can_move(header: Callable[[bytes], bytes | None], key_type: KvType) -> bool:
    """Whether llama.cpp can move keys, stored as `key_type`, of a model with this header: see `header_value`."""
    architecture = header(b"general.architecture") or b""

    def value(key: bytes) -> bytes:
        return header(architecture + b"." + key) or b""

    if key_type not in _KEY_TYPES or architecture in _UNTURNED | _INDEXED:
        return False
    if architecture in _UNTURNED_WITH_WINDOW and value(b"attention.sliding_window"):
        return False
    keeps_length = all(float(value(key) or 1) == 1 for key in _FACTORS)
    return keeps_length and value(b"rope.scaling.type") not in _SCALINGS
