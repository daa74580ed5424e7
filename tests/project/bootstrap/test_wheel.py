import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tools.bootstrap import process, toolchain
from tools.bootstrap.errors import CommandFailed, SetupError
from tools.bootstrap.identity import key_of
from tools.bootstrap.places import Places
from tools.bootstrap.report import Report, duration
from tools.bootstrap.source import LLAMA_CPP, native_digest
from tools.bootstrap.wheel import ensure_wheel, find_wheel, progress_text

IDENTITY: dict[str, object] = {"sdist": "abc", "cmake_args": "-DX=1"}
NAME = "llama_cpp_python-1-py3-none-any.whl"
BESIDE_GGML = LLAMA_CPP / "ggml" / "src" / "ggml-cpu"


def _write_wheel(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("llama_cpp/__init__.py", "")


class Builder:
    """Stands in for the programs that a build runs; first `misfits` patches do not fit and `failures` builds fail."""

    def __init__(self, failures: int = 0) -> None:
        self.compilations = 0
        self.downloads = 0
        self.failures = failures
        self.misfits = 0
        self.cmake_args: set[str] = set()

    def run(
        self,
        what: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        watch: Callable[[str], None] | None = None,
        **env: str,
    ) -> None:
        if "venv" in command:
            Path(command[-1]).mkdir(parents=True)
        elif "download" in command:
            self.downloads += 1
            self._download(Path(command[command.index("-d") + 1]))
        elif "patch_ng" in command:
            self._patch(Path(command[command.index("-d") + 1]), Path(command[-1]), log)
        elif "wheel" in command:
            self.cmake_args.add(env["CMAKE_ARGS"])
            self._compile(command, log)

    def _download(self, folder: Path) -> None:
        folder.mkdir()
        content = folder.parent / "content"
        (content / BESIDE_GGML).mkdir(parents=True, exist_ok=True)
        with tarfile.open(folder / "llama_cpp_python-1.tar.gz", "w:gz") as archive:
            archive.add(content, "llama_cpp_python-1")

    def _patch(self, llama_cpp: Path, patch: Path, log: Path) -> None:
        if self.misfits:
            self.misfits -= 1
            raise CommandFailed("Applying", log, [])
        (llama_cpp / "patched").write_text(patch.read_text())

    def _compile(self, command: Sequence[str | Path], log: Path) -> None:
        self.compilations += 1
        cmake = Path(str(command[command.index("--config-settings") + 1]).removeprefix("build-dir="))
        cmake.mkdir(exist_ok=True)
        if self.failures:
            self.failures -= 1
            raise CommandFailed("Compiling", log, [])
        source = Path(command[-1])
        assert (source / BESIDE_GGML / "added.cpp").read_text() == "int added;\n"
        assert (source / LLAMA_CPP / "patched").read_text() == "+added\n"
        _write_wheel(Path(command[command.index("-w") + 1]) / NAME)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(root=tmp_path / "checkout", cache=tmp_path / "cache")
    places.lock_file("build").parent.mkdir(parents=True)
    places.lock_file("build").write_text("ninja==1\n")
    places.native.mkdir()
    (places.native / "added.cpp").write_text("int added;\n")
    (places.native / "hook.patch").write_text("+added\n")
    return places


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    builder = Builder()
    monkeypatch.setattr(process, "run", builder.run)
    monkeypatch.setattr(toolchain, "require_compiler", lambda: None)
    return builder


def test_a_wheel_is_compiled_once_and_kept(places: Places, builder: Builder) -> None:
    first = ensure_wheel(places, IDENTITY, Report())
    second = ensure_wheel(places, IDENTITY, Report())
    assert first == second == places.wheel(key_of(IDENTITY)) / NAME
    assert builder.compilations == 1
    assert builder.cmake_args == {"-DX=1"}


def test_nothing_but_the_wheel_and_its_papers_is_left(places: Places, builder: Builder) -> None:
    wheel = ensure_wheel(places, IDENTITY, Report())
    assert not places.build(key_of(IDENTITY)).exists()
    assert {path.name for path in wheel.parent.iterdir()} == {NAME, "identity.json"}


def test_another_choice_is_compiled_anew(places: Places, builder: Builder) -> None:
    ensure_wheel(places, IDENTITY, Report())
    ensure_wheel(places, {**IDENTITY, "cmake_args": "-DX=2"}, Report())
    assert builder.compilations == 2


def test_a_failed_build_is_not_taken_for_a_wheel_and_goes_on_later(places: Places, builder: Builder) -> None:
    builder.failures = 1
    with pytest.raises(CommandFailed):
        ensure_wheel(places, IDENTITY, Report())
    assert find_wheel(places.wheel(key_of(IDENTITY))) is None
    ensure_wheel(places, IDENTITY, Report())
    assert (builder.compilations, builder.downloads) == (2, 1)


def test_a_source_that_a_patch_does_not_fit_is_not_compiled_and_is_fetched_anew(
    places: Places, builder: Builder
) -> None:
    builder.misfits = 1
    with pytest.raises(CommandFailed):
        ensure_wheel(places, IDENTITY, Report())
    assert builder.compilations == 0
    ensure_wheel(places, IDENTITY, Report())
    assert (builder.compilations, builder.downloads) == (1, 2)


def test_whatever_changes_in_native_gives_another_digest(places: Places) -> None:
    before = native_digest(places)
    (places.native / "notes.txt").write_text("not compiled")
    assert native_digest(places) == before
    (places.native / "added.cpp").write_text("int changed;\n")
    changed = native_digest(places)
    (places.native / "added.h").write_text("")
    assert len({before, changed, native_digest(places)}) == 3


def test_a_build_that_cannot_go_on_starts_over(places: Places, builder: Builder) -> None:
    builder.failures = 2
    with pytest.raises(CommandFailed):
        ensure_wheel(places, IDENTITY, Report())
    ensure_wheel(places, IDENTITY, Report())
    assert builder.compilations == 3


def test_a_damaged_wheel_is_not_used(places: Places, builder: Builder) -> None:
    folder = places.wheel(key_of(IDENTITY))
    _write_wheel(folder / NAME)
    whole = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(whole[: len(whole) // 2])
    ensure_wheel(places, IDENTITY, Report())
    assert builder.compilations == 1


def test_the_time_left_is_told_once_it_can_be() -> None:
    assert progress_text(3, 193, 2, 4.0) == "Compiling llama.cpp: 3 of 193"
    assert progress_text(93, 193, 50, 100.0) == "Compiling llama.cpp: 93 of 193, about 3:20 left"
    assert progress_text(193, 193, 190, 100.0) == "Compiling llama.cpp: 193 of 193"


def test_durations() -> None:
    assert [duration(seconds) for seconds in (0, 59.9, 65, 600)] == ["0:00", "0:59", "1:05", "10:00"]


def test_a_missing_compiler_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(SetupError, match=r"(?s)no C\+\+ compiler.*Install g\+\+"):
        toolchain.require_compiler()
