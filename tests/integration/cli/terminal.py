"""`minerva run` in a real terminal: a pty, with a person's key presses. Whoever imports this is skipped without one."""

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
CLEARED = r"(?:\r\x1b\[K(?:loading[^\r]*)?)*"
"""A pattern for the line that shows how far a load is, and for what clears it."""


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
                self.wait_for(pattern, 5.0)
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
