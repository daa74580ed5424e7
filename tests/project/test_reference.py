"""The generated pages hold what the code has; that they are up to date is `tools.generate_docs --check`."""

from pathlib import Path

import pytest

from minerva.core.errors import error_classes
from minerva.core.parameters import PARAMETERS
from minerva.settings.keys import keys
from tests.project.tree import ROOT
from tools import generate_docs
from tools.pages.markdown import code, table

REFERENCE = ROOT / "docs" / "reference"


def _page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def test_every_error_is_listed() -> None:
    page = _page("errors.md")
    assert [cls for cls in error_classes() if f"`{cls.__name__}` | `{cls.code}`" not in page] == []


def test_every_parameter_is_listed() -> None:
    page = _page("parameters.md")
    assert [row.name for row in PARAMETERS if f"| `{row.name}` |" not in page] == []


def test_every_setting_is_listed() -> None:
    page = _page("settings.md")
    assert [name for name, key in keys().items() if f"`{key.variable}`" not in page] == []


def test_a_page_that_differs_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "same.md").write_text("same")
    (tmp_path / "stale.md").write_text("old")
    pages = {tmp_path / "same.md": "same", tmp_path / "stale.md": "new", tmp_path / "missing.md": "text"}
    assert generate_docs.check(pages) == 1
    told = capsys.readouterr().err
    assert "stale.md" in told
    assert "missing.md" in told
    assert "same.md" not in told


def test_a_cell_stays_in_its_place() -> None:
    assert table(["a"], [["x | y\nz"]]) == "| a |\n| --- |\n| x \\| y z |\n"
    assert (code("x"), code("")) == ("`x`", "")
