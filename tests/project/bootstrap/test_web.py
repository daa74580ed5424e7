from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.bootstrap import process
from tools.bootstrap.errors import CommandFailed
from tools.bootstrap.node import Node
from tools.bootstrap.places import Places
from tools.bootstrap.report import Report
from tools.bootstrap.web import Web


class Npm:
    """Stands in for npm; `fails_at` is the command in which it breaks, half way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.fails_at = ""
        self.steps: list[str] = []
        self.page = root / "src" / "minerva" / "web" / "index.html"
        self.seen: str | None = None
        """The page that was there while the last step ran."""

    def run(self, what: str, command: Sequence[str | Path], log: Path, **env: str) -> None:
        assert env["PATH"].startswith("/node/bin")
        step = "ci" if "ci" in command else "build"
        self.steps.append(step)
        made = self.root / "web" / "node_modules" if step == "ci" else Path(env["MINERVA_PAGE"])
        self.seen = self.page.read_text() if self.page.exists() else None
        made.mkdir(parents=True, exist_ok=True)
        (made / "index.html").write_text(f"made {self.steps.count('build')}")
        if step == self.fails_at:
            raise CommandFailed(what, log, [])

    def take(self) -> list[str]:
        taken, self.steps = self.steps, []
        return taken


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    npm = Npm(tmp_path)
    monkeypatch.setattr(process, "run", npm.run)
    node = Node(("npm",), Path("/node/bin"))
    monkeypatch.setattr("tools.bootstrap.web.ensure_node", lambda places, report: node)
    return npm


@pytest.fixture
def web(tmp_path: Path) -> Web:
    source = tmp_path / "web"
    (source / "src" / "routes").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/routes/+page.svelte", "src/tree.test.ts"):
        (source / name).write_text(name)
    return Web(Places(root=tmp_path, cache=tmp_path / "cache"))


def test_what_is_built_is_not_built_again(web: Web, npm: Npm) -> None:
    assert web.install(Report(), packages=True)
    assert npm.take() == ["ci", "build"]
    assert not web.install(Report(), packages=True)
    assert npm.take() == []


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        ("src/routes/+page.svelte", ["build"]),
        ("src/new.ts", ["build"]),
        ("package-lock.json", ["ci", "build"]),
        ("src/tree.test.ts", []),
        ("src/lib/api/openapi.d.ts", []),
        ("node_modules/some/thing.js", []),
        (".svelte-kit/types.d.ts", []),
    ],
)
def test_a_change_repeats_what_depends_on_it(
    web: Web, npm: Npm, tmp_path: Path, changed: str, steps: list[str]
) -> None:
    web.install(Report(), packages=True)
    npm.take()
    path = tmp_path / "web" / changed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed")
    assert web.install(Report(), packages=True) == bool(steps)
    assert npm.take() == steps


def test_a_file_that_is_gone_counts_as_a_change(web: Web, npm: Npm, tmp_path: Path) -> None:
    web.install(Report(), packages=True)
    (tmp_path / "web" / "src" / "routes" / "+page.svelte").unlink()
    assert not web.has_page()
    assert web.has_packages()


def test_a_built_page_needs_no_packages_to_be_served(web: Web, npm: Npm, tmp_path: Path) -> None:
    web.install(Report(), packages=False)
    npm.take()
    (tmp_path / "web" / "node_modules" / ".minerva-packages").unlink()
    assert not web.install(Report(), packages=False)
    assert web.install(Report(), packages=True)
    assert npm.take() == ["ci"]


@pytest.mark.parametrize("step", ["ci", "build"])
def test_half_of_it_counts_for_nothing(web: Web, npm: Npm, tmp_path: Path, step: str) -> None:
    web.install(Report(), packages=True)
    (tmp_path / "web" / ("package.json" if step == "ci" else "src/new.ts")).write_text("changed")
    npm.fails_at = step
    with pytest.raises(CommandFailed):
        web.install(Report(), packages=True)
    npm.fails_at = ""
    npm.take()
    assert web.install(Report(), packages=True)
    assert npm.take()[-1] == "build"


def test_the_page_is_there_while_the_next_one_is_built(web: Web, npm: Npm, tmp_path: Path) -> None:
    web.install(Report(), packages=True)
    before = npm.page.read_text()
    (npm.page.parent / "old.js").write_text("of the old page")
    (tmp_path / "web" / "src" / "new.ts").write_text("changed")
    npm.fails_at = "build"
    with pytest.raises(CommandFailed):
        web.install(Report(), packages=True)
    assert npm.seen == npm.page.read_text() == before
    assert not web.has_page()
    npm.fails_at = ""
    assert web.install(Report(), packages=True)
    assert npm.seen == before
    assert npm.page.read_text() != before
    assert web.has_page()
    assert sorted(path.name for path in npm.page.parent.iterdir()) == [".minerva-page", "index.html"]
    assert [path.name for path in (tmp_path / ".setup").iterdir() if path.name.startswith("page")] == []


def test_a_page_that_cannot_take_the_others_place_leaves_it_there(
    web: Web, npm: Npm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.install(Report(), packages=True)
    before = npm.page.read_text()
    (tmp_path / "web" / "src" / "new.ts").write_text("changed")
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == "page-next":
            raise PermissionError(path)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError):
        web.install(Report(), packages=True)
    assert npm.page.read_text() == before
