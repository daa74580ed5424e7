"""A schema that is taken is held to, to the letter: any document that its grammar allows fits it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from tests.schemas.cases import COUNT
from tests.schemas.make import made
from tests.schemas.soup import soup
from tests.schemas.walk import matcher_of, walk
from tests.support.json_schema import faults


def documents(schema: Any, seed: int, count: int) -> Iterator[str]:
    """Yield documents of `schema`; none if it is refused."""
    chance = random.Random(seed)  # noqa: S311 - the same ones every time
    try:
        matcher = matcher_of(schema)
    except InvalidRequest:
        return
    if matcher is not None:
        yield from filter(None, (walk(matcher, chance) for _ in range(count)))


@pytest.mark.slow
def test_whatever_the_made_schemas_allow_fits_them() -> None:
    count = 0
    for seed, case in enumerate(made(COUNT)):
        for document in documents(case.schema, seed, 1):
            assert faults(document, case.schema) == [], (document, case.schema)
            count += 1
    assert count > COUNT // 2


@pytest.mark.slow
def test_whatever_is_taken_of_a_soup_of_keywords_fits_it() -> None:
    count = 0
    for number in range(300):
        schema = soup(number)
        for document in documents(schema, number, 3):
            assert faults(document, schema) == [], (document, schema)
            count += 1
    assert count > 300
