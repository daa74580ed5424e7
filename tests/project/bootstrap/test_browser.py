from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.bootstrap import browser, process
from tools.bootstrap.errors import CommandFailed, SetupError
from tools.bootstrap.places import Places
from tools.bootstrap.report import Report


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_own", lambda places: False)
    return Places(root=tmp_path, cache=tmp_path / "cache")


def _program(path: Path) -> Path:
    path.touch(mode=0o755)
    return path


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_the_machines_own_is_taken(places: Places, name: str) -> None:
    program = _program(places.root / name)
    assert browser.find_chromium() == program
    assert not browser.ensure_browser(places, Report())


def test_a_named_one_goes_first(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(places.root / "chromium")
    mine = _program(places.root / "mine")
    monkeypatch.setenv(browser.VARIABLE, str(mine))
    assert browser.find_chromium() == mine
    monkeypatch.setenv(browser.VARIABLE, "nowhere")
    with pytest.raises(SetupError, match="'nowhere'"):
        browser.find_chromium()


@pytest.mark.parametrize(("debian", "words"), [(True, "apt-get install"), (False, "playwright install chromium")])
def test_without_one_it_is_installed(
    places: Places, monkeypatch: pytest.MonkeyPatch, *, debian: bool, words: str
) -> None:
    commands: list[str] = []

    def run(what: str, command: Sequence[str | Path], log: Path, **env: str) -> None:
        commands.append(" ".join(map(str, command)))

    monkeypatch.setattr(process, "run", run)
    monkeypatch.setattr(browser, "_is_root_of_debian", lambda: debian)
    assert browser.ensure_browser(places, Report())
    assert words in commands[-1]


def test_a_failure_says_what_else_helps(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(what: str, command: Sequence[str | Path], log: Path, **env: str) -> None:
        raise CommandFailed(what, log, ["no network"])

    monkeypatch.setattr(process, "run", run)
    with pytest.raises(SetupError, match=rf"(?s)no network.*{browser.VARIABLE}"):
        browser.ensure_browser(places, Report())
