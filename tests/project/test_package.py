"""What a person installs: the wheel has the starter model and the web chat, which `.gitignore` must not take out."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from minerva.models import starter
from minerva.server.ui import BUILT
from tests.project.tree import ROOT

MODEL = starter.PATH.relative_to(ROOT / "src").as_posix()
SIZE_LIMIT_BYTES = 8_000_000


def _build(target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build("wheel", tmp_path_factory.mktemp("wheel"))


def test_the_wheel_has_the_starter_model_as_it_is_here(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(MODEL) == starter.PATH.read_bytes()
        assert archive.getinfo(MODEL).file_size <= SIZE_LIMIT_BYTES


def test_the_wheel_has_the_web_chat_as_it_was_built(wheel: Path) -> None:
    built = {f"minerva/web/{name}" for name in _files(BUILT)}
    assert "minerva/web/index.html" in built, "run: make setup"
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if name.startswith("minerva/web/")} == built
        assert archive.read("minerva/web/index.html") == (BUILT / "index.html").read_bytes()


def _files(folder: Path) -> list[str]:
    """What lies in the built page, but for the stamp that says what it was built from."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return [path.relative_to(folder).as_posix() for path in paths]


def test_no_other_model_slips_in(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if PurePosixPath(name).suffix == ".gguf"] == [MODEL]


def test_the_source_archive_has_them_too(tmp_path: Path) -> None:
    with tarfile.open(_build("sdist", tmp_path)) as archive:
        names = archive.getnames()
    native = [f"/native/{file.name}" for file in (ROOT / "native").iterdir()]
    assert len(native) > 1
    for wanted in (f"/src/{MODEL}", "/src/minerva/web/index.html", "/web/package-lock.json", *native):
        assert [name for name in names if name.endswith(wanted)], wanted
    assert [name for name in names if "/node_modules/" in name or "/.svelte-kit/" in name] == []


def test_git_takes_it_and_leaves_its_bytes_alone() -> None:
    place = starter.PATH.relative_to(ROOT).as_posix()
    assert subprocess.run(["git", "check-ignore", place], cwd=ROOT, capture_output=True, check=False).stdout == b""
    said = subprocess.run(["git", "check-attr", "text", place], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.stdout in {f"{place}: text: unset\n", ""}  # "" in an exported archive, without git
