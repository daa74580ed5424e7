import ast

from tests.project.tree import relative, source_files, syntax_tree


def test_every_module_says_what_it_is_for() -> None:
    silent = [relative(path) for path in source_files() if not ast.get_docstring(syntax_tree(path))]
    assert silent == []
