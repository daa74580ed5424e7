"""Where a text spells out control tokens of a model's vocabulary."""

from __future__ import annotations

import functools
import re
from collections import defaultdict

_BEGINNING = 3


@functools.lru_cache(maxsize=32)
def control_pattern(texts: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for the first and longest spelling of one of `texts`; without any it never matches.

    They are grouped by how they begin: a vocabulary may have a thousand, and trying each of them at every `<` of a
    long text would take seconds.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted((text for text in texts if text), key=len, reverse=True):
        groups[text[:_BEGINNING]].append(re.escape(text))
    # Long beginnings before short ones, which are whole texts: the longest match comes first.
    ordered = sorted(groups, key=len, reverse=True)
    return re.compile("|".join(f"(?:{'|'.join(groups[beginning])})" for beginning in ordered) or "(?!)")
