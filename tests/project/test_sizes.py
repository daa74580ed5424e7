import ast
from collections.abc import Iterator
from statistics import median

from tests.project.tree import relative, source_files, syntax_tree

MOST_LINES_OF_A_FILE = 400
MOST_MEDIAN_LINES = 150
MOST_LINES_OF_A_FUNCTION = 60


def _lines_by_file() -> dict[str, int]:
    return {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}


def _functions() -> Iterator[tuple[str, int]]:
    for path in source_files():
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{relative(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_source_file_is_too_long() -> None:
    assert {name: lines for name, lines in _lines_by_file().items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_the_median_source_file_is_short() -> None:
    lines = [count for name, count in _lines_by_file().items() if not name.endswith("__init__.py")]
    assert median(lines) < MOST_MEDIAN_LINES


def test_no_function_is_too_long() -> None:
    assert {name: lines for name, lines in _functions() if lines > MOST_LINES_OF_A_FUNCTION} == {}
