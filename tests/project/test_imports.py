"""What import-linter cannot say; the rest of the contract is in `pyproject.toml`."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.tree import ROOT, SRC, relative, source_files, syntax_tree

BINDING = re.compile(r"llama_cpp(\.|$)")
CORE_MAY_USE = {"msgspec", "structlog", "minerva"} | set(sys.stdlib_module_names)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", sorted((SRC / "core").rglob("*.py")), ids=relative)
def test_core_uses_msgspec_structlog_and_the_standard_library(path: Path) -> None:
    assert {name.partition(".")[0] for name in _imported(path)} - CORE_MAY_USE == set()


def test_only_engine_llama_names_the_binding() -> None:
    """It loads the binding by name, without the rest of its package; so names are what there is to look for."""
    named = {
        relative(path)
        for path in source_files()
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and BINDING.match(node.value)
    }
    assert named
    assert {name for name in named if not name.startswith("src/minerva/engine/llama/")} == set()


def test_nothing_is_imported_at_run_time_that_is_not_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {requirement.split(">")[0].split("=")[0].replace("-", "_") for requirement in project["dependencies"]}
    # What FastAPI and pydantic stand on, and never come without.
    foundations = {"starlette", "pydantic_core"}
    allowed = declared | foundations | {"minerva"} | set(sys.stdlib_module_names)
    used = {name.partition(".")[0] for path in source_files() for name in _imported(path)}
    assert used - allowed == set()
