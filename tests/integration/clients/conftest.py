"""A live server with the model that ships, for clients of other projects: `make test-clients` brings them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.server.live import LiveServer, live_server

WHO: Any = [{"role": "user", "content": "Who are you?"}]
WEATHER = "Get the weather with the city Paris."
RESULT = '{"weather": "sunny", "temperature": 21}'


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run."""
    with live_server(tmp_path_factory.mktemp("models"), load={"threads": 1}) as server:
        yield server
