"""Output: tables and messages to the terminal, JSON for scripts, and nothing that a model could smuggle in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN_CONTROLS = "\n\t"
_CONTROLS = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in _SHOWN_CONTROLS}


def say(text: str, end: str = "\n") -> None:
    """Write to standard output, at once."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def note(text: str) -> None:
    """Write a remark to standard error, so that it never mixes with what a script reads."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_json(value: object) -> None:
    """Write `value` as indented JSON."""
    say(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def visible(text: str) -> str:
    """Return `text` without control characters but line ends and tabs: a model's text must not drive the terminal."""
    return text.translate(_CONTROLS)


def say_table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Write a table; the columns named in `right` hold numbers and are aligned to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    # A pipe is as wide as its longest line: nothing is folded for a reader that has no width.
    Console(width=None if sys.stdout.isatty() else 10_000).print(table)


def say_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Write names and values, one pair a line, values aligned; a value of several lines is indented below its name."""
    pairs = list(facts)
    width = max(len(name) for name, _ in pairs) + 2
    for name, value in pairs:
        first, *rest = visible(value).split("\n")
        say(f"{name:<{width}}{first}")
        for line in rest:
            say(" " * width + line)


def format_count(number: int) -> str:
    """Return a count with three digits and a suffix: `494 M`, `7.24 B`."""
    for limit, suffix in ((10**9, " B"), (10**6, " M"), (10**3, " K")):
        if number >= limit:
            return f"{number / limit:.3g}{suffix}"
    return str(number)
