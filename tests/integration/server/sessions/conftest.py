"""A server with the model that ships, and two that write without end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.server.conftest import ALONE
from tests.integration.server.live import LiveServer, live_server
from tests.integration.server.sessions.talk import Fields, Talk
from tests.support.tiny_model import write_tiny_model

SETTINGS: Fields = {"default_model": "starter", "load": ALONE}


@pytest.fixture(scope="session")
def endless_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models `long`, of a large window, and `short`, of a small one."""
    folder = tmp_path_factory.mktemp("endless")
    write_tiny_model(folder / "long.gguf", name="long", context=8192)
    write_tiny_model(folder / "short.gguf", name="short", context=256)
    return folder


@pytest.fixture(scope="session")
def sessions_server(endless_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for the tests that kill nothing."""
    data = tmp_path_factory.mktemp("data")
    with live_server(endless_models, data_dir=str(data), **SETTINGS) as server:
        yield server


@pytest.fixture(scope="session")
def talk(sessions_server: LiveServer) -> Iterator[Talk]:
    """A client of it."""
    with Talk(sessions_server.url) as talk:
        yield talk
