"""Who listens to sessions."""

from __future__ import annotations

import asyncio

from minerva.core.session_event import DeletedEvent, Told
from minerva.service.feed import MOST_UNREAD, Feeds


def test_listeners_hear_of_their_session_alone_until_the_end() -> None:
    async def work() -> None:
        feeds = Feeds()
        one, other = feeds.follow("one", [DeletedEvent("first")]), feeds.follow("other", [DeletedEvent("first")])
        heard: list[list[Told]] = [[await anext(one)], [await anext(other)]]
        feeds.tell("one", DeletedEvent("second"))
        feeds.tell("nobody", DeletedEvent("third"))
        feeds.tell("one", DeletedEvent("fourth"))
        feeds.close()
        heard[0] += [told async for told in one]
        heard[1] += [told async for told in other]
        assert heard == [
            [DeletedEvent("first"), DeletedEvent("second"), DeletedEvent("fourth")],
            [DeletedEvent("first")],
        ]
        assert [told async for told in feeds.follow("one", [])] == []

    asyncio.run(work())


def test_a_listener_that_reads_nothing_is_let_go() -> None:
    async def work() -> None:
        feeds = Feeds()
        listener = feeds.follow("one", [DeletedEvent("first")])
        await anext(listener)
        for _ in range(2 * MOST_UNREAD):
            feeds.tell("one", DeletedEvent())
        assert len([told async for told in listener]) == MOST_UNREAD

    asyncio.run(work())
