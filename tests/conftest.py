"""Fixtures that every folder of tests may use."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from tests.support.tiny_model import write_tiny_model

# Whether an example is quick depends on the machine, and no test is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Programs that a script starts in the background are deaf to Ctrl-C, and so would be those that tests press it for.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED_MODELS = Path(__file__).parents[2] / "shared" / "models"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a tiny random-weight Llama, `tiny.gguf`, alone in its folder: always there, not to be changed."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def shared_model() -> Callable[[str], Path]:
    """Find a real model in the shared folder beside the checkout; the test is skipped where it is not there."""

    def find(name: str) -> Path:
        path = SHARED_MODELS / name
        if not path.is_file():
            pytest.skip(f"{path} is not here")
        return path

    return find
