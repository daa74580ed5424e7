"""The catalog on real files and workers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from minerva.core.errors import ModelNotFound, ModelNotLoaded
from minerva.core.model import LoadOptions
from minerva.core.request import FOREVER
from minerva.service.services import ServiceSettings
from tests.integration.service.support import collect, finished, request, running
from tests.support.tiny_model import CHATML, write_tiny_model


async def test_models_and_files_that_are_none(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "a.gguf")
    (tmp_path / "b.gguf").write_bytes(b"GGUF")
    async with running(model) as services:
        found = await services.catalog.models()
    assert [file.name for file in found.models] == ["a"]
    assert [Path(file.path).name for file in found.invalid] == ["b.gguf"]


async def test_details(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        details = await services.catalog.details("tiny")
        assert services.catalog.loaded() == ()
    assert details.chat_template == CHATML
    assert details.metadata["general.architecture"] == "llama"
    assert "tokenizer.chat_template" not in details.metadata
    assert isinstance(details.metadata["tokenizer.ggml.tokens"], str)
    assert details.problem is None
    assert details.plan is not None
    assert details.plan.context_length == 512
    assert 0 < details.plan.memory.total_bytes < details.available_bytes
    assert msgspec.json.decode(msgspec.json.encode(details))["model"]["name"] == "tiny"


async def test_details_of_a_model_that_does_not_fit(tiny_model: Path) -> None:
    def huge(settings: ServiceSettings) -> ServiceSettings:
        return msgspec.structs.replace(settings, load=LoadOptions(context_length=2**40))

    async with running(tiny_model, change=huge) as services:
        details = await services.catalog.details("tiny")
    assert details.plan is None
    assert details.problem is not None


async def test_the_memory_of_all_models_together(tiny_model: Path) -> None:
    def limited(settings: ServiceSettings) -> ServiceSettings:
        return msgspec.structs.replace(settings, pool=msgspec.structs.replace(settings.pool, memory_limit_bytes=2**29))

    async with running(tiny_model) as services:
        before = services.catalog.memory()
        assert 0 < before.free_bytes <= before.total_bytes
    async with running(tiny_model, change=limited) as services:
        before = services.catalog.memory()
        loaded = await services.catalog.load("tiny", FOREVER)
        after = services.catalog.memory()
    assert (before.total_bytes, before.free_bytes) == (2**29, 2**29)
    # Its process may hold a little more than was planned.
    assert after.free_bytes <= 2**29 - loaded.memory.ram_bytes


async def test_load_ps_stop(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        model = await services.catalog.load("tiny", FOREVER)
        (loaded,) = services.catalog.loaded()
        assert loaded.model == model
        assert (loaded.state, loaded.active, loaded.expires_s) == ("ready", 0, None)
        assert loaded.resident_bytes > 0
        assert finished(await collect(services, request())).timings.load_s == 0
        assert await services.catalog.stop("TINY") == "tiny"
        assert services.catalog.loaded() == ()
        with pytest.raises(ModelNotLoaded, match="tiny"):
            await services.catalog.stop("tiny")
        with pytest.raises(ModelNotFound):
            await services.catalog.stop("nix")


async def test_model_whose_file_is_gone_can_be_stopped(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "gone.gguf")
    async with running(model) as services:
        await services.catalog.load("gone")
        model.unlink()
        assert await services.catalog.stop("gone") == "gone"
