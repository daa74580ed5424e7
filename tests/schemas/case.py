"""One schema of the run, and what has to become of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """`refused_at`: the JSON pointer of the keyword that its refusal has to name; `None`: it must be answered."""

    name: str
    schema: Any
    refused_at: str | None = None
