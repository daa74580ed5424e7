"""From a `ModelSpec` to a model in memory."""

from __future__ import annotations

import ctypes
import functools
import os
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from minerva.core.errors import MinervaError, ModelLoadFailed, OutOfMemory
from minerva.core.model import Capability, LoadedModel, LoadOptions, MemoryPlan, ModelSpec
from minerva.core.sampling import SamplingOptions
from minerva.engine.llama import library
from minerva.engine.llama.backend import LlamaBackend
from minerva.engine.llama.header import header_value
from minerva.engine.llama.library import AbortFlag, lib
from minerva.engine.llama.movable import can_move
from minerva.engine.llama.reader import POOLING_MEAN, POOLING_NONE, LlamaReader, Vectors
from minerva.engine.llama.vocabulary import LlamaVocabulary
from minerva.engine.threads import Threads, threads_for

MAX_SLOTS = 256
"""LLAMA_MAX_SEQ, llama-cparams.h."""

_READER_SLOTS = 32
"""Texts that a batch of a model that reads them whole may hold."""

_OUTPUT_ROWS = 64
"""Logits rows a batch may ask for, if not more sequences do. llama.cpp reserves this many times the vocabulary."""

_BUFFER_LINE = re.compile(r"(\S+)\s+(KV|compute|output|model|RS) buffer size\s*=\s*([\d.]+) MiB")
_IN_RAM = re.compile(r"CPU|AMX|.*_Host$")
"""Names of ggml's buffers that lie in RAM: the CPU's, with or without a suffix, and those pinned for a GPU."""

KV_TYPES = {"f32": 0, "f16": 1, "bf16": 30, "q4_0": 2, "q4_1": 3, "q5_0": 6, "q5_1": 7, "q8_0": 8}
"""ggml_type, ggml.h."""

_NUMA = {"distribute": 1, "isolate": 2, "numactl": 3, "mirror": 4}
"""ggml_numa_strategy, ggml-cpu.h. Without a call of `llama_numa_init` it is none, which is 0."""


@dataclass(slots=True, frozen=True)
class Loaded:
    """A model ready to compute, and its description."""

    backend: LlamaBackend | LlamaReader
    model: LoadedModel


class _NativeLog:
    """Passes native log lines on, and remembers the sizes and errors that llama.cpp tells nowhere else."""

    def __init__(self, sink: library.LogSink) -> None:
        self.sizes: dict[str, int] = {}
        self.device_bytes = 0
        self.errors: deque[str] = deque(maxlen=4)
        self._sink = sink

    def __call__(self, level: str, line: str) -> None:
        if found := _BUFFER_LINE.search(line):
            buffer, kind, size_bytes = found[1], found[2], int(float(found[3]) * 1024 * 1024)
            self.sizes[kind] = self.sizes.get(kind, 0) + size_bytes
            self.device_bytes += 0 if _IN_RAM.match(buffer) else size_bytes
        if level == "error":
            self.errors.append(line)
        self._sink(level, line)


def load(spec: ModelSpec, on_progress: Callable[[float], None], sink: library.LogSink) -> Loaded:
    """Load a model. Raises `ModelLoadFailed` with llama.cpp's own words, or `OutOfMemory`.

    `on_progress` gets the fraction of the weights that was read; native log lines go to `sink`.
    """
    started = time.monotonic()
    log = _NativeLog(sink)
    library.send_logs_to(log)
    lib.llama_backend_init()
    if spec.options.numa is not None:
        lib.llama_numa_init(_NUMA[spec.options.numa])
    threads = threads_for(spec)
    model = _load_model(spec, on_progress, log)
    abort = AbortFlag()
    vocabulary = LlamaVocabulary(model)
    backend: LlamaBackend | LlamaReader
    if spec.whole:
        backend = LlamaReader(_new_reading_context(model, spec, threads, abort, log), vocabulary, abort)
        context_length, cells, sequences, can_shift = backend.batch_tokens, 0, backend.slots, False
        batch_tokens = backend.batch_tokens
    else:
        context = _new_context(model, spec, threads, abort, log)
        movable = can_move(functools.partial(header_value, model), spec.options.kv_type_k)
        backend = LlamaBackend(context, vocabulary, abort, _output_rows(lib.llama_n_seq_max(context)), movable=movable)
        context_length, cells = min(spec.context_length, backend.cells), backend.cells
        sequences, can_shift = _running(spec.options), backend.can_shift
        batch_tokens = min(spec.options.batch, cells)
    found = library.devices()
    described = LoadedModel(
        name=spec.name,
        context_length=context_length,
        kv_cells=cells,
        max_sequences=sequences,
        vocabulary=vocabulary.size,
        threads=threads.decode,
        threads_batch=threads.batch,
        batch_tokens=batch_tokens,
        tuned=_tuned(spec, threads),
        device=found[0].description if found and spec.gpu_layers else "CPU",
        gpu_layers=spec.gpu_layers if found else 0,
        chat_template=spec.template.text if spec.template else _text(lib.llama_model_chat_template(model, None)),
        template_path=spec.template.path if spec.template else None,
        bos=vocabulary.text_of(lib.llama_vocab_bos(vocabulary.handle)),
        eos=vocabulary.text_of(lib.llama_vocab_eos(vocabulary.handle)),
        control_tokens=vocabulary.control_tokens,
        control_ids=vocabulary.control_ids,
        infill=vocabulary.infill_marks,
        can_shift=can_shift,
        capabilities=_capabilities(spec, backend.vectors),
        embedding_length=backend.vectors.length,
        sampling=_sampling_defaults(model),
        memory=_memory(int(lib.llama_model_size(model)), log, spec.memory, grows=spec.whole),
        load_s=time.monotonic() - started,
        pid=os.getpid(),
    )
    return Loaded(backend, described)


def _tuned(spec: ModelSpec, threads: Threads) -> tuple[str, ...]:
    """Return the names of what is from `minerva bench --tune`; a model that reads texts whole has its own batch."""
    found = {} if spec.tuning is None else spec.tuning.values()
    return tuple(name for name in found if (not spec.whole if name == "batch_tokens" else threads.tuned))


def _load_model(spec: ModelSpec, on_progress: Callable[[float], None], log: _NativeLog) -> Any:
    params = lib.llama_model_default_params()
    params.n_gpu_layers = spec.gpu_layers
    params.load_mode = (1 if spec.options.mmap else 0) + (2 if spec.options.mlock else 0)

    def progress(fraction: float, _data: object) -> bool:
        on_progress(fraction)
        return True

    # The callback must outlive the call.
    params.progress_callback = callback = lib.llama_progress_callback(progress)
    paths = [os.fsencode(path) for path in spec.paths]
    if len(paths) == 1:
        model = lib.llama_model_load_from_file(paths[0], params)
    else:
        model = lib.llama_model_load_from_splits((ctypes.c_char_p * len(paths))(*paths), len(paths), params)
    del callback
    if not model:
        raise _failure(spec, "llama.cpp could not load it", log)
    if not lib.llama_model_has_decoder(model) or lib.llama_model_has_encoder(model):
        raise _no_generator(spec)
    return model


def _new_context(model: Any, spec: ModelSpec, threads: Threads, abort: AbortFlag, log: _NativeLog) -> Any:
    options, running = spec.options, _running(spec.options)
    params = _context_params(spec, threads, abort)
    params.n_ctx = spec.kv_cells
    params.n_batch = params.n_ubatch = min(options.batch, spec.kv_cells)
    params.n_seq_max = min(2 * running + 16, MAX_SLOTS)
    params.n_outputs_max = _output_rows(params.n_seq_max)
    context = lib.llama_init_from_model(model, params)
    if not context:
        raise _failure(spec, f"llama.cpp could not make a context of {spec.kv_cells} cells", log)
    if not lib.llama_get_memory(context) or not lib.llama_get_causal_attn(context):
        # It reads a text at once; its "logits" would be whatever lies there.
        raise _no_generator(spec)
    return context


def _new_reading_context(model: Any, spec: ModelSpec, threads: Threads, abort: AbortFlag, log: _NativeLog) -> Any:
    """Make a context for whole texts: a batch holds the longest one. No more positions than were trained exist."""
    window = min(spec.context_length, lib.llama_model_n_ctx_train(model))
    params = _context_params(spec, threads, abort)
    params.n_ctx = params.n_batch = params.n_ubatch = window
    params.n_seq_max = _READER_SLOTS
    params.embeddings = True
    if _declared_pooling(model) == POOLING_NONE:
        # Files from before the key was written: what such models are most often trained for.
        params.pooling_type = POOLING_MEAN
    context = lib.llama_init_from_model(model, params)
    if not context:
        raise _failure(spec, f"llama.cpp could not make a context for texts of {window} tokens", log)
    return context


def _context_params(spec: ModelSpec, threads: Threads, abort: AbortFlag) -> Any:
    """Return what is the same for all contexts."""
    options, params = spec.options, lib.llama_context_default_params()
    params.n_threads, params.n_threads_batch = threads.decode, threads.batch
    params.type_k, params.type_v = KV_TYPES[options.kv_type_k], KV_TYPES[options.kv_type_v]
    params.flash_attn_type = -1 if options.flash_attention is None else int(options.flash_attention)
    params.kv_unified = True
    params.no_perf = True
    params.abort_callback, params.abort_callback_data = abort.callback, abort.data
    return params


def _declared_pooling(model: Any) -> int:
    architecture = header_value(model, b"general.architecture") or b""
    declared = header_value(model, architecture + b".pooling_type") or b""
    return int(declared) if declared.isdigit() else POOLING_NONE


def _capabilities(spec: ModelSpec, vectors: Vectors) -> tuple[Capability, ...]:
    """Return what the model is for: pooling is declared by none that was trained to write."""
    if vectors.ranks:
        return ("rerank",)
    return ("embedding",) if spec.whole or vectors.pools else ("completion", "embedding")


def _no_generator(spec: ModelSpec) -> ModelLoadFailed:
    return ModelLoadFailed(f"`{spec.name}` is not a model that generates text from text alone.", spec.name)


def _output_rows(slots: int) -> int:
    return max(_OUTPUT_ROWS, slots)


def _running(options: LoadOptions) -> int:
    return min(options.max_sequences, MAX_SLOTS - 16)


def _failure(spec: ModelSpec, what: str, log: _NativeLog) -> MinervaError:
    words = "; ".join(log.errors) or "it gave no reason"
    if "failed to allocate" in words or "out of memory" in words:
        needed = spec.memory.total_bytes
        return OutOfMemory(f"Loading `{spec.name}`: {what}: {words}. It needs about {needed} bytes.", needed, 0)
    return ModelLoadFailed(f"Loading `{spec.name}` failed: {what}: {words}.", spec.name)


def _memory(weights_bytes: int, log: _NativeLog, estimate: MemoryPlan, *, grows: bool = False) -> MemoryPlan:
    """Return what was allocated. llama.cpp tells the sizes of its buffers in its log only; else the estimate stands.

    `grows`: the buffers will be larger once a long text is read, and as large as the estimate at most.
    """
    sizes = log.sizes
    compute_bytes = sizes.get("compute", 0) + sizes.get("output", 0)
    return MemoryPlan(
        weights_bytes=weights_bytes,
        kv_bytes=sizes.get("KV", 0) + sizes.get("RS", 0) or estimate.kv_bytes,
        compute_bytes=max(compute_bytes, estimate.compute_bytes if grows or not compute_bytes else 0),
        overhead_bytes=estimate.overhead_bytes,
        device_bytes=log.device_bytes,
    )


_SAMPLING_KEYS: tuple[tuple[str, int, type[int] | type[float]], ...] = (
    ("top_k", 1, int),
    ("top_p", 2, float),
    ("min_p", 3, float),
    ("xtc_probability", 4, float),
    ("xtc_threshold", 5, float),
    ("temperature", 6, float),
    ("repeat_last_n", 7, int),
    ("repeat_penalty", 8, float),
    ("mirostat", 9, int),
    ("mirostat_tau", 10, float),
    ("mirostat_eta", 11, float),
)
"""Our names for `enum llama_model_meta_key`, llama.h."""


def _sampling_defaults(model: Any) -> SamplingOptions:
    """Return the sampling parameters that the model's author stored in the file."""
    values: dict[str, Any] = {}
    for name, key, kind in _SAMPLING_KEYS:
        if (value := header_value(model, lib.llama_model_meta_key_str(key))) is not None:
            values[name] = kind(float(value))
    return SamplingOptions(**values)


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", errors="replace")
