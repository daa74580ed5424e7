"""Where recorded streams are kept."""

from __future__ import annotations

from pathlib import Path

from tests.snapshots.cases import Case

FOLDER = Path(__file__).parent / "recorded"


def path_of(case: Case) -> Path:
    """Return the file of a case's stream."""
    return FOLDER / f"{case.name}.txt"
