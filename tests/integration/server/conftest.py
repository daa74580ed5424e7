"""One server for the tests that only ask."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest

from tests.conftest import SHARED_MODELS
from tests.integration.server.live import SHORTLY, LiveServer, live_server
from tests.support.tiny_model import write_tiny_model

STORIES = "stories260K-f32"
EXACT = {"kv_type_k": "f32", "kv_type_v": "f32", "flash_attention": False}
"""Logits then differ by 1e-5 between batches of different shape, not by 1e-2, and greedy text can be compared."""
ALONE = {"threads": 1, **EXACT}
"""With two threads, on a machine whose cores are taken, each token waits for the other thread to be run."""


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """A folder with the tiny model, one of a smaller window, a broken file, and the real one where there is one."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(tiny_model, folder / "tiny.gguf")
    write_tiny_model(folder / "other.gguf", seed=1, name="other")
    (folder / "broken.gguf").write_bytes(b"GGUF and nothing more")
    if (SHARED_MODELS / f"{STORIES}.gguf").is_file():
        (folder / f"{STORIES}.gguf").symlink_to(SHARED_MODELS / f"{STORIES}.gguf")
    return folder


@pytest.fixture(scope="session")
def server(models_folder: Path) -> Iterator[LiveServer]:
    """A server with those models; `tiny` is the default one."""
    with live_server(models_folder, default_model="tiny", load=EXACT) as server:
        yield server


@pytest.fixture(scope="session")
def http(server: LiveServer) -> Iterator[httpx.Client]:
    """Plain HTTP."""
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False, limits=SHORTLY) as client:
        yield client


@pytest.fixture(scope="session")
def sdk(server: LiveServer) -> Iterator[openai.OpenAI]:
    """The official client."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as client:
        yield client
