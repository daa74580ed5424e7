from pathlib import Path

from tests.support.tiny_model import write_tiny_model


def test_same_arguments_give_the_same_bytes(tmp_path: Path, tiny_model: Path) -> None:
    assert write_tiny_model(tmp_path / "a.gguf").read_bytes() == tiny_model.read_bytes()


def test_seed_changes_the_weights(tmp_path: Path, tiny_model: Path) -> None:
    assert write_tiny_model(tmp_path / "a.gguf", seed=1).read_bytes() != tiny_model.read_bytes()
