"""The chat in a real terminal: a pty, with a person's key presses."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.integration.cli.program import MINERVA, TIMEOUT_S, environment

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

import pty

CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """One end of a pty: types keys, waits for text."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._unread = ""

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def interrupt(self, pattern: str) -> None:
        """Press Ctrl-C until `pattern` comes.

        CPython's readline loop may miss a signal that arrives between its look at the flags and its `select`; it then
        acts on the next key. A person presses again, and so does this.
        """
        for _ in range(int(TIMEOUT_S)):
            self.type(CTRL_C)
            with suppress(AssertionError):
                self.wait_for(pattern, 1.0)
                return
        raise AssertionError(f"no {pattern!r} in {self._unread[-2000:]!r}")

    def leave(self, process: subprocess.Popen[bytes]) -> int:
        """Press Ctrl-D until the program ends, and return its status.

        Pressed between two prompts it falls to the terminal, not to the program; a person presses again.
        """
        for _ in range(int(TIMEOUT_S)):
            self.type(CTRL_D)
            with suppress(subprocess.TimeoutExpired):
                return process.wait(1.0)
        raise AssertionError("the program does not end")

    def wait_for(self, pattern: str, limit_s: float = TIMEOUT_S) -> str:
        """Return all that came up to the end of `pattern`, which is searched in what was not returned yet."""
        deadline = time.monotonic() + limit_s
        while not (found := re.search(pattern, self._unread)):
            ready, _, _ = select.select([self._descriptor], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"no {pattern!r} in {self._unread[-2000:]!r}"
            self._unread += os.read(self._descriptor, 65536).decode(errors="replace")
        text, self._unread = self._unread[: found.end()], self._unread[found.end() :]
        return text


@contextmanager
def chatting(home: Path, *arguments: str) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*MINERVA, "run", *arguments],
        env=environment(home),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(theirs)
    try:
        yield Terminal(ours), process
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _take_terminal() -> None:
    """Make the pty the terminal of the new session, so that its Ctrl-C reaches the program as a signal."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_a_chat_from_greeting_to_bye(home: Path, server: str) -> None:
    with chatting(home, "tiny", "--set", "max_tokens=8", "--url", server) as (terminal, process):
        terminal.wait_for("tiny at .*/help lists the commands")
        terminal.wait_for(">>> ")
        terminal.type("Once\n")
        terminal.wait_for(r"Once\r\n.+\r\n")
        terminal.wait_for(">>> ")
        terminal.type("/set verbose\n")
        terminal.wait_for(">>> ")
        terminal.type('"""two\n')
        terminal.wait_for(r"\.\.\. ")
        terminal.type('lines"""\n')
        terminal.wait_for(r"8 tokens \(")
        terminal.type("/show\n")
        terminal.wait_for("messages: 4")
        terminal.type("/clear\n/system Be brief\n/show\n")
        terminal.wait_for("system prompt: Be brief\r\nmessages: 0\r\nmax_tokens: 8")
        terminal.type("/set temperature 3\n")
        terminal.wait_for("error: .*0 to 2")
        terminal.type("/nonsense\n")
        terminal.wait_for("no command /nonsense")
        terminal.type("/bye\n")
        assert process.wait(TIMEOUT_S) == 0


def test_ctrl_c_stops_the_answer_and_not_the_program(home: Path, server: str) -> None:
    with chatting(home, "long", "--set", "ignore_eos=true", "--url", server) as (terminal, process):
        terminal.wait_for(">>> ")
        terminal.type("Once\n")
        terminal.wait_for(r"Once\r\n.{20}")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped\)")
        terminal.wait_for(">>> ")
        terminal.type("/set max_tokens 4\n")
        terminal.wait_for(">>> ")
        terminal.type("Again\n")
        terminal.wait_for(r"Again\r\n.+\r\n")
        terminal.wait_for(">>> ")
        terminal.type("/show\n")
        # What was said before the stop stays in the conversation.
        terminal.wait_for("messages: 4")
        assert terminal.leave(process) == 0


def test_ctrl_c_at_the_prompt_clears_the_line(home: Path, server: str) -> None:
    with chatting(home, "tiny", "--set", "max_tokens=4", "--url", server) as (terminal, process):
        terminal.wait_for(">>> ")
        terminal.type("half a line")
        terminal.wait_for("half a line")
        terminal.interrupt("Ctrl-D or /bye leaves")
        terminal.wait_for(">>> ")
        terminal.type("a \\\n")
        terminal.wait_for(r"\.\.\. ")
        terminal.interrupt(">>> ")
        terminal.type("/show\n")
        terminal.wait_for("messages: 0")
        assert terminal.leave(process) == 0
    assert (home / "history.txt").stat().st_mode & 0o077 == 0
