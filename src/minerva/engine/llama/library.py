"""The binding, loaded once: without its high-level half, and with native logs sent where ours go."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import sys
import types
from collections.abc import Callable
from typing import Any

from minerva.core.model import Device

# ggml_log_level, ggml.h
_LOG_WARN, _LOG_ERROR, _LOG_CONT = 3, 4, 5


def _load_binding() -> Any:
    """Import `llama_cpp.llama_cpp` without running the package's `__init__`.

    That would import the high-level API with jinja2, diskcache and an HTTP stack: 40 MiB for nothing, in every worker.
    """
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("llama-cpp-python is not installed; run `make setup`")
    package = types.ModuleType("llama_cpp")
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules.setdefault("llama_cpp", package)
    return importlib.import_module("llama_cpp.llama_cpp")


# After a failed assertion libggml would start a debugger on this process to print a backtrace, and hold it for seconds.
os.environ.setdefault("GGML_NO_BACKTRACE", "1")

lib: Any = _load_binding()
"""The low-level binding: llama.h as Python functions."""

_GPU_TYPES = (1, 2)
"""GGML_BACKEND_DEVICE_TYPE_GPU and _IGPU, ggml-backend.h."""

LogSink = Callable[[str, str], None]
_log_callback: Any = None


def send_logs_to(sink: LogSink) -> None:
    """Call `sink(level, line)` for each native log line from now on; `level` is `debug`, `warning` or `error`."""
    global _log_callback

    def receive(level: int, text: bytes, _data: object) -> None:
        line = text.decode("utf-8", errors="replace").strip()
        if line and level != _LOG_CONT:
            sink({_LOG_WARN: "warning", _LOG_ERROR: "error"}.get(level, "debug"), line)

    _log_callback = lib.llama_log_callback(receive)
    lib.llama_log_set(_log_callback, None)


def devices() -> tuple[Device, ...]:
    """Return the GPUs that this build of llama.cpp can use."""
    ggml = _ggml()
    handles = [ggml.ggml_backend_dev_get(index) for index in range(ggml.ggml_backend_dev_count())]
    return tuple(_device(ggml, handle) for handle in handles if ggml.ggml_backend_dev_type(handle) in _GPU_TYPES)


def _device(ggml: ctypes.CDLL, handle: int) -> Device:
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    ggml.ggml_backend_dev_memory(handle, ctypes.byref(free), ctypes.byref(total))
    name, description = ggml.ggml_backend_dev_name(handle), ggml.ggml_backend_dev_description(handle)
    return Device(name.decode(), description.decode(errors="replace"), free.value, total.value)


def _ggml() -> ctypes.CDLL:
    """Return libggml with the prototypes of its device functions (ggml-backend.h)."""
    ggml: ctypes.CDLL = importlib.import_module("llama_cpp._ggml").libggml
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    ggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    ggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    ggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    for name in ("ggml_backend_dev_name", "ggml_backend_dev_description"):
        getattr(ggml, name).argtypes = [ctypes.c_void_p]
        getattr(ggml, name).restype = ctypes.c_char_p
    size = ctypes.POINTER(ctypes.c_size_t)
    ggml.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, size, size]
    return ggml


class AbortFlag:
    """An abort callback for llama.cpp that never enters Python.

    libggml asks before every operation of a graph, from a compute thread; a Python callback would need the
    interpreter's lock each time. C's `strlen` has the right shape: called with a pointer to our two bytes it returns 0
    while the first is zero and 1 once it is not, which is all that `bool (*ggml_abort_callback)(void *)` is asked for.
    """

    def __init__(self) -> None:
        """Start lowered."""
        self._bytes = ctypes.create_string_buffer(2)
        strlen = ctypes.CDLL(None if sys.platform != "win32" else "msvcrt").strlen
        self.callback: Any = ctypes.cast(strlen, lib.ggml_abort_callback)
        self.data = ctypes.cast(self._bytes, ctypes.c_void_p)

    def set(self, *, on: bool) -> None:
        """Raise or lower the flag. Safe from any thread: it writes one byte."""
        self._bytes[0] = b"\x01" if on else b"\x00"
