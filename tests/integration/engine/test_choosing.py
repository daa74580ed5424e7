"""Several threads in llama.cpp's samplers at once: the tokens are those of one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minerva.core.event import TokenLogprob
from minerva.core.model import LoadOptions, MemoryPlan, ModelSpec
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.engine.choosing import Experience
from minerva.engine.cost import CostModel
from minerva.engine.intake import Arrived
from minerva.engine.llama.backend import LlamaBackend
from minerva.engine.llama.load import load
from minerva.engine.loop import Engine
from minerva.engine.scheduler import Limits
from minerva.wire.messages import Delta, Ended, Generate, News

ASKED: list[dict[str, Any]] = [
    {"temperature": 0.0},
    {"seed": 1},
    {"seed": 2, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "temperature": 2.0},
    {"seed": 3, "repeat_penalty": 1.3, "frequency_penalty": 0.5},
    {"seed": 4, "mirostat": 2, "mirostat_tau": 8.0},
    {"seed": 5, "mirostat": 1},
    {"seed": 6, "dry_multiplier": 0.8, "xtc_probability": 0.5},
    {"seed": 7, "typical_p": 0.6, "logit_bias": {5: 2.0}},
]


@pytest.fixture(scope="module")
def backend(shared_model: Callable[[str], Path]) -> Iterator[LlamaBackend]:
    """The small story model, in this very process."""
    path = shared_model("stories260K-f32.gguf")
    spec = ModelSpec(
        name=path.stem,
        paths=(str(path),),
        context_length=128,
        kv_cells=2048,
        gpu_layers=0,
        options=LoadOptions(threads=1),
        memory=MemoryPlan(0, 0, 0),
    )
    loaded = load(spec, lambda _fraction: None, lambda _level, _line: None).backend
    assert isinstance(loaded, LlamaBackend)
    yield loaded
    loaded.close()


def tell(backend: LlamaBackend, threads: int) -> list[list[TokenLogprob]]:
    """Return what eight sequences with eight ways to sample say, and how likely each token was."""
    engine = Engine(
        backend,
        window=128,
        limits=Limits(
            max_running=8,
            slots=backend.slots,
            batch_tokens=256,
            output_rows=backend.output_rows,
            step_target_s=1.0,
            retained_cells=0,
        ),
        queue_limit=100,
        cost=CostModel(0.0001),
        threads=threads,
    )
    for number, options in enumerate(ASKED):
        prompt = backend.vocabulary.tokenize(f"Once {number}", add_special=True, parse_special=False)
        request = Generate(
            id=number,
            request_id=str(number),
            prompt=prompt,
            sampling=resolve(SamplingOptions(**options, ignore_eos=True)),
            max_tokens=60,
            logprobs=1,
            cache_prompt=False,
        )
        engine.handle([Arrived(request, prompt)])
    news: list[News] = []
    while not engine.is_idle:
        news += engine.step().news
    assert sum(isinstance(item, Ended) for item in news) == len(ASKED)
    return [
        [entry for item in news if isinstance(item, Delta) and item.id == number for entry in item.logprobs]
        for number in range(len(ASKED))
    ]


def test_threads_draw_the_same_tokens(backend: LlamaBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Experience, "pays", lambda _self, _count: True)
    alone = tell(backend, threads=1)
    for _ in range(3):
        assert tell(backend, threads=4) == alone
    assert all(len(tokens) == 60 for tokens in alone)
