"""A few hundred bodies that no client should send, over all routes. Ten thousand of them: `make fuzz`."""

from __future__ import annotations

import asyncio

import pytest

from tests.fuzz.attack import good_ones
from tests.fuzz.mix import mix
from tests.fuzz.report import complaints
from tests.fuzz.send import Sender
from tests.fuzz.target import target

COUNT, SEED = 300, 1


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_body_harms_the_server() -> None:
    with target() as server:
        good, mixed = list(good_ones(server.document)), mix(server.document, COUNT, SEED)
        outcomes = asyncio.run(Sender(server.url, server.document).send(good, mixed))
        wounds = server.wounds()
    assert "\n\n".join([*complaints(outcomes), *wounds]) == ""
    assert {str(outcome.attack.route) for outcome in outcomes} >= {str(route) for route in server.document.routes()}
    # Neither is all refused at the door nor all let in.
    assert sum(outcome.status == "200" for outcome in outcomes[len(good) :]) > COUNT // 5
    assert sum(outcome.status == "400" for outcome in outcomes[len(good) :]) > COUNT // 5
