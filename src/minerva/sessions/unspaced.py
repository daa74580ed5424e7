"""Writing that has no spaces between words, taken apart so that FTS5 finds any part of it.

FTS5's unicode61 makes one word of a run of letters. In Chinese, Japanese, Thai, Lao, Burmese and Khmer a run is a whole
clause, of which only the beginning would be found. So each character, with the marks that belong to it, becomes a word
of its own, both where texts are indexed and where they are asked for: what is looked for is then a phrase of
characters, which stands in the text wherever its words do.

The index is told what leaves it by the same rule as what came in: whoever changes anything here adds a step to
`migrations` that makes the indexes anew (as `text_index` does).
"""

from __future__ import annotations

import re
import sqlite3

FUNCTION = "unspaced"
"""The name under which SQL knows `unspaced`."""
MARK = "\x1f"
"""Put around each character. It is no letter, so FTS5 parts words there; what is shown is without it."""

_LETTERS = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3005-\u3007"  # marks of repetition, and zero
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Hiragana, Katakana
    "\u3100-\u312f\u31a0-\u31bf"  # Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_MARKS = (
    (0x0E31, 0x0E31),
    (0x0E34, 0x0E3A),
    (0x0E47, 0x0E4E),
    (0x0EB1, 0x0EB1),
    (0x0EB4, 0x0EBC),
    (0x0EC8, 0x0ECE),
    (0x102B, 0x103E),
    (0x1056, 0x1059),
    (0x105E, 0x1060),
    (0x1062, 0x1064),
    (0x1067, 0x106D),
    (0x1071, 0x1074),
    (0x1082, 0x108D),
    (0x17B4, 0x17D3),
    (0x17DD, 0x17DD),
)
"""Vowels, tones and the like, which are written around the letter before them: Unicode's categories Mn and Mc."""
MARKS = "".join(chr(code) for first, last in _MARKS for code in range(first, last + 1))
"""FTS5 has to be told that they are parts of words (`tokenchars`), or kin and kan would be the same in Thai."""
_CHARACTER = re.compile(f"[{_LETTERS}][{MARKS}]*")


def unspaced(text: str) -> str:
    """Return `text` with a `MARK` on either side of each character that is a word of its own."""
    return text if text.isascii() else _CHARACTER.sub(rf"{MARK}\g<0>{MARK}", text)


def has_unspaced(text: str) -> bool:
    """Whether there is such a character in `text`."""
    return _CHARACTER.search(text) is not None


def shown(text: str) -> str:
    """Return a piece of what `unspaced` returned as it was before."""
    return text.replace(MARK, "")


def prepare(connection: sqlite3.Connection) -> None:
    """Let `connection` call `unspaced`, as the triggers and views of the text indexes do."""
    # A distribution may build SQLite so that a file's own triggers call no functions of a program.
    connection.execute("PRAGMA trusted_schema = ON")
    connection.create_function(FUNCTION, 1, unspaced, deterministic=True)
