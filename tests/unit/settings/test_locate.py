from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.settings.locate import KeyPath, key_lines, line_of

TRICKY = '''# port = 1
top = "x # not a comment" # comment
[server] # [not.a.header]
text = """
port = 2
[fake]
"""
raw = \'\'\'
port = 3\'\'\'
list = [ # comment ]
  "port = 4", \'[x]\',
  [1, 2],
]
table = { port = 5, "a]b" = "c" }
"quoted.key" = 6
dotted . inner = 7
port = 8
[[items]]
name = 1
[pool."deep.er".x]
y = "\\"\\\\"
z = 9
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("top",), 2),
        (("server",), 3),
        (("server", "text"), 4),
        (("server", "raw"), 8),
        (("server", "list"), 10),
        (("server", "table"), 14),
        (("server", "table", "port"), 14),
        (("server", "quoted.key"), 15),
        (("server", "dotted", "inner"), 16),
        (("server", "port"), 17),
        (("items", "name"), 19),
        (("pool", "deep.er", "x", "z"), 22),
        (("pool",), 20),
        (("nothing",), 1),
    ],
)
def test_keys_are_found_where_they_are_and_nowhere_else(key: KeyPath, line: int) -> None:
    tomllib.loads(TRICKY)
    assert line_of(key_lines(TRICKY), key) == line


def test_lines_are_the_same_with_carriage_returns() -> None:
    assert key_lines(TRICKY.replace("\n", "\r\n")) == key_lines(TRICKY)


VALUES = st.sampled_from(
    [
        '"a"',
        "'b'",
        '"""\nx = 1\n[y]\n"""',
        "'''\n\n'''",
        "[\n1,\n 2]",
        "{ a = 1 }",
        "1 # c",
        '"#"',
        '"""\\""""',
        "[[],\n[]]",
    ]
)


@given(st.lists(VALUES, max_size=12))
def test_every_assignment_of_a_sound_document_is_found(values: list[str]) -> None:
    lines: list[str] = ["[t]"]
    expected: dict[KeyPath, int] = {("t",): 1}
    for number, value in enumerate(values):
        expected["t", f"k{number}"] = len("\n".join(lines).split("\n")) + 1
        lines.append(f"k{number} = {value}")
    text = "\n".join(lines)
    assert set(tomllib.loads(text)["t"]) == {key[1] for key in expected if len(key) > 1}
    assert key_lines(text) == expected
