"""Nothing is lost when a server or a worker dies, or is told to end, in the middle of an answer."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.integration.server.live import LiveServer, live_server, wait_until
from tests.integration.server.sessions.conftest import SETTINGS
from tests.integration.server.sessions.talk import LONG, Talk

Serve = Callable[[], AbstractContextManager[LiveServer]]


@pytest.fixture
def serve(endless_models: Path, tmp_path: Path) -> Serve:
    """Start a server on the data folder of this test."""
    options = {"drain_s": 0.2}
    return partial(live_server, endless_models, options, data_dir=str(tmp_path / "data"), **SETTINGS)


@pytest.fixture
def one(serve: Serve) -> Iterator[LiveServer]:
    """A server of this test's own."""
    with serve() as server:
        yield server


def begin_long_answer(talk: Talk) -> str:
    """Begin an answer; return its id when some of it is stored."""
    session = talk.session({**LONG, "model": "long"})
    answer: str = talk.ask(session, "Tell me a story.")["answer"]["id"]
    talk.kept(answer)
    return answer


def test_a_killed_server_loses_nothing_and_the_answer_goes_on(serve: Serve) -> None:
    with serve() as server, Talk(server.url) as talk:
        answer = begin_long_answer(talk)
        before = talk.message(answer)
        server.signal(signal.SIGKILL)
        server.process.wait()
    with serve() as server, Talk(server.url) as talk:
        found = talk.message(answer)
        assert found["status"] == "interrupted"
        assert found["content"].startswith(before["content"])
        assert talk.path(found["session"])[-1]["id"] == answer
        talk.post(f"/messages/{answer}/continue")
        wait_until(lambda: len(talk.message(answer)["content"]) > len(found["content"]), 30)
        stopped = talk.post(f"/messages/{answer}/stop")
        assert stopped["status"] == "stopped"
        assert stopped["content"].startswith(found["content"])
        assert stopped["branch"]["count"] == 1


def test_a_killed_worker_fails_the_answer_which_keeps_its_text_and_goes_on(one: LiveServer) -> None:
    with Talk(one.url) as talk:
        answer = begin_long_answer(talk)
        [model] = one.ps()
        os.kill(model["pid"], signal.SIGKILL)
        failed = talk.wait(answer)
        assert (failed["status"], failed["error"]["code"]) == ("failed", "worker_crashed")
        assert failed["content"]
        assert talk.message(answer)["content"] == failed["content"]
        begun = talk.post(f"/messages/{answer}/continue")
        assert (begun["status"], begun["error"], begun["content"]) == ("streaming", None, failed["content"])
        wait_until(lambda: len(talk.message(answer)["content"]) > len(failed["content"]), 60)
        assert talk.post(f"/messages/{answer}/stop")["content"].startswith(failed["content"])


def test_a_server_that_ends_interrupts_its_answers_and_lets_listeners_go(serve: Serve) -> None:
    with serve() as server, Talk(server.url) as talk:
        answer = begin_long_answer(talk)
        session = talk.message(answer)["session"]
        with talk.listen(answer) as events, talk.listen_to_session(session) as all_events:
            server.signal()
            last = list(events)[-1].data["message"]
            assert last["status"] == "interrupted"
            assert list(all_events)
        assert server.process.wait(30) == 0
    with serve() as server, Talk(server.url) as talk:
        found = talk.message(answer)
        assert {**found, "logprobs": None} == last
