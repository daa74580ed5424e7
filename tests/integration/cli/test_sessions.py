"""Conversations that are kept: the chat in the terminal, and `minerva sessions`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.cli.program import TIMEOUT_S, minerva, serving, started
from tests.integration.cli.terminal import CLEARED, CTRL_C, Terminal, chatting
from tests.support.tiny_model import write_tiny_model

SHORT = ("--set", "max_tokens=4", "--set", "temperature=0")
ENDLESS = ("--set", "ignore_eos=true", "--set", "temperature=0")
Fields = dict[str, Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Minerva's folder with three models: `small` has a small window, and `long` writes for many seconds."""
    root = tmp_path_factory.mktemp("place")
    (root / "models").mkdir()
    write_tiny_model(root / "models" / "wide.gguf", context=4096)
    write_tiny_model(root / "models" / "small.gguf", context=64)
    write_tiny_model(root / "models" / "long.gguf", context=65_536)
    return root


@pytest.fixture(scope="module")
def url(place: Path) -> Iterator[str]:
    with serving(place, "--threads", "1") as address:
        yield address


def listed(place: Path, url: str, *arguments: str) -> list[Fields]:
    done = minerva(place, "sessions", "--json", "--url", url, *arguments)
    assert done.returncode == 0, done.stderr
    found: list[Fields] = json.loads(done.stdout)["sessions"]
    return found


def session_titled(place: Path, url: str, title: str) -> Fields:
    """Return the session of that title with its `messages`."""
    [found] = [session for session in listed(place, url) if session["title"] == title]
    path: Fields = httpx.get(f"{url}/api/minerva/v1/sessions/{found['id']}", trust_env=False).json()
    return {**path["session"], "messages": path["messages"]}


def say(terminal: Terminal, text: str) -> str:
    """Type a line and return what comes until the next prompt; what was said before is shown behind such marks too."""
    terminal.type(f"{text}\n")
    terminal.wait_for(re.escape(text) + r"\r\n")
    return terminal.wait_for(r">>> \Z")


def test_a_chat_goes_on_after_a_restart_of_the_server(tmp_path: Path) -> None:
    flags = ("--set", "temperature=0", "--set", "max_tokens=60")
    with serving(tmp_path) as url, chatting(tmp_path, *flags, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        say(terminal, "My name is Oskar.")
        greeting = session_titled(tmp_path, url, "My name is Oskar.")["messages"][1]["content"]
        terminal.type("/bye\n")
        terminal.wait_for("Kept as ses_[0-9a-f]{8}: minerva run --resume ses_")
        assert process.wait(TIMEOUT_S) == 0
    with serving(tmp_path) as url, chatting(tmp_path, "--resume", "last", "--url", url) as (terminal, process):
        shown = terminal.wait_for(re.escape(greeting.splitlines()[0]))
        assert ">>> My name is Oskar." in shown
        terminal.wait_for(">>> ")
        assert "Oskar" in say(terminal, "What is my name?")
        assert "temperature: 0" in say(terminal, "/show")
        assert terminal.leave(process) == 0
        session = session_titled(tmp_path, url, "My name is Oskar.")
    assert len(session["messages"]) == 4
    assert session["settings"]["max_tokens"] == 60


def test_a_chat_without_a_message_leaves_nothing(place: Path, url: str) -> None:
    before = listed(place, url)
    with chatting(place, "wide", "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        say(terminal, "/title Nothing")
        say(terminal, "/show")
        assert "Nothing was said" in say(terminal, "/clear")
        assert terminal.leave(process) == 0
    assert listed(place, url) == before


def test_what_is_temporary_is_not_kept(place: Path, url: str) -> None:
    before = listed(place, url)
    with chatting(place, "wide", "--temporary", *SHORT, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        say(terminal, "A secret")
        assert "without --temporary" in say(terminal, "/title Secrets")
        assert "messages: 2" in say(terminal, "/show")
        assert "forgotten" in say(terminal, "/clear")
        assert terminal.leave(process) == 0
    assert minerva(place, "run", "wide", "Another one", *SHORT, "--url", url).returncode == 0
    assert listed(place, url) == before


def test_an_answer_of_a_model_that_is_not_here_goes_on_with_another(place: Path, url: str) -> None:
    api = f"{url}/api/minerva/v1"
    with chatting(place, "wide", *SHORT, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        say(terminal, "Cut short")
        session = session_titled(place, url, "Cut short")
        header, line = httpx.get(f"{api}/sessions/{session['id']}/export", trust_env=False).text.splitlines()
        copy = json.loads(line)
        copy["session"]["title"], copy["messages"][1]["settings"]["model"] = "From elsewhere", "elsewhere-7b"
        httpx.post(f"{api}/import", content=f"{header}\n{json.dumps(copy)}", trust_env=False).raise_for_status()
        say(terminal, "/resume From elsewhere")
        assert "'elsewhere-7b', which is not here" in say(terminal, "/continue")
        say(terminal, "/continue wide")
        assert terminal.leave(process) == 0
    [_, answer] = session_titled(place, url, "From elsewhere")["messages"]
    assert (answer["settings"]["model"], answer["model"]) == ("wide", "wide")
    assert len(answer["content"]) > len(session["messages"][1]["content"])


def test_ctrl_c_keeps_what_was_written_and_it_can_go_on(place: Path, url: str) -> None:
    with chatting(place, "long", *ENDLESS, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        terminal.type("Stop this\n")
        terminal.wait_for(rf"Stop this\r\n{CLEARED}[^\r]{{40}}")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped; /continue goes on\)")
        terminal.wait_for(">>> ")
        stopped = session_titled(place, url, "Stop this")["messages"][-1]
        assert (stopped["status"], len(stopped["content"]) >= 20) == ("stopped", True)
        terminal.type("/continue\n")
        terminal.wait_for(rf"/continue\r\n{CLEARED}[^\r]{{40}}")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped")
        terminal.wait_for(">>> ")
        [_, longer] = session_titled(place, url, "Stop this")["messages"]
        assert terminal.leave(process) == 0
    assert longer["id"] == stopped["id"]
    assert longer["content"].startswith(stopped["content"])
    assert len(longer["content"]) >= len(stopped["content"]) + 20


def test_an_answer_that_a_killed_server_was_writing_can_go_on(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    write_tiny_model(tmp_path / "models" / "long.gguf", context=65_536)
    with started(tmp_path, "--threads", "1") as first:
        port = first.url.rpartition(":")[2]
        with chatting(tmp_path, "long", *ENDLESS, "--url", first.url) as (terminal, process):
            terminal.wait_for(">>> ")
            terminal.type("Survive\n")
            # So long a text takes longer to write than passes between two writes to the disk.
            terminal.wait_for(r"Survive\r\n(.|\r\n){3000}")
            first.process.kill()
            terminal.wait_for("error: No Minerva server answers .* What was written is kept in ses_")
            terminal.wait_for(">>> ")
            with serving(tmp_path, "--threads", "1", "--port", port) as url:
                kept = session_titled(tmp_path, url, "Survive")["messages"][-1]
                assert (kept["status"], kept["content"] != "") == ("interrupted", True)
                httpx.post(f"{url}/api/minerva/v1/load", json={"model": "long"}, timeout=TIMEOUT_S, trust_env=False)
                terminal.type("/continue\n")
                terminal.wait_for(r"/continue\r\n(.|\r\n){200}")
                terminal.type(CTRL_C)
                terminal.wait_for(r"\(stopped")
                terminal.wait_for(">>> ")
                longer = session_titled(tmp_path, url, "Survive")["messages"][-1]
                assert terminal.leave(process) == 0
    assert longer["content"].startswith(kept["content"])
    assert len(longer["content"]) > len(kept["content"])


def test_a_prompt_beside_resume_is_a_turn_of_that_session(place: Path, url: str) -> None:
    with chatting(place, "wide", *SHORT, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        say(terminal, "Begin here")
        assert terminal.leave(process) == 0
    done = minerva(place, "run", "--resume", "begin h", "And go on", "--set", "max_tokens=6", "--url", url)
    assert (done.returncode, done.stderr) == (0, "")
    again = minerva(place, "run", "long", "--resume", "begin h", "--url", url, stdin="And on\n")
    assert again.returncode == 0
    session = session_titled(place, url, "Begin here")
    said = [message["content"] for message in session["messages"]]
    assert said[::2] == ["Begin here", "And go on", "And on"]
    assert said[3:4] == [done.stdout.removesuffix("\n")]
    assert (session["settings"]["max_tokens"], session["settings"]["model"]) == (6, "long")


def test_the_last_exchange_is_answered_again_deleted_and_brought_back(place: Path, url: str) -> None:
    with chatting(place, "wide", *SHORT, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        assert "Nothing was said yet" in say(terminal, "/retry")
        say(terminal, "First words")
        say(terminal, "Second words")
        say(terminal, "/retry")
        last = session_titled(place, url, "First words")["messages"][-1]
        assert (last["branch"]["index"], last["branch"]["count"]) == (1, 2)
        assert "'Second words'. /redo brings it back" in say(terminal, "/undo")
        assert "messages: 2" in say(terminal, "/show")
        assert "'First words'" in say(terminal, "/undo")
        assert "Nothing was said yet" in say(terminal, "/undo")
        say(terminal, "/redo")
        say(terminal, "/redo")
        assert "nothing to bring back" in say(terminal, "/redo")
        assert "messages: 4" in say(terminal, "/show")
        say(terminal, "/title Other words")
        assert terminal.leave(process) == 0
    assert session_titled(place, url, "Other words")["messages"][-1]["id"] == last["id"]


def test_another_model_says_whether_what_was_said_fits(place: Path, url: str) -> None:
    with chatting(place, "wide", *SHORT, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        for word in ("One", "Two", "Three", "Four"):
            say(terminal, f"{word} of many words that together are more than a small window has")
        refused = say(terminal, "/model small")
        assert re.search(r"small answers .* takes \d\d+ of the 64 tokens .* refused", refused.replace("\r\n", " "))
        assert "error: " in say(terminal, "Five")
        say(terminal, "/undo")
        say(terminal, "/set overflow trim_history")
        assert re.search(r"the \d+ oldest messages, \d+ tokens", say(terminal, "/model small"))
        assert "left out" in say(terminal, "Six")
        assert re.search(r"takes \d\d+ of the 4,096 tokens of its window\.", say(terminal, "/model wide"))
        assert "no model 'nobody'" in say(terminal, "/model nobody")
        assert terminal.leave(process) == 0


def test_one_goes_from_session_to_session(place: Path, url: str) -> None:
    with chatting(place, "wide", *SHORT, "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        say(terminal, "Apples are red")
        assert re.search("is kept: /resume ses_[0-9a-f]{8} goes back", say(terminal, "/clear"))
        say(terminal, "Pears are green")
        assert re.search(r"ses_\w{8} .* 2 +wide +Pears are green", say(terminal, "/sessions"))
        # The last exchange is shown behind a prompt of its own.
        resumed = say(terminal, "/resume apples")
        assert "Apples are red: 2 messages so far" in resumed
        assert ">>> Apples are red\r\n" in resumed
        assert "no session whose id or title begins with 'plums'" in say(terminal, "/resume plums")
        assert terminal.leave(process) == 0
    done = minerva(place, "sessions", "appl", "--url", url)
    assert re.search(
        r"^ses_\w{8}  \d{4}-\d\d-\d\d \d\d:\d\d  Apples are red\n    Apples are red$", done.stdout, re.MULTILINE
    )
    [*_, hit] = json.loads(minerva(place, "sessions", "appl", "--json", "--url", url).stdout)["hits"]
    assert hit["snippet"][0] == {"text": "Apples", "hit": True}
    assert "Nothing was found" in minerva(place, "sessions", "zyzzyva", "--url", url).stderr


def test_an_answer_that_is_being_written_is_followed(place: Path, url: str) -> None:
    settings = {"model": "long", "max_tokens": 60_000, "sampling": {"ignore_eos": True}}
    with httpx.Client(base_url=f"{url}/api/minerva/v1", timeout=TIMEOUT_S, trust_env=False) as http:
        session: str = http.post("/sessions", json={"settings": settings}).json()["id"]
        http.post(f"/sessions/{session}/turns", json={"content": "Begun elsewhere"}).raise_for_status()
    with chatting(place, "--resume", session, "--url", url) as (terminal, process):
        terminal.wait_for(r">>> Begun elsewhere\r\n(.|\r\n){200}")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped")
        terminal.wait_for(">>> ")
        assert terminal.leave(process) == 0
    assert session_titled(place, url, "Begun elsewhere")["messages"][-1]["status"] == "stopped"


def test_archived_sessions_have_a_list_of_their_own(place: Path, url: str) -> None:
    http = httpx.Client(base_url=f"{url}/api/minerva/v1", trust_env=False)
    with http:
        session: str = http.post("/sessions", json={"title": "Put away"}).json()["id"]
        http.patch(f"/sessions/{session}", json={"archived": True}).raise_for_status()
    assert session not in {found["id"] for found in listed(place, url)}
    assert session in {found["id"] for found in listed(place, url, "--archived")}
    assert "Put away" in minerva(place, "sessions", "--archived", "--url", url).stdout
    refused = minerva(place, "sessions", "put", "--archived", "--url", url)
    assert (refused.returncode, "--archived" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--resume", "zyzzyva", "and on"), 1, "begins with 'zyzzyva'"),
        (("--resume", "ses_" + "0" * 24, "and on"), 1, "not found"),
        (("--resume", "last", "--temporary", "and on"), 2, "one of them"),
    ],
)
def test_what_cannot_be_resumed_is_said(
    place: Path, url: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = minerva(place, "run", *arguments, "--url", url)
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
