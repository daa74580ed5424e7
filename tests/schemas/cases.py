"""The three hundred, the simplest first."""

from __future__ import annotations

from tests.integration.engine.schemas import SCHEMAS
from tests.schemas.case import Case
from tests.schemas.make import made
from tests.schemas.refused import refused

COUNT = 300


def all_cases() -> list[Case]:
    """Return thirty schemas that people wrote, those that must be refused, and made ones up to `COUNT`."""
    written = [Case(f"written-{number:02}", schema) for number, schema in enumerate(SCHEMAS)]
    faulty = list(refused())
    return [*written, *made(COUNT - len(written) - len(faulty)), *faulty]
