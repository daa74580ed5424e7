"""Who floods the server waits for what it sent itself, and nobody else does; a wait may have an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from tests.integration.server.live import LiveServer, live_server, wait_until

FLOOD = 60
ASKED: Any = {
    "model": "starter",
    "messages": [{"role": "user", "content": "Write a story about a river."}],
    "temperature": 0,
    "max_tokens": 48,
    "stream": True,
}
LONG: Any = {**ASKED, "max_tokens": 1900, "extra_body": {"ignore_eos": True}}


@pytest.fixture(scope="module")
def served(tiny_model: Path) -> Iterator[LiveServer]:
    """A server that works on four requests at once. One thread, as in `test_starter.py`."""
    with live_server(tiny_model.parent, load={"threads": 1, "max_sequences": 4}) as server:
        yield server


@pytest.fixture
async def client(served: LiveServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as sdk:
        yield sdk


class Flood:
    """Sixty requests at once, of which so many are `done`."""

    def __init__(self, client: openai.AsyncOpenAI, **fields: Any) -> None:
        self.done = 0
        self._tasks = [asyncio.create_task(self._ask(client, fields)) for _ in range(FLOOD)]

    async def _ask(self, client: openai.AsyncOpenAI, fields: dict[str, Any]) -> None:
        # Long answers: what the server takes to read one more request beside these is to be little of one of them.
        body = {"ignore_eos": True, **fields.get("extra_body", {})}
        asked = {**ASKED, **fields, "max_tokens": 300, "extra_body": body}
        async for _ in await client.chat.completions.create(**asked):
            pass
        self.done += 1

    async def over(self) -> None:
        """Return when all are answered."""
        await asyncio.gather(*self._tasks)


async def first_text(client: openai.AsyncOpenAI, **fields: Any) -> None:
    """Return when the first text of an answer is there."""
    async with await client.chat.completions.create(**ASKED, **fields) as stream:
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                return


@pytest.mark.parametrize(
    ("flood", "single"),
    [
        ({"user": "ann@example.org"}, {"user": "bob@example.org"}),
        ({"user": "same", "service_tier": "flex"}, {"user": "same"}),
        ({"extra_body": {"priority": 5}}, {"extra_body": {"priority": -5}}),
    ],
    ids=["clients", "tiers", "priorities"],
)
@pytest.mark.timeout(240)
async def test_a_single_request_does_not_wait_for_a_flood(
    served: LiveServer, client: openai.AsyncOpenAI, flood: dict[str, Any], single: dict[str, Any]
) -> None:
    await first_text(client)
    await asyncio.to_thread(served.wait_until_idle)
    flooded = Flood(client, **flood)
    # The first are answered while the last arrive.
    await asyncio.to_thread(wait_until, lambda: served.running() > FLOOD // 2, 60)
    done = flooded.done
    await first_text(client, **single)
    assert flooded.done - done < (FLOOD - done) / 4
    await flooded.over()
    assert flooded.done == FLOOD
    # Whose requests they were is nobody's business.
    assert not any("@example.org" in line for line in served.lines)


@pytest.mark.timeout(120)
async def test_a_wait_that_takes_too_long_ends_once_with_a_503(served: LiveServer, client: openai.AsyncOpenAI) -> None:
    running = [await client.chat.completions.create(**LONG) for _ in range(4)]
    for stream in running:
        await anext(aiter(stream))
    for streams in (True, False):
        with pytest.raises(openai.InternalServerError) as caught:
            await client.chat.completions.create(**{**ASKED, "stream": streams}, extra_body={"queue_timeout": "50ms"})
        error: Any = caught.value.body
        assert (caught.value.status_code, error["code"], error["timeout_s"]) == (503, "queue_timeout", 0.05)
        assert int(caught.value.response.headers["retry-after"]) >= 1
        assert caught.value.response.headers["x-should-retry"] == "true"
    for stream in running:
        await stream.close()
    await asyncio.to_thread(served.wait_until_idle)
    outcomes = [record["outcome"] for record in served.log("request")]
    assert outcomes.count("queue_timeout") == 2


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"extra_body": {"priority": "high"}}, "priority"),
        ({"extra_body": {"priority": 1.5}}, "priority"),
        ({"extra_body": {"priority": 2**31}}, "priority"),
        ({"extra_body": {"priority": True}}, "priority"),
        ({"extra_body": {"priority": 5}, "service_tier": "flex"}, "priority"),
        ({"service_tier": "gold"}, "service_tier"),
        ({"extra_body": {"queue_timeout": 0}}, "queue_timeout"),
        ({"extra_body": {"queue_timeout": "soon"}}, "queue_timeout"),
    ],
)
async def test_fields_that_are_wrong_are_refused_by_name(
    client: openai.AsyncOpenAI, fields: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await client.chat.completions.create(**ASKED, **fields)
    assert caught.value.param == param
    asked: dict[str, Any] = {"model": "starter", "input": "Hi", **fields}
    with pytest.raises(openai.BadRequestError) as caught:
        await client.responses.create(**asked)
    assert caught.value.param == param
    if "service_tier" not in fields:
        with pytest.raises(openai.BadRequestError) as caught:
            await client.completions.create(model="starter", prompt="Hi", **fields)
        assert caught.value.param == param


def test_the_setting_ends_the_wait_of_those_who_say_nothing(tiny_model: Path) -> None:
    load = {"threads": 1, "max_sequences": 1}
    waits: list[Any] = [{}, {"extra_body": {"queue_timeout": "1h"}}]
    with (
        live_server(tiny_model.parent, load=load, queue_timeout_s=0.05) as server,
        openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as sdk,
    ):
        running = sdk.chat.completions.create(**LONG)
        next(iter(running))
        for asked in waits:
            with pytest.raises(openai.InternalServerError) as caught:
                sdk.chat.completions.create(**ASKED, **asked)
            assert caught.value.code == "queue_timeout"
        running.close()
