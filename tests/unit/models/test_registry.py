from collections.abc import Callable
from pathlib import Path

import pytest

from minerva.core.errors import AmbiguousModelName, InvalidModelFile, InvalidRequest, ModelNotFound
from minerva.models.registry import Registry
from minerva.models.scan import ScanResult
from tests.unit.models.headers import LLAMA, gguf_bytes


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str], Path]:
    def write(name: str, data: bytes | None = None) -> Path:
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(gguf_bytes() if data is None else data)
        return path

    return write


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, as its only item, of what runs under the test."""
    now = [100.0]
    monkeypatch.setattr("minerva.models.registry.monotonic", lambda: now[0])
    return now


def test_finds_by_name_and_default(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("one")
    put("two")
    registry = Registry([tmp_path], default="two")
    assert registry.find("one").name == "one"
    assert registry.find(None).name == "two"
    assert registry.find("").name == "two"


def test_the_only_model_needs_no_name(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("one")
    put("words", gguf_bytes(LLAMA, ()))
    assert Registry([tmp_path]).find(None).name == "one"


def test_no_name_among_several(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("one")
    put("two")
    with pytest.raises(InvalidRequest, match="one, two") as caught:
        Registry([tmp_path]).find(None)
    assert caught.value.param == "model"


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="Put a GGUF file into"):
        Registry([tmp_path]).find(None)
    with pytest.raises(ModelNotFound):
        Registry([]).find("one")


def test_an_unknown_and_an_ambiguous_name(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("model-a")
    put("model-b")
    registry = Registry([tmp_path])
    with pytest.raises(ModelNotFound, match="Did you mean"):
        registry.find("modle-a")
    with pytest.raises(AmbiguousModelName):
        registry.find("model")


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("cut", gguf_bytes()[:-1])
    put("words", gguf_bytes(LLAMA, ()))
    registry = Registry([tmp_path])
    with pytest.raises(InvalidModelFile, match="truncated"):
        registry.find("cut")
    with pytest.raises(ModelNotFound, match="a vocabulary without weights"):
        registry.find("words.gguf")


def test_a_new_file_is_seen_after_a_second(tmp_path: Path, put: Callable[..., Path], clock: list[float]) -> None:
    registry = Registry([tmp_path], cache_path=tmp_path / "scan")
    assert registry.list().models == ()
    put("one")
    clock[0] += 0.5
    assert registry.list().models == ()
    clock[0] += 0.6
    assert registry.find("one").name == "one"
    (tmp_path / "one.gguf").unlink()
    clock[0] += 1.1
    assert registry.list().models == ()


def test_a_known_name_needs_no_scan(
    tmp_path: Path, put: Callable[..., Path], clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("one")
    registry = Registry([tmp_path])
    found = registry.find("one")
    monkeypatch.setattr("minerva.models.registry.scan", lambda *_: ScanResult())
    clock[0] += 10
    assert registry.find("one") is found
    put("one", gguf_bytes({**LLAMA, "general.name": "Another"}))
    with pytest.raises(ModelNotFound):
        registry.find("one")
