"""Reads chat templates for what tells formats apart."""

from __future__ import annotations

import re


def has_all(template: str, *signs: str) -> bool:
    """Whether every one of `signs` stands in `template`."""
    return all(sign in template for sign in signs)


def constant(template: str, name: str) -> str:
    """Return the text that `template` sets its variable `name` to; the empty string if it sets none."""
    found = re.search(rf"set {re.escape(name)}\s*=\s*'([^']*)'", template)
    return "" if found is None else found[1]
