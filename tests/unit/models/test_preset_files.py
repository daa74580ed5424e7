from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from minerva.core.errors import InvalidModelFile, InvalidRequest, RevisionConflict, StorageFailed
from minerva.core.message import Message, ToolCall
from minerva.core.preset import Preset
from minerva.core.sampling import SamplingOptions
from minerva.models.preset_files import PresetFiles, preset_revision
from minerva.models.replacement import replace_file

FULL = Preset(
    name="me/Mario:v2",
    model="tiny",
    system="It's-a me 🙂\n",
    messages=(Message("assistant", "", tool_calls=(ToolCall("1", "f", "{}"),)),),
    template="{{ messages }}",
    sampling=SamplingOptions(temperature=0.5, logit_bias={3: -1.0}),
    stop=("a", "\n"),
    max_tokens=0,
    context_length=9,
    overflow="trim_history",
    keep_tokens=-1,
    license="MIT",
    modified_s=1.5,
)


def test_a_preset_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    PresetFiles(tmp_path / "new").save(FULL)
    files = PresetFiles(tmp_path / "new")
    assert files.get("ME/mario:V2") == FULL
    assert files.list() == ([FULL], [])
    assert files.get("me/mario") is None
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["me%2Fmario%3Av2.json"]


def test_what_somebody_else_has_changed_is_not_overwritten(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    one, two = Preset(name="a", model="one"), Preset(name="a", model="two")
    with pytest.raises(RevisionConflict, match="was to be at revision 7, and is not there"):
        files.save(one, 7)
    files.save(one, 0)
    with pytest.raises(RevisionConflict, match="was to be new, and is at revision") as caught:
        files.save(two, 0)
    assert caught.value.revision == preset_revision(one) != preset_revision(two)
    files.save(two, preset_revision(one))
    for stale in (preset_revision(one), 0):
        with pytest.raises(RevisionConflict):
            files.delete("A", stale)
    assert files.get("a") == two
    assert files.delete("a", preset_revision(two))


def test_a_damaged_file_is_at_no_revision(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(RevisionConflict):
        files.save(Preset(name="a", model="m"), 0)
    files.save(Preset(name="a", model="m"))


def test_of_writers_who_have_seen_the_same_one_wins(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    files.save(Preset(name="a", model="m"))
    seen = preset_revision(Preset(name="a", model="m"))
    begin = threading.Barrier(8)
    refused: list[str] = []

    def write(model: str) -> None:
        begin.wait()
        try:
            files.save(Preset(name="a", model=model), seen)
        except RevisionConflict:
            refused.append(model)

    threads = [threading.Thread(target=write, args=(f"m{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = files.get("a")
    assert kept is not None
    assert sorted([*refused, kept.model]) == [f"m{number}" for number in range(8)]


def test_a_preset_is_replaced_and_forgotten(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    files.save(Preset(name="a", model="one"))
    files.save(Preset(name="A", model="two"))
    assert files.list()[0] == [Preset(name="A", model="two")]
    assert files.delete("a:latest")
    assert not files.delete("a")
    assert files.list() == ([], [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no preset"),
        ("{", "holds no preset"),
        ("[]", "holds no preset"),
        ('{"name": "a"}', "model"),
        ('{"name": "a", "model": "m", "sistem": ""}', "sistem"),
        ('{"name": "a", "model": "m", "sampling": {"temp": 1}}', "temp"),
        ('{"name": "a", "model": "m", "sampling": {"temperature": 9}}', "0 to 2"),
        ('{"name": "b", "model": "m"}', "another file"),
        (b'{"name": "a", "model": "\xff"}', "holds no preset"),
    ],
)
def test_a_damaged_file_is_named_and_the_others_are_there(tmp_path: Path, text: str | bytes, reason: str) -> None:
    files = PresetFiles(tmp_path)
    files.save(Preset(name="good", model="m"))
    (tmp_path / "a.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    presets, [fault] = files.list()
    assert presets == [Preset(name="good", model="m")]
    assert fault.path == str(tmp_path / "a.json")
    assert reason in fault.reason
    with pytest.raises(InvalidModelFile, match=r"a\.json"):
        files.get("a")
    # Its name is free again by deleting it, or by saving another.
    files.save(Preset(name="a", model="m"))
    assert files.get("a") == Preset(name="a", model="m")


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in (".a.json-x", ".json", "notes.txt"):
        (tmp_path / name).write_text("{")
    assert PresetFiles(tmp_path).list() == ([], [])
    assert PresetFiles(tmp_path / "missing").list() == ([], [])


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    files = PresetFiles(None)
    assert files.get("a") is None
    assert files.list() == ([], [])
    assert not files.delete("a")
    with pytest.raises(StorageFailed):
        files.save(Preset(name="a", model="m"))


@pytest.mark.parametrize("name", ["..", "../../x", "/etc/passwd", "a\0b", "C:\\x", "\ud800"])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    files = PresetFiles(tmp_path / "presets")
    assert files.get(name) is None
    assert not files.delete(name)
    with pytest.raises(InvalidRequest):
        files.save(Preset(name=name, model="m"))
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_refuses_is_an_error_with_the_path(tmp_path: Path) -> None:
    (tmp_path / "presets").write_text("a file, where a folder should be")
    files = PresetFiles(tmp_path / "presets")
    with pytest.raises(StorageFailed, match="presets"):
        files.save(Preset(name="a", model="m"))


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    versions = [Preset(name="a", model="m", system=str(number) * 50_000) for number in range(2)]
    files.save(versions[0])
    done = threading.Event()

    def write() -> None:
        for number in range(60):
            files.save(versions[number % 2])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = 0
    while not done.is_set():
        assert files.get("a") in versions
        seen += 1
    writer.join()
    assert seen > 1


def test_a_write_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    """The process ends as by a signal at the worst moment: the new file is written and has not its name yet."""
    files = PresetFiles(tmp_path)
    files.save(Preset(name="a", model="old"))
    process = multiprocessing.get_context("spawn").Process(target=_die_before_the_end, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert files.list() == ([Preset(name="a", model="old")], [])
    assert len(list(tmp_path.iterdir())) == 2
    files.save(Preset(name="a", model="new"))
    assert files.get("a") == Preset(name="a", model="new")


def _die_before_the_end(folder: Path) -> None:
    def die(*_: Any) -> None:
        os._exit(9)

    Path.replace = die  # type: ignore[method-assign,assignment]  # the last thing that this process does
    PresetFiles(folder).save(Preset(name="a", model="new"))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "a", b"data")
    assert list(tmp_path.iterdir()) == []
