"""What llama.cpp is told of threads, batches and memory nodes when a model is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minerva.core.model import LoadOptions, MemoryPlan, ModelSpec, Tuning
from minerva.engine.llama import load as loading
from minerva.engine.llama.backend import LlamaBackend
from minerva.engine.llama.library import lib
from minerva.engine.threads import best_thread_count


def load(path: Path, options: LoadOptions, tuning: Tuning | None = None) -> loading.Loaded:
    spec = ModelSpec(
        name="tiny",
        paths=(str(path),),
        context_length=512,
        kv_cells=1024,
        gpu_layers=0,
        options=options,
        memory=MemoryPlan(0, 0, 0),
        tuning=tuning,
    )
    return loading.load(spec, lambda _fraction: None, lambda _level, _line: None)


def told(loaded: loading.Loaded) -> tuple[int, int, int]:
    """Return the threads for one token, those for more, and the batch, as the context has them; and free it."""
    backend: Any = loaded.backend
    assert isinstance(backend, LlamaBackend)
    context = backend._context
    found = lib.llama_n_threads(context), lib.llama_n_threads_batch(context), lib.llama_n_ubatch(context)
    backend.close()
    return found


def test_threads_for_one_token_and_for_more_may_differ(tiny_model: Path) -> None:
    loaded = load(tiny_model, LoadOptions(threads=1, threads_batch=3, batch_tokens=64))
    assert told(loaded) == (1, 3, 64)
    assert (loaded.model.threads, loaded.model.threads_batch, loaded.model.batch_tokens) == (1, 3, 64)
    assert loaded.model.tuned == ()


def test_one_number_is_for_both(tiny_model: Path) -> None:
    assert told(load(tiny_model, LoadOptions(threads=2))) == (2, 2, 512)


def test_what_was_tuned_is_taken_and_named(tiny_model: Path) -> None:
    tuning = Tuning(threads=2, threads_batch=3, batch_tokens=128, usual_threads=best_thread_count(), gpu_layers=0)
    loaded = load(tiny_model, LoadOptions(batch_tokens=128), tuning)
    assert told(loaded) == (2, 3, 128)
    assert loaded.model.tuned == ("threads", "threads_batch", "batch_tokens")


def test_threads_can_be_changed_for_measuring(tiny_model: Path) -> None:
    loaded = load(tiny_model, LoadOptions(threads=1))
    assert isinstance(loaded.backend, LlamaBackend)
    loaded.backend.set_threads(2, 3)
    assert told(loaded) == (2, 3, 512)


@pytest.mark.parametrize(
    ("numa", "told"), [(None, []), ("distribute", [1]), ("isolate", [2]), ("numactl", [3]), ("mirror", [4])]
)
def test_memory_nodes_are_a_matter_of_the_setting(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, numa: Any, told: list[int]
) -> None:
    calls: list[str | int] = []
    read = lib.llama_model_load_from_file

    def reading(*arguments: Any) -> Any:
        calls.append("read")
        return read(*arguments)

    # What is told to ggml holds for the rest of a process: here it is only noted.
    monkeypatch.setattr(lib, "llama_numa_init", calls.append)
    monkeypatch.setattr(lib, "llama_model_load_from_file", reading)
    backend = load(tiny_model, LoadOptions(threads=1, numa=numa)).backend
    assert isinstance(backend, LlamaBackend)
    backend.close()
    assert calls == [*told, "read"]
