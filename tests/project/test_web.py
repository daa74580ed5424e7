"""The web chat as files: its layers, its sizes, its packages."""

import json
import re
from pathlib import Path

import pytest

from tests.project.tree import ROOT, project_files

WEB = ROOT / "web"
SOURCE = WEB / "src"
MOST_LINES_OF_A_COMPONENT = 200
MOST_LINES_OF_A_MODULE = 400
FILES = [path for path in project_files() if path.is_relative_to(SOURCE) and path.suffix in {".svelte", ".ts"}]
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*['"]([^'"]+)['"]""")

ABOVE = {
    "chat": {"state", "components", "routes", "api"},
    "api": {"state", "components", "routes"},
    "state": {"components", "routes"},
    "components": {"routes", "api"},
}
"""What a layer must not import. Types have no layer: `import type` may look up, as it is gone when the page runs."""


def _layer(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[1] if parts[0] == "lib" and len(parts) > 2 else parts[0]


def _imports(path: Path) -> set[str]:
    """The layers that a file imports code from."""
    text = re.sub(r"import type [^;]+;", "", path.read_text(encoding="utf-8"))
    found = set()
    for name in IMPORT.findall(text):
        if name.startswith("$lib/"):
            target = SOURCE / "lib" / name.removeprefix("$lib/")
        elif name.startswith("."):
            target = (path.parent / name).resolve()
        else:
            continue
        if target.is_relative_to(SOURCE):
            found.add(_layer(target))
    return found


def test_there_is_something_to_look_at() -> None:
    assert {"chat", "api", "state", "components", "routes"} <= {_layer(path) for path in FILES}


@pytest.mark.parametrize("layer", ABOVE)
def test_imports_point_down(layer: str) -> None:
    files = [path for path in FILES if _layer(path) == layer and ".test." not in path.name]
    wrong = {path.relative_to(WEB).as_posix(): _imports(path) & ABOVE[layer] for path in files}
    assert {name: layers for name, layers in wrong.items() if layers} == {}


def test_only_the_api_talks() -> None:
    talks = re.compile(r"\b(?:fetch|XMLHttpRequest|EventSource|WebSocket|sendBeacon)\s*\(")
    files = [path for path in FILES if _layer(path) != "api" and ".test." not in path.name]
    assert [path.name for path in files if talks.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_is_too_long() -> None:
    for path in FILES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        most = MOST_LINES_OF_A_COMPONENT if path.suffix == ".svelte" else MOST_LINES_OF_A_MODULE
        assert lines <= most, path


def test_no_file_only_gathers_others() -> None:
    assert [path for path in FILES if path.stem == "index"] == []


def test_every_package_has_its_reason() -> None:
    page = (ROOT / "docs" / "adr" / "0016-web-chat.md").read_text(encoding="utf-8")
    packages = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    assert [name for name in packages["devDependencies"] if f"**{name}**" not in page] == []
    assert "dependencies" not in packages  # nothing is needed when the page runs


def test_the_lock_file_has_hashes_and_no_addresses() -> None:
    locked = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = [package for name, package in locked.items() if name]
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not any("resolved" in package for package in packages)


def test_the_pages_html_asks_for_nothing_from_elsewhere() -> None:
    for path in (SOURCE / "app.html", *(WEB / "static").glob("*.html")):
        assert "//" not in path.read_text(encoding="utf-8").replace("<!--", ""), path
