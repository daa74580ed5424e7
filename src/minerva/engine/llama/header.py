"""Values of a loaded model's GGUF header."""

from __future__ import annotations

import ctypes
from typing import Any

from minerva.engine.llama.library import lib

_LONGEST = 64


def header_value(model: Any, key: bytes) -> bytes | None:
    """Return a short value as text; `None` if there is none."""
    buffer = ctypes.create_string_buffer(_LONGEST)
    return buffer.value if lib.llama_model_meta_val_str(model, key, buffer, _LONGEST) > 0 else None
