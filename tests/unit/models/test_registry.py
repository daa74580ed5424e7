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
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as it would ship, in a folder of its own."""
    path = tmp_path_factory.mktemp("package") / "starter.gguf"
    path.write_bytes(gguf_bytes())
    return path


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


def test_latest_is_no_part_of_a_name(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("one")
    registry = Registry([tmp_path])
    for _ in range(2):
        # The second time it is known already.
        assert registry.find("one:latest").name == "one"
    put("bad", b"GGUF")
    with pytest.raises(InvalidModelFile):
        Registry([tmp_path]).find("bad:latest")


@pytest.mark.parametrize("others", [(), ("one",), ("one", "two"), ("starter",)])
def test_without_a_default_the_shipped_model_answers_whatever_else_there_is(
    tmp_path: Path, put: Callable[..., Path], shipped: Path, others: tuple[str, ...]
) -> None:
    for name in others:
        put(name)
    registry = Registry([tmp_path], shipped=shipped)
    for _ in range(2):  # the second time it is known
        assert registry.find(None) == registry.find("starter")
        assert registry.find(None).paths == (str(shipped),)


def test_a_default_goes_before_the_shipped_model(tmp_path: Path, put: Callable[..., Path], shipped: Path) -> None:
    put("one")
    assert Registry([tmp_path], "one", shipped=shipped).find(None).name == "one"
    with pytest.raises(ModelNotFound, match="'two'"):
        Registry([tmp_path], "two", shipped=shipped).find(None)


@pytest.mark.parametrize("names", [("one",), ("one", "two")])
def test_nothing_stands_in_for_a_shipped_model_that_is_missing(
    tmp_path: Path, put: Callable[..., Path], names: tuple[str, ...]
) -> None:
    for name in names:
        put(name)
    put("words", gguf_bytes(LLAMA, ()))
    with pytest.raises(InvalidRequest, match=", ".join(names)) as caught:
        Registry([tmp_path], shipped=tmp_path / "missing" / "starter.gguf").find(None)
    assert caught.value.param == "model"


def test_a_shipped_model_that_is_damaged_says_so(tmp_path: Path, put: Callable[..., Path], shipped: Path) -> None:
    put("one")
    shipped.write_bytes(gguf_bytes()[:-1])
    with pytest.raises(InvalidModelFile, match="truncated") as caught:
        Registry([tmp_path], shipped=shipped).find(None)
    assert caught.value.path == str(shipped)


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
