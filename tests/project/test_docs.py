"""Pages name files that exist, link to pages that exist, and are all within reach."""

import re
from pathlib import Path

import pytest

from tests.project.tree import ROOT, SRC, project_files, relative

ROAD = ROOT / "docs" / "concepts" / "request.md"
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")
PAGES = [path for path in project_files() if path.suffix == ".md"]


def test_the_road_of_a_request_goes_through_files_that_exist() -> None:
    named = re.findall(r"`([a-z_/]+\.py)`", ROAD.read_text(encoding="utf-8"))
    assert len(set(named)) >= 9
    assert [name for name in named if not (SRC / name).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    inside = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in PAGES if path.is_relative_to(ROOT / "docs")]
    assert [page for page in pages if page not in navigation] == []


def test_every_decision_is_in_the_index_and_has_its_three_parts() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "index.md").read_text(encoding="utf-8")
    for page in sorted(folder.glob("[0-9]*.md")):
        text = page.read_text(encoding="utf-8")
        assert f"({page.name})" in index
        assert text.startswith(f"# {page.name[:4]} — ")
        assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
