from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from minerva.core.errors import InvalidModelFile, InvalidRequest, RevisionConflict, StorageFailed
from minerva.core.message import Message, ToolCall
from minerva.core.preset import ModelDefaults, Preset
from minerva.core.preset_tools import PresetFunction, PresetTool
from minerva.core.request import Thinking
from minerva.core.sampling import SamplingOptions
from minerva.models.kept_files import revision_of
from minerva.models.preset_files import DefaultsFiles, PresetFiles
from minerva.models.replacement import replace_file

FULL = Preset(
    name="me/Mario:v2",
    model="tiny",
    system="It's-a me 🙂\n",
    messages=(Message("assistant", "", tool_calls=(ToolCall("1", "f", "{}"),)),),
    template="{{ messages }}",
    tools=(PresetTool("function", PresetFunction("f", "🙂", {"type": "object"})),),
    sampling=SamplingOptions(temperature=0.5, logit_bias={3: -1.0}),
    stop=("a", "\n"),
    max_tokens=0,
    context_length=9,
    overflow="trim_history",
    keep_tokens=-1,
    thinking=Thinking(enabled=False),
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


@pytest.mark.parametrize(
    "earlier",
    [
        # 0.1, as it was first: no tools, no thinking.
        b'{"name": "a", "model": "m", "system": "s", "sampling": {"top_k": 3}, "stop": ["x"], "modified_s": 1.5}',
        b'{"name": "a", "model": "m", "messages": [{"role": "user", "content": "c"}], "overflow": "shift"}',
    ],
)
def test_a_file_of_an_earlier_version_is_read(tmp_path: Path, earlier: bytes) -> None:
    """There is nothing to migrate: a field that is new is silent in a file that does not know it."""
    (tmp_path / "a.json").write_bytes(earlier)
    kept = PresetFiles(tmp_path).get("a")
    assert kept is not None
    assert (kept.tools, kept.thinking) == ((), Thinking())
    PresetFiles(tmp_path).save(kept, revision_of(kept))
    assert msgspec.json.decode((tmp_path / "a.json").read_bytes()) == msgspec.json.decode(earlier)


def test_a_check_of_more_holds_for_files_too(tmp_path: Path) -> None:
    def refuse(preset: Preset) -> None:
        if preset.system == "bad":
            raise InvalidRequest("It is bad.", "system")

    files = PresetFiles(tmp_path, refuse)
    (tmp_path / "a.json").write_text('{"name": "a", "model": "m", "system": "bad"}')
    with pytest.raises(InvalidModelFile, match="It is bad"):
        files.get("a")
    with pytest.raises(InvalidRequest):
        files.save(Preset(name="b", model="m", system="bad"))


@pytest.mark.parametrize("model", ["tiny", "org/Model Q4_K_M", "a:b", "é" * 80, "x" * 255, "模型" * 60])
def test_defaults_are_kept_by_any_name_of_a_model(tmp_path: Path, model: str) -> None:
    files = DefaultsFiles(tmp_path)
    assert files.get(model) is None
    defaults = ModelDefaults(model=model, system="s", thinking=Thinking(budget_tokens=3))
    files.save(defaults, 0)
    assert files.get(model) == files.get(model.upper()) == defaults
    assert files.list() == ([defaults], [])
    [path] = tmp_path.iterdir()
    assert len(path.name) <= 255
    with pytest.raises(RevisionConflict, match="set of defaults"):
        files.save(defaults, 0)
    assert files.delete(model, revision_of(defaults))


def test_defaults_with_a_fault_are_named(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_text('{"model": "tiny", "sampling": {"temperature": 9}}')
    with pytest.raises(InvalidModelFile, match=r"set of defaults.*0 to 2"):
        DefaultsFiles(tmp_path).get("tiny")


def test_what_somebody_else_has_changed_is_not_overwritten(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    one, two = Preset(name="a", model="one"), Preset(name="a", model="two")
    with pytest.raises(RevisionConflict, match="was to be at revision 7, and is not there"):
        files.save(one, 7)
    files.save(one, 0)
    with pytest.raises(RevisionConflict, match="was to be new, and is at revision") as caught:
        files.save(two, 0)
    assert caught.value.revision == revision_of(one) != revision_of(two)
    files.save(two, revision_of(one))
    for stale in (revision_of(one), 0):
        with pytest.raises(RevisionConflict):
            files.delete("A", stale)
    assert files.get("a") == two
    assert files.delete("a", revision_of(two))


def test_a_damaged_file_is_at_no_revision(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(RevisionConflict):
        files.save(Preset(name="a", model="m"), 0)
    files.save(Preset(name="a", model="m"))


def test_of_writers_who_have_seen_the_same_one_wins(tmp_path: Path) -> None:
    files = PresetFiles(tmp_path)
    files.save(Preset(name="a", model="m"))
    seen = revision_of(Preset(name="a", model="m"))
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
