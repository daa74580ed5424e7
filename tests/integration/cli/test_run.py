from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.integration.cli.program import MINERVA, TIMEOUT_S, environment, minerva

GREEDY = ("--set", "temperature=0", "--set", "max_tokens=8")


def test_a_prompt_is_answered_and_nothing_else_is_printed(home: Path, server: str) -> None:
    done = minerva(home, "run", "tiny", "Once upon a time", *GREEDY, "--url", server)
    assert done.returncode == 0
    assert done.stdout.strip()
    assert done.stderr == ""
    again = minerva(home, "run", "tiny", *GREEDY, "--url", server, stdin="Once upon a time\n")
    assert again.stdout == done.stdout


def test_what_is_piped_in_is_added_to_the_prompt(home: Path, server: str) -> None:
    both = minerva(home, "run", "tiny", "Say", *GREEDY, "--url", server, stdin="this")
    whole = minerva(home, "run", "tiny", "Say\n\nthis", *GREEDY, "--url", server)
    assert both.stdout == whole.stdout


def test_verbose_shows_the_speed_on_standard_error(home: Path, server: str) -> None:
    done = minerva(home, "run", "tiny", "Once", *GREEDY, "--verbose", "--url", server)
    assert "8 tokens (" in done.stderr
    assert "prompt tokens" in done.stderr


def test_a_system_prompt_changes_the_answer(home: Path, server: str) -> None:
    plain = minerva(home, "run", "tiny", "Once", *GREEDY, "--url", server)
    told = minerva(home, "run", "tiny", "Once", *GREEDY, "--system", "The sun is big", "--url", server)
    assert told.stdout != plain.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("tiny", "x", "--set", "temperature=9"), 2, "0 to 2"),
        (("tiny", "x", "--set", "temprature=1"), 2, "temprature"),
        (("tiny",), 2, "no prompt"),
        (("nobody", "x"), 1, "nobody"),
        ((), 2, "no prompt"),
    ],
)
def test_what_is_wrong_is_said(home: Path, server: str, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = minerva(home, "run", *arguments, "--url", server)
    assert done.returncode == code
    assert words in done.stderr


def test_an_answer_longer_than_the_window_says_what_was_dropped_for_it(home: Path, server: str) -> None:
    long = ("--set", "temperature=0", "--set", "ignore_eos=true", "--set", "max_tokens=520", "--overflow", "shift")
    done = minerva(home, "run", "tiny", "Once", *long, "--url", server)
    assert done.returncode == 0
    assert "to go on past the context window" in done.stderr
    wrong = minerva(home, "run", "tiny", "Once", "--overflow", "squeeze", "--url", server)
    assert (wrong.returncode, "overflow" in wrong.stderr) == (2, True)


def test_a_prompt_longer_than_the_window_is_the_servers_error(home: Path, server: str) -> None:
    done = minerva(home, "run", "tiny", "word " * 2000, "--url", server)
    assert done.returncode == 1
    assert "512" in done.stderr


def test_control_characters_stay_in_a_pipe(home: Path, server: str) -> None:
    """A script gets what the model said; only a terminal is protected from it."""
    done = minerva(home, "run", "tiny", "Once", *GREEDY, "--set", 'logit_bias={"30": 100}', "--url", server)
    assert "\x1b" in done.stdout


def test_ctrl_c_ends_a_one_shot_with_130(home: Path, server: str) -> None:
    command = [*MINERVA, "run", "long", "Once", "--set", "ignore_eos=true", "--url", server]
    with subprocess.Popen(command, env=environment(home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(TIMEOUT_S) == 130
