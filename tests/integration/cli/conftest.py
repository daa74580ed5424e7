from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.program import serving
from tests.support.tiny_model import write_tiny_model

LONG_CONTEXT = 65_536


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """Minerva's folder with two models: `tiny`, and `long` whose window an answer does not fill for many seconds."""
    root = tmp_path_factory.mktemp("home")
    (root / "models").mkdir()
    shutil.copy(tiny_model, root / "models" / "tiny.gguf")
    write_tiny_model(root / "models" / "long.gguf", context=LONG_CONTEXT)
    return root


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[str]:
    """The address of a live server that has the two models, and the one that ships.

    One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run.
    """
    with serving(home, "--threads", "1") as url:
        yield url
