import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from minerva.models import scan as scan_module
from minerva.models.gguf import Header, read_header
from minerva.models.scan import ScanResult, scan
from tests.unit.models.headers import LLAMA, WEIGHTS, Metadata, gguf_bytes


def put(path: Path, metadata: Metadata = LLAMA) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gguf_bytes(metadata))
    return path


def put_parts(folder: Path, stem: str, count: int, *, leave_out: int = 0) -> None:
    for number in range(1, count + 1):
        split = {"split.no": number - 1, "split.count": count, "split.tensors.count": count * len(WEIGHTS)}
        metadata = {**LLAMA, **split} if number == 1 else split
        if number != leave_out:
            put(folder / f"{stem}-{number:05}-of-{count:05}.gguf", metadata)


def names(result: ScanResult) -> list[str]:
    return [model.name for model in result.models]


def reasons(result: ScanResult) -> dict[str, str]:
    return {Path(fault.path).name: fault.reason for fault in result.invalid}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that were opened."""
    paths: list[str] = []

    def read_and_note(path: str) -> Header:
        paths.append(Path(path).name)
        return read_header(path)

    monkeypatch.setattr(scan_module, "read_header", read_and_note)
    return paths


def test_finds_models_below_the_folders(tmp_path: Path) -> None:
    put(tmp_path / "a" / "deep" / "one.gguf")
    put(tmp_path / "b" / "TWO.GGUF")
    put(tmp_path / "a" / ".hidden.gguf")
    put(tmp_path / "a" / "._one.gguf")
    (tmp_path / "a" / "readme.md").touch()
    result = scan([tmp_path / "a", tmp_path / "b", tmp_path / "a" / "deep"])
    assert names(result) == ["one", "TWO"]
    assert result.invalid == ()
    model = result.models[0]
    assert model.paths == (str(tmp_path / "a" / "deep" / "one.gguf"),)
    assert (model.kind, model.title, model.parameters) == ("model", "Small", 384)
    assert model.size_bytes == (tmp_path / "a" / "deep" / "one.gguf").stat().st_size


def test_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "empty.gguf").touch()
    (tmp_path / "cut.gguf").write_bytes(gguf_bytes()[:-1])
    (tmp_path / "gone.gguf").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.gguf").symlink_to(tmp_path / "loop.gguf")
    (tmp_path / "folder.gguf").mkdir()
    os.mkfifo(tmp_path / "pipe.gguf")
    put(tmp_path / "good.gguf")
    result = scan([tmp_path, tmp_path / "missing"])
    assert names(result) == ["good"]
    found = reasons(result)
    assert sorted(found) == ["cut.gguf", "empty.gguf", "folder.gguf", "gone.gguf", "loop.gguf", "missing", "pipe.gguf"]
    assert "truncated" in found["cut.gguf"]
    assert "it is empty" in found["empty.gguf"]
    assert "link to nothing" in found["gone.gguf"]
    assert "pipe" in found["pipe.gguf"]


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.gguf"
    with open(path, "wb") as file:  # noqa: PTH123 - a Path cannot hold these bytes
        file.write(gguf_bytes())
    result = scan([tmp_path])
    assert names(result) == []
    assert "not valid UTF-8" in result.invalid[0].reason


def test_cycles_of_links_end(tmp_path: Path) -> None:
    put(tmp_path / "a" / "one.gguf")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    assert names(scan([tmp_path])) == ["one"]


def test_a_linked_file_is_a_model_under_its_own_name(tmp_path: Path) -> None:
    put(tmp_path / "blobs" / "0123abcd")
    (tmp_path / "nice.gguf").symlink_to(tmp_path / "blobs" / "0123abcd")
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "nice.gguf").symlink_to(tmp_path / "blobs" / "0123abcd")
    assert names(scan([tmp_path])) == ["nice"]


def test_equal_stems_get_their_folders(tmp_path: Path) -> None:
    for folder in ("a/x", "b/x", "b/y"):
        put(tmp_path / folder / "same.gguf")
    put(tmp_path / "b" / "other.gguf")
    assert names(scan([tmp_path])) == ["a/x/same", "b/x/same", "b/y/same", "other"]


def test_the_shipped_model_is_listed_once_and_has_its_name_alone(tmp_path: Path) -> None:
    shipped = put(tmp_path / "package" / "models" / "starter.gguf")
    own = tmp_path / "own"
    own.mkdir()
    assert names(scan([own], shipped=shipped)) == ["starter"]
    # Nor twice where a folder holds it, or a link to it.
    (own / "starter.gguf").symlink_to(shipped)
    result = scan([own, tmp_path / "package"], shipped=shipped)
    assert [(model.name, model.paths, model.shipped) for model in result.models] == [("starter", (str(shipped),), True)]
    (own / "starter.gguf").unlink()
    put(own / "models" / "starter.gguf")
    put(own / "other.gguf")
    result = scan([own], shipped=shipped)
    assert names(result) == ["models/starter", "other", "starter"]
    assert [model.shipped for model in result.models] == [False, False, True]
    assert result.models[2].paths == (str(shipped),)


def test_a_persons_files_of_the_shipped_models_stem_keep_it_its_name(tmp_path: Path) -> None:
    shipped = put(tmp_path / "package" / "starter.gguf")
    first, second = put(tmp_path / "own" / "Starter.gguf"), put(tmp_path / "own" / "starter.gguf")
    put_parts(tmp_path / "own", "starter", 2)
    found = {model.name: model.shipped for model in scan([tmp_path / "own"], shipped=shipped).models}
    part = tmp_path / "own" / "starter-00001-of-00002.gguf"
    assert found == {"starter": True, str(first): False, str(second): False, str(part): False}


def test_a_shipped_model_that_is_missing_is_no_fault(tmp_path: Path) -> None:
    put(tmp_path / "starter.gguf")
    result = scan([tmp_path], shipped=tmp_path / "package" / "starter.gguf")
    assert [(model.name, model.shipped) for model in result.models] == [("starter", False)]
    assert result.invalid == ()


def test_parts_are_one_model(tmp_path: Path) -> None:
    put_parts(tmp_path, "big", 3)
    result = scan([tmp_path])
    assert names(result) == ["big"]
    model = result.models[0]
    assert [Path(path).name for path in model.paths] == [f"big-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    assert (model.parameters, model.weight_bytes) == (3 * 384, 3 * 876)


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_missing_part(tmp_path: Path, missing: int) -> None:
    put_parts(tmp_path, "big", 3, leave_out=missing)
    result = scan([tmp_path])
    assert names(result) == []
    (fault,) = result.invalid
    assert f"1 of its 3 parts are missing: big-0000{missing}-of-00003.gguf" in fault.reason


def test_parts_that_do_not_belong_together(tmp_path: Path) -> None:
    put_parts(tmp_path / "a", "big", 2)
    (tmp_path / "a" / "big-00002-of-00002.gguf").write_bytes(
        gguf_bytes({"split.no": 1, "split.count": 2, "split.tensors.count": 9}, WEIGHTS[:1])
    )
    put_parts(tmp_path / "b", "swapped", 2)
    (tmp_path / "b" / "swapped-00001-of-00002.gguf").replace(tmp_path / "b" / "swapped-00002-of-00002.gguf")
    put_parts(tmp_path / "c", "named", 1)
    put(tmp_path / "c" / "renamed.gguf", {**LLAMA, "split.no": 0, "split.count": 2})
    result = scan([tmp_path])
    assert names(result) == ["named"]
    found = reasons(result)
    assert "they are not of one model" in found["big-00001-of-00002.gguf"]
    assert "1 of its 2 parts are missing" in found["swapped-00002-of-00002.gguf"]
    assert "was renamed" in found["renamed.gguf"]


def test_an_unchanged_file_is_not_opened_again(tmp_path: Path, opened: list[str]) -> None:
    cache = tmp_path / "cache" / "scan"
    put(tmp_path / "models" / "one.gguf")
    put(tmp_path / "models" / "two.gguf")
    first = scan([tmp_path / "models"], cache)
    assert sorted(opened) == ["one.gguf", "two.gguf"]
    opened.clear()
    assert scan([tmp_path / "models"], cache) == first
    assert opened == []


def test_nor_is_the_shipped_model(tmp_path: Path, opened: list[str]) -> None:
    shipped = put(tmp_path / "package" / "starter.gguf")
    first = scan([], tmp_path / "scan", shipped)
    assert scan([], tmp_path / "scan", shipped) == first
    assert opened == ["starter.gguf"]


def test_a_changed_file_is_opened_again(tmp_path: Path, opened: list[str]) -> None:
    cache = tmp_path / "scan"
    one = put(tmp_path / "models" / "one.gguf")
    put(tmp_path / "models" / "two.gguf")
    scan([tmp_path / "models"], cache)
    opened.clear()
    put(one, {**LLAMA, "general.name": "Other"})
    assert scan([tmp_path / "models"], cache).models[0].title == "Other"
    os.utime(one, ns=(0, 0))
    scan([tmp_path / "models"], cache)
    assert opened == ["one.gguf", "one.gguf"]


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"{}", msgspec.msgpack.encode({"format": "0", "files": {}})])
def test_a_damaged_cache_is_ignored_and_replaced(tmp_path: Path, opened: list[str], damage: bytes) -> None:
    cache = tmp_path / "scan"
    put(tmp_path / "models" / "one.gguf")
    first = scan([tmp_path / "models"], cache)
    cache.write_bytes(damage)
    assert scan([tmp_path / "models"], cache) == first
    assert len(opened) == 2
    assert scan([tmp_path / "models"], cache) == first
    assert len(opened) == 2


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    put(tmp_path / "models" / "one.gguf")
    (tmp_path / "file").touch()
    assert names(scan([tmp_path / "models"], tmp_path / "file" / "scan")) == ["one"]


def test_the_cache_leaves_no_other_file(tmp_path: Path) -> None:
    put(tmp_path / "models" / "one.gguf")
    scan([tmp_path / "models"], tmp_path / "cache" / "scan")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["scan"]


def test_a_second_scan_of_a_thousand_models_is_quick(
    tmp_path: Path, opened: list[str], record_property: Callable[[str, object], None]
) -> None:
    data = gguf_bytes()
    for number in range(1_000):
        path = tmp_path / "models" / f"folder{number % 20}" / f"model{number}.gguf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    scan([tmp_path / "models"], tmp_path / "scan")
    opened.clear()
    started = time.process_time()
    result = scan([tmp_path / "models"], tmp_path / "scan")
    took_s = time.process_time() - started
    record_property("second_scan_s", took_s)
    assert len(result.models) == 1_000
    assert opened == []
    assert took_s < 1
