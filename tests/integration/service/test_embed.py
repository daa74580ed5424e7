"""Embedding as a use case: who may be asked for what, every way to end, and what the observer hears of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import gguf
import msgspec
import pytest

from minerva.core.embedding import EmbedRequest
from minerva.core.errors import (
    ContextLimitExceeded,
    GenerationTimeout,
    InvalidRequest,
    ModelNotFound,
    ShuttingDown,
    WorkerCrashed,
)
from minerva.core.event import Failed
from minerva.service.services import Services
from tests.integration.service.support import Diary, collect, failed, request, running
from tests.support.tiny_encoder import SIZE, write_tiny_encoder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoders") / "encoder.gguf", context=512)


def asked(*inputs: str, **fields: Any) -> EmbedRequest:
    return EmbedRequest(**({"request_id": "r", "inputs": inputs} | fields))


LONG = ("tree " * 500,) * 3000
"""Half a minute of work and more."""


async def test_all_inputs_come_back_in_order_with_the_figures(tiny_model: Path) -> None:
    diary = Diary()
    async with running(tiny_model, diary=diary) as services:
        made = await services.embed(asked("Once upon a time", "the cat", "Once upon a time"))
        assert made.model == "tiny"
        assert [len(item.numbers()) for item in made.items] == [64] * 3
        assert made.items[0] == made.items[2] != made.items[1]
        assert sum(number**2 for number in made.items[0].numbers()) == pytest.approx(1, abs=1e-5)
        again = await services.embed(asked("the cat", dimensions=3))
    (first, second) = diary.records
    assert (first.outcome, first.inputs, first.usage.prompt_tokens, first.usage.completion_tokens) == (
        "finished",
        3,
        made.tokens,
        0,
    )
    assert first.timings.load_s > 0 == second.timings.load_s
    assert first.timings.total_s >= first.timings.prefill_s > 0
    assert diary.counts["started"] == 2
    assert len(again.items[0].numbers()) == 3


async def test_what_was_cut_is_said_and_recorded(encoder: Path) -> None:
    diary = Diary()
    async with running(encoder, diary=diary) as services:
        made = await services.embed(asked("tree", "tree " * 600, truncate=True))
    assert [(item.tokens, item.cut) for item in made.items] == [(3, 0), (512, 90)]
    assert (made.cut_tokens, diary.records[0].cut_tokens) == (90, 90)


@pytest.mark.parametrize(
    ("fields", "kind", "words"),
    [
        ({"inputs": ("tree " * 600,)}, ContextLimitExceeded, "`input` has 602 tokens"),
        ({"inputs": ("a", "")}, None, ""),
        ({"dimensions": SIZE + 1}, InvalidRequest, "must be 1 to 32"),
        ({"dimensions": 0}, InvalidRequest, "`dimensions` is 0"),
        ({"context_length": 513}, ContextLimitExceeded, "512"),
        ({"inputs": ((5, 10_000),)}, InvalidRequest, "has token id 10000"),
        ({"query": "cat"}, InvalidRequest, "is no reranker; it gives embeddings"),
        ({"model": "nobody"}, ModelNotFound, "nobody"),
    ],
)
async def test_every_mistake_has_its_error_and_its_record(
    encoder: Path, fields: dict[str, Any], kind: type[Exception] | None, words: str
) -> None:
    diary = Diary()
    async with running(encoder, diary=diary) as services:
        if kind is None:
            await services.embed(asked("the cat", **fields))
        else:
            with pytest.raises(kind, match=words):
                await services.embed(asked("the cat", **fields))
    (record,) = diary.records
    assert (record.outcome == "finished") is (kind is None)
    assert (record.error is None) is (kind is None)


async def test_a_model_that_cannot_write_is_not_even_loaded_for_it(encoder: Path) -> None:
    async with running(encoder) as services:
        end = failed(await collect(services, request()))
        assert isinstance(end, Failed)
        assert (end.error.code, end.error.param) == ("invalid_request", "model")
        assert "writes no text; it gives embeddings" in end.error.message
        assert services.catalog.loaded() == ()


async def test_a_reranker_ranks_and_does_nothing_else(tmp_path: Path) -> None:
    ranker = write_tiny_encoder(tmp_path / "ranker.gguf", pooling=gguf.PoolingType.RANK)
    async with running(ranker) as services:
        made = await services.embed(asked("the cat", "a dog", query="cat", normalize=False))
        assert [len(item.numbers()) for item in made.items] == [1, 1]
        with pytest.raises(InvalidRequest, match="gives no embeddings; it scores documents"):
            await services.embed(asked("the cat"))


async def working(services: Services, diary: Diary) -> asyncio.Task[Any]:
    """Start on a long request; return once the model is there to do it."""
    task = asyncio.create_task(services.embed(asked(*LONG)))
    await diary.heard("started")
    while not any(loaded.active for loaded in services.catalog.loaded()):
        await services.pool.changed()
    return task


async def test_a_caller_who_leaves_stops_the_work(encoder: Path) -> None:
    diary = Diary()
    async with running(encoder, diary=diary) as services:
        task = await working(services, diary)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # The worker is free again at once.
        assert len((await services.embed(asked("the cat"))).items) == 1
        assert services.catalog.loaded()[0].stats.waiting == 0
    assert [record.outcome for record in diary.records] == ["cancelled", "finished"]


async def test_time_runs_out(encoder: Path) -> None:
    diary = Diary()
    async with running(encoder, diary=diary) as services:
        await services.embed(asked("the cat"))
        with pytest.raises(GenerationTimeout, match=r"limit of 0\.3 s.*Send fewer or shorter texts"):
            await services.embed(asked(*LONG, timeout_s=0.3))
        assert len((await services.embed(asked("the cat"))).items) == 1
    assert [record.outcome for record in diary.records] == ["finished", "generation_timeout", "finished"]


async def test_a_worker_that_dies_ends_it_once(encoder: Path) -> None:
    diary = Diary()
    async with running(encoder, diary=diary) as services:
        task = await working(services, diary)
        services.pool.kill()
        with pytest.raises(WorkerCrashed):
            await task
    assert [record.outcome for record in diary.records] == ["worker_crashed"]


async def test_a_server_that_ends_ends_it_once(encoder: Path) -> None:
    diary = Diary()
    async with running(encoder, diary=diary) as services:
        task = await working(services, diary)
        await services.close(drain_s=0.0)
        with pytest.raises(ShuttingDown):
            await task
    assert [record.outcome for record in diary.records] == ["shutting_down"]


async def test_while_draining_none_is_taken(encoder: Path) -> None:
    async with running(encoder) as services:
        services.begin_drain()
        with pytest.raises(ShuttingDown):
            await services.embed(asked("the cat"))


async def test_the_servers_limit_holds_too(encoder: Path) -> None:
    def hurried(settings: Any) -> Any:
        return msgspec.structs.replace(settings, timeout_s=0.001)

    async with running(encoder, change=hurried) as services:
        with pytest.raises(GenerationTimeout):
            await services.embed(asked("the cat", timeout_s=60.0))
