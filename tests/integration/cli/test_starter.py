"""The model that ships, as a person at a terminal meets it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.cli.program import TIMEOUT_S, minerva, serving
from tests.integration.cli.terminal import chatting

GREEDY = ("--set", "temperature=0", "--set", "max_tokens=60")
TALK = ("My name is Oskar.", "How are you?", "What is 3 + 4?", "Thank you.", "What is my name?")


def test_a_chat_with_no_model_named_says_once_what_it_is_and_remembers_a_name(home: Path, server: str) -> None:
    with chatting(home, *GREEDY, "--url", server) as (terminal, process):
        heading = terminal.wait_for(">>> ")
        assert "starter at http" in heading
        about = [line for line in heading.splitlines() if "made by the Minerva project" in line]
        assert len(about) == 1
        assert about[0].endswith(f"put a .gguf file into {home / 'models'}, then: minerva run NAME")
        answers = []
        for message in TALK:
            terminal.type(f"{message}\n")
            terminal.wait_for(re.escape(message) + r"\r\n")
            answers.append(terminal.wait_for(">>> "))
        assert "Minerva project" not in "".join(answers)
        assert "Oskar" in answers[-1]
        terminal.type("/bye\n")
        assert process.wait(TIMEOUT_S) == 0


def test_a_chat_with_another_model_says_nothing_of_it(home: Path, server: str) -> None:
    with chatting(home, "tiny", "--url", server) as (terminal, process):
        assert "Minerva project" not in terminal.wait_for(">>> ")
        assert terminal.leave(process) == 0


def test_a_pipe_gets_the_answer_alone(home: Path, server: str) -> None:
    done = minerva(home, "run", *GREEDY, "--url", server, stdin="Who are you?\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "starter model" in done.stdout
    assert "Minerva project" not in done.stdout


def test_show_says_that_it_ships(home: Path, server: str) -> None:
    shown = minerva(home, "show", "starter", "--url", server).stdout
    assert re.search(r"^origin +ships with Minerva$", shown, re.MULTILINE)
    assert "ships with" not in minerva(home, "show", "tiny", "--url", server).stdout


def test_a_list_with_no_other_model_says_where_to_put_one(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        done = minerva(tmp_path, "list", "--url", url)
    assert [row.split()[0] for row in done.stdout.splitlines()] == ["NAME", "starter"]
    assert str(tmp_path / "models") in done.stderr


def test_it_can_be_measured(tmp_path: Path) -> None:
    done = minerva(tmp_path, "bench", "starter", "-p", "32", "-n", "8", "-r", "1")
    assert done.returncode == 0, done.stderr
    assert "pp32" in done.stdout
