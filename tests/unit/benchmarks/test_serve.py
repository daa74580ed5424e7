from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from benchmarks.client import Answer, RunFailed, Target
from benchmarks.serve import answers
from benchmarks.workloads import LONG, STREAM, Request, Workload

_TARGET = Target("http://server", "m")


class _Server:
    """Answers each request with as many texts as it asks for, a step of the event loop between them."""

    def __init__(self, short_by: int = 0) -> None:
        self.asked: list[int] = []
        self.sent: list[int] = []
        """Texts of the requests that were there before, when each came."""
        self.open = self.most_open = self._texts = 0
        self._short_by = short_by

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.asked.append(len(body["prompt"]))
        self.sent.append(self._texts)
        if not body["prompt"][0]:
            return httpx.Response(400, content=_refusal())
        return httpx.Response(200, content=self._stream(body["max_tokens"]))

    async def _stream(self, tokens: int) -> AsyncIterator[bytes]:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        for _ in range(tokens):
            await asyncio.sleep(0)
            self._texts += 1
            yield b'data: {"choices": [{"text": "a"}]}\n\n'
        self.open -= 1
        usage = {"prompt_tokens": 1, "completion_tokens": tokens - self._short_by}
        yield f"data: {json.dumps({'choices': [], 'usage': usage})}\n\ndata: [DONE]\n\n".encode()


async def _refusal() -> AsyncIterator[bytes]:
    yield b'{"error": {"message": "no such token"}}'


async def _run(workload: Workload, server: _Server) -> list[Answer]:
    transport = httpx.MockTransport(server)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        return await answers(workload, _TARGET, "tokens", client)


def _request(prompt: int, tokens: int, group: str = STREAM) -> Request:
    return Request(group, ((1,) * prompt,), tokens)


async def test_no_more_requests_are_open_than_a_workload_says() -> None:
    server = _Server()
    requests = tuple(_request(size, 5) for size in (4, 3, 2, 1))
    found = await _run(Workload("w", requests, at_once=2), server)
    assert server.asked == [4, 3, 2, 1]
    assert server.most_open == 2
    assert [answer.tokens for answer in found] == [5] * 4


async def test_a_request_waits_for_what_those_before_it_have_to_bring() -> None:
    server = _Server()
    long = replace(_request(9, 2, LONG), after=6)
    found = await _run(Workload("w", (_request(1, 20), _request(2, 20), long), at_once=3), server)
    assert server.asked[-1] == 9
    assert server.sent[-1] >= 12
    assert server.sent[-1] < 40
    assert [answer.group for answer in found] == [STREAM, STREAM, LONG]


async def test_what_has_ended_is_not_waited_for() -> None:
    server = _Server()
    await _run(Workload("w", (_request(1, 3), replace(_request(2, 1), after=50)), at_once=2), server)
    assert server.asked == [1, 2]


async def test_an_answer_of_another_length_ends_the_run() -> None:
    with pytest.raises(RunFailed, match="has 4 tokens and not 5"):
        await _run(Workload("w", (_request(1, 5),), at_once=1), _Server(short_by=1))


async def test_a_refusal_ends_the_run_and_is_shown() -> None:
    with pytest.raises(RunFailed, match=r"status 400.*no such token"):
        await _run(Workload("w", (Request(STREAM, ((0,),), 5),), at_once=1), _Server())
