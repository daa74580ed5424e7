"""The change log keeps to Keep a Changelog 1.1."""

import re

from minerva import __version__
from tests.project.tree import ROOT

KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
RELEASE = re.compile(r"^## \[(?P<name>Unreleased|\d+\.\d+\.\d+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?$")

LINES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
SECTIONS = [line for line in LINES if line.startswith("## ")]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_begins_with_its_title() -> None:
    assert LINES[0] == "# Changelog"


def test_sections_are_releases_newest_first_with_unreleased_on_top() -> None:
    matches = [RELEASE.match(line) for line in SECTIONS]
    assert all(matches), SECTIONS
    names = [match["name"] for match in matches if match]
    assert names[0] == "Unreleased"
    versions = [_numbers(name) for name in names[1:]]
    assert versions == sorted(versions, reverse=True)


def test_every_release_has_a_date_and_unreleased_has_none() -> None:
    for line in SECTIONS:
        match = RELEASE.match(line)
        assert match
        assert (match["date"] is None) == (match["name"] == "Unreleased"), line


def test_changes_are_of_a_known_kind() -> None:
    assert {line.removeprefix("### ") for line in LINES if line.startswith("### ")} <= KINDS


def test_the_current_version_is_not_behind_the_last_release() -> None:
    released = [match["name"] for line in SECTIONS[1:] if (match := RELEASE.match(line))]
    assert all(_numbers(name) <= _numbers(__version__) for name in released)
