"""Values of other programs' JSON: whatever stands there, the type that is asked for comes out, or nothing.

Their formats are not written down and change; a field of a kind that was not expected is one that is not there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from minerva.core.errors import InvalidRequest

_BLANK = re.compile(r"[ \t\r\n]*")
_MILLISECONDS = 1e11
"""Times from here on are in milliseconds: as seconds they would be those of the year 5138."""
_TITLE_CHARACTERS = 200


class Broken(Exception):
    """Where and why the JSON ends before it is over, as a sentence."""


def record(value: object) -> dict[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """Return `value` if it is a text, else an empty one. Half a surrogate pair, which no file takes, is U+FFFD."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def name(value: object) -> str | None:
    """Return `value` if it is a text that is not empty."""
    return text(value).strip() or None


def title(value: object) -> str:
    """Return `value` as a title: one line, not without end."""
    return " ".join(text(value).split())[:_TITLE_CHARACTERS]


def number(value: object) -> float | None:
    """Return `value` if it is a number that can be counted with."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 1e18 and math.isfinite(value) else None


def count(value: object) -> int:
    """Return `value` as a number of things; 0 if it is none."""
    return max(0, round(number(value) or 0.0))


def seconds(value: object) -> float | None:
    """Return a time since the epoch in seconds, if `value` is one in seconds or milliseconds."""
    time = number(value)
    if time is None or time <= 0:
        return None
    return time / 1000 if time >= _MILLISECONDS else time


def fenced(content: str, language: str = "") -> str:
    """Return `content` as a block of code in Markdown, in a fence that is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    word = language if re.fullmatch(r"[\w+#.-]{1,30}", language) else ""
    return f"{fence}{word}\n{content.strip(chr(10))}\n{fence}"


def elements(source: str) -> Iterator[Any]:
    """Yield the values of a JSON list one by one, or the one object that it is.

    They are decoded singly: one call of the decoder holds the interpreter, and with it every stream of the server.
    Raises `InvalidRequest` if it is neither, and `Broken` where it is no JSON any more.
    """
    at = _past_blank(source, 0)
    if source[at : at + 1] == "{":
        yield _decode(source, at)[0]
        return
    if source[at : at + 1] != "[":
        raise InvalidRequest("The file is neither a list nor an object in JSON.")
    at = _past_blank(source, at + 1)
    while source[at : at + 1] != "]":
        value, at = _decode(source, at)
        yield value
        at = _past_blank(source, at)
        if source[at : at + 1] == ",":
            at = _past_blank(source, at + 1)
        elif source[at : at + 1] != "]":
            raise Broken(f"The JSON breaks off or goes wrong at character {at:,}; what comes behind it was not read.")


def _decode(source: str, at: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder().raw_decode(source, at)
    except json.JSONDecodeError as error:
        raise Broken(f"{error.msg} at character {error.pos:,}; what comes behind it was not read.") from error
    except (ValueError, RecursionError) as error:
        raise Broken(f"The JSON at character {at:,} cannot be read: {error}.") from error


def _past_blank(source: str, at: int) -> int:
    match = _BLANK.match(source, at)
    return at if match is None else match.end()
