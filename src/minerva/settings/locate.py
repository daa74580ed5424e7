"""On which line of a TOML document a key stands; `tomllib` does not say.

The document has been parsed already, so it is sound: this scanner only has to tell keys from what could look like
one, inside strings, comments and values that span lines. Keys inside an inline table count as on the table's line.
Grammar: https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
import tomllib

KeyPath = tuple[str, ...]

_HEADER = re.compile(r"[ \t]*\[{1,2}(?P<key>[^\[\]\n]+?)\]{1,2}[ \t]*(?:#[^\n]*)?\r?$")
_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_ASSIGNMENT = re.compile(rf"[ \t]*(?P<key>{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*)[ \t]*=")
_VALUE_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|\#[^\n]*|[\[{\]}]|\n|[^"\'#\[{\]}\n]+',
    re.DOTALL,
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every table header and assignment of the sound TOML document `text`."""
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    position = 0
    while position < len(text):
        line = text.count("\n", 0, position) + 1
        end = _line_end(text, position)
        if header := _HEADER.match(text[position:end]):
            table = _parts(header["key"])
            lines.setdefault(table, line)
        elif assignment := _ASSIGNMENT.match(text, position, end):
            lines.setdefault(table + _parts(assignment["key"]), line)
            end = _value_end(text, assignment.end())
        position = end + 1
    return lines


def line_of(lines: dict[KeyPath, int], key: KeyPath) -> int:
    """Return the line of `key`, or of the nearest table around it that has one; 1 if none has."""
    for length in range(len(key), 0, -1):
        if line := lines.get(key[:length]):
            return line
    inside = [line for path, line in lines.items() if path[: len(key)] == key]
    return min(inside, default=1)


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _value_end(text: str, position: int) -> int:
    """Return where the line ends on which the value that starts at `position` ends."""
    depth = 0
    while position < len(text):
        token = _VALUE_TOKEN.match(text, position)
        if token is None:
            return _line_end(text, position)
        if token[0] == "\n" and depth == 0:
            return position
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        position = token.end()
    return len(text)


def _parts(key: str) -> KeyPath:
    """Split a dotted key, with or without quotes, as the real parser does."""
    table: object = tomllib.loads(f"{key} = 0")
    parts: list[str] = []
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return tuple(parts)
