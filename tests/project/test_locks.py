"""The lock files: exact, hashed, without addresses, and in step with one another and with their ADR."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.project.tree import ROOT, relative

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PIN = re.compile(r"^(?P<pin>(?P<name>[a-z0-9-]+)==\S+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(name: str) -> set[str]:
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    return {match["pin"] for match in PIN.finditer(text)}


def _name(requirement: str) -> str:
    return re.split(r"[<>=;~! \[]", requirement, maxsplit=1)[0]


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_every_pin_has_a_hash(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    pins = [number for number, line in enumerate(lines) if PIN.match(line)]
    assert pins
    assert all(lines[number + 1].strip().startswith("--hash=sha256:") for number in pins)


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links", text)


def test_development_has_all_that_run_time_has_in_the_same_versions() -> None:
    assert _pins("runtime") - _pins("dev") == set()


def test_training_changes_no_version_of_development() -> None:
    both = {pin.partition("==")[0] for pin in _pins("starter")} & {pin.partition("==")[0] for pin in _pins("dev")}
    assert both
    assert {pin for pin in _pins("starter") if pin.partition("==")[0] in both} - _pins("dev") == set()


def test_every_dependency_is_locked() -> None:
    groups = PROJECT["dependency-groups"]
    for name in ("starter", "clients"):
        assert {_name(line) for line in groups[name]} <= {pin.partition("==")[0] for pin in _pins(name)}
    wanted = {_name(line) for line in [*PROJECT["project"]["dependencies"], *groups["install"], *groups["dev"]]}
    locked = {pin.partition("==")[0] for pin in _pins("dev") | _pins("llama")}
    assert wanted - locked == set()


def test_the_binding_is_the_same_version_in_both_places() -> None:
    assert _pins("llama") <= set(PROJECT["project"]["dependencies"])


def test_every_dependency_has_its_reason() -> None:
    page = (ROOT / "docs" / "adr" / "0006-dependencies.md").read_text(encoding="utf-8")
    groups = PROJECT["dependency-groups"]
    build = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8").splitlines()
    build += (ROOT / "requirements" / "torch.in").read_text(encoding="utf-8").splitlines()
    wanted = [*PROJECT["project"]["dependencies"], *(line for group in groups.values() for line in group), *build]
    names = {_name(line) for line in wanted if line and not line.startswith("#")}
    assert {name for name in names if f"**{name}**" not in page} == set()
