from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.client import RunFailed, Target
from benchmarks.figures import summarise
from benchmarks.serve import answers
from benchmarks.servers import Server, minerva, minerva_settings
from benchmarks.workloads import LONG, STREAM, Request, Workload

_FORCED = 400


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with minerva(tmp_path_factory.mktemp("home"), None, minerva_settings(threads=1, slots=4)) as running:
        yield running


def _ids(first: int, count: int) -> tuple[int, ...]:
    return tuple(range(first, first + count))


async def test_what_was_asked_for_is_what_is_measured(server: Server) -> None:
    streams = tuple(Request(STREAM, (_ids(300 + 50 * at, 40),), 12, forced=_FORCED) for at in range(2))
    workload = Workload("small", (*streams, Request(LONG, (_ids(600, 200),), 1, after=4, forced=_FORCED)), at_once=3)
    target = Target(server.url, server.model)
    async with target.client() as client:
        figures = summarise("small", await answers(workload, target, "tokens", client))
    assert (figures.prompt_tokens, figures.tokens) == (280, 25)
    assert figures.groups[STREAM].requests == 2
    assert 0 < figures.groups[LONG].first_s.median < figures.wall_s


async def test_a_next_turn_finds_the_answer_that_was_forced_on_the_last_one(server: Server) -> None:
    first, question = _ids(900, 60), _ids(300, 10)
    turns = (
        Request("first", (first,), 8, forced=_FORCED),
        Request("later", (first, (_FORCED,) * 8, question), 1, forced=_FORCED),
    )
    target = Target(server.url, server.model)
    async with target.client() as client:
        _, later = await answers(Workload("turns", turns, at_once=1), target, "tokens", client)
    assert later.prompt_tokens == 78
    # The last token of an answer was chosen and not computed.
    assert later.cached_tokens == 67


async def test_an_error_of_the_server_is_what_the_run_fails_with(server: Server) -> None:
    target = Target(server.url, "no-such-model")
    async with target.client() as client:
        with pytest.raises(RunFailed, match="no-such-model"):
            await answers(Workload("w", (Request("r", ((300,),), 1),), at_once=1), target, "tokens", client)


def test_a_paused_server_stands_still_with_its_worker_and_goes_on(server: Server) -> None:
    server.pause()
    try:
        assert len(server.tree) >= 2
        _wait_for(server, psutil.STATUS_STOPPED)
    finally:
        server.resume()
    assert server.running()["state"] == "ready"


def test_nothing_is_left_of_a_server_that_is_ended_while_it_is_paused(tmp_path: Path) -> None:
    with minerva(tmp_path, None, minerva_settings(threads=1)) as running:
        left = running.tree
        running.pause()
    assert not any(one.is_running() for one in left)


def _wait_for(server: Server, status: str) -> None:
    deadline_s = time.monotonic() + 30
    while any(one.status() != status for one in server.tree):
        assert time.monotonic() < deadline_s
