"""A worker's process: started, listened to, described when it has ended, and ended with everything it started.

What differs between Linux, macOS and Windows is here and nowhere else in this package.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any

import psutil

from minerva.wire.channel import ServerChannel

ENGINE = (sys.executable, "-m", "minerva.engine")
"""The command that starts a worker."""

STREAM_LIMIT_BYTES = 4 * 1024 * 1024
TAIL_LINES = 40
WORDS_LINES = 6
WORDS_CHARACTERS = 800
LINE_BYTES = 64 * 1024
EXIT_GRACE_S = 2.0
"""How long a process that stopped talking may take to end by itself, before it is made to."""

KILL_GRACE_S = 10.0
"""How long the system may take to end a killed process before it is left to it (it may hang in a driver or a disk)."""


class Process:
    """A running worker process, its channel, and the end of what it wrote to stderr."""

    def __init__(
        self, process: asyncio.subprocess.Process, channel: ServerChannel, stderr: asyncio.StreamReader
    ) -> None:
        """Take over a process that `start` made. Needs a running event loop."""
        self.pid = process.pid
        self.channel = channel
        self._process = process
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._relay = asyncio.create_task(self._relay_stderr(stderr), name=f"stderr of {process.pid}")
        self._handle: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._handle = psutil.Process(process.pid)

    def memory_bytes(self) -> tuple[int, int]:
        """Return resident bytes, and of these what is the process's own and no mapped file; zeros once it is gone."""
        if self._handle is None:
            return 0, 0
        try:
            info = self._handle.memory_info()
        except psutil.Error:
            return 0, 0
        # Linux alone says how much of the resident memory is mapped files.
        return info.rss, info.rss - getattr(info, "shared", 0)

    def kill_tree(self) -> None:
        """Kill the process and all that it started, at once. Harmless when it has ended."""
        tree: list[psutil.Process] = []
        if self._handle is not None:
            with contextlib.suppress(psutil.Error):
                tree = [*self._handle.children(recursive=True), self._handle]
        for process in tree:
            with contextlib.suppress(psutil.Error):
                process.kill()
        # Children whose parent has ended are in no tree any more, but still in the process group it led.
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    async def end(self, grace_s: float) -> None:
        """Wait for the process to end, at most `grace_s`, then kill it; nothing that it started is left either."""
        await self._exit(grace_s)
        self.kill_tree()
        await self._exit(KILL_GRACE_S)
        await asyncio.wait({self._relay}, timeout=EXIT_GRACE_S)
        self._relay.cancel()
        self.channel.close()

    async def obituary(self, silence: str) -> str:
        """End the process, which no longer talks because of `silence`, and return how it ended with its last words."""
        by_itself = await self._exit(EXIT_GRACE_S)
        await self.end(grace_s=0)
        how = describe_exit(self._process.returncode) if by_itself else f"broke the protocol ({silence}) and was ended"
        return f"Its process (pid {self.pid}) {how}.{self.last_words()}"

    def last_words(self) -> str:
        """Return ` Its last words: ….` from the end of stderr, or nothing when there were none."""
        lines = [line for line in self._tail if line.strip()][-WORDS_LINES:]
        words = " | ".join(line.strip() for line in lines)[-WORDS_CHARACTERS:]
        return f" Its last words: {words.rstrip('.')}." if words else ""

    async def _exit(self, grace_s: float) -> bool:
        """Return whether the process ends within `grace_s`."""
        try:
            await asyncio.wait_for(self._process.wait(), grace_s)
        except TimeoutError:
            return False
        return True

    async def _relay_stderr(self, stderr: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stderr.read(LINE_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LINE_BYTES:
                lines, rest = [*lines, rest], b""
            self._relay_lines(lines)
        if rest:
            self._relay_lines([rest])

    def _relay_lines(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            text = line.decode("utf-8", errors="replace").rstrip("\r")
            self._tail.append(text)
            sys.stderr.write(text + "\n")
        sys.stderr.flush()


async def start(command: Sequence[str]) -> Process:
    """Start `command` as a worker. Raises `OSError` when the system cannot.

    It gets a session (on Windows a process group) of its own, so that Ctrl-C in the server's terminal is the server's
    to handle, and its input ends when this process dies, however it dies.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, limit=STREAM_LIMIT_BYTES, env=environment(), **_own_group()
    )
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise OSError("the worker's process has no standard streams")
    return Process(process, ServerChannel(process.stdout, process.stdin), process.stderr)


def environment() -> dict[str, str]:
    """Return the environment of a worker: this process's, and nothing imported from the current directory."""
    return {**os.environ, "PYTHONSAFEPATH": "1"}


def describe_exit(returncode: int | None) -> str:
    """Return in words what an exit status says: `was killed by SIGKILL`, `exited with code 3`."""
    if returncode is None:
        return "has not ended"
    if returncode >= 0:
        return f"exited with code {returncode}" if returncode < 2**16 else f"exited with code {returncode:#x}"
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = f"signal {-returncode}"
    hint = " (often the system's answer to a lack of memory)" if name == "SIGKILL" else ""
    return f"was killed by {name}{hint}"


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
