from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.records import SessionLimits
from minerva.sessions.store import SessionStore
from tests.support.sessions import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database(None, get_logger("test"))
    yield database
    await database.close()


@pytest.fixture
def sessions(database: Database, clock: Clock) -> SessionStore:
    limits = SessionLimits(bin_s=100, unsent_s=10, attachment_size_limit_bytes=1000)
    return SessionStore(database, limits, clock)
