"""Running other programs: output into a log file, progress read from it, ended as a whole with everything they started.

A program writes to the file and not to a pipe, so that it is not disturbed when set-up is killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tools.bootstrap.errors import CommandFailed
from tools.bootstrap.lock import held_descriptors

POLL_S = 0.2
TAIL_LINES = 25
TAIL_COLUMNS = 200
GRACE_S = 5.0

# Set by shells and editors for other purposes; inside .venv they would break isolation.
_UNWANTED = ("PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_TARGET", "PIP_USER", "__PYVENV_LAUNCHER__")


def run(
    what: str, command: Sequence[str | Path], log: Path, *, watch: Callable[[str], None] | None = None, **env: str
) -> None:
    """Run `command`, appending its output to `log`; `watch` sees each line as it comes.

    `env` is added to the environment. Raises `CommandFailed`, which shows the end of the log, unless it ends with 0.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output, log.open("rb") as reader:
        output.write(f"$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        reader.seek(0, os.SEEK_END)
        child = _start(command, output.fileno(), env)
        try:
            _follow(child, _Lines(reader.read), watch)
        except BaseException:
            _end(child)
            raise
    if child.returncode != 0:
        raise CommandFailed(what, log, tail(log))


def tail(log: Path) -> list[str]:
    """Return the last lines of `log`, shortened: a compiler's command lines are long."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return [line if len(line) <= TAIL_COLUMNS else line[:TAIL_COLUMNS] + " …" for line in lines]


class _Lines:
    """Cuts what `read` returns into lines; the last, unfinished one waits for its rest."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._rest = b""

    def take(self) -> list[str]:
        *lines, self._rest = (self._rest + self._read()).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


def _start(command: Sequence[str | Path], output: int, env: dict[str, str]) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**kept, "PYTHONUNBUFFERED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **env},
        # A group of its own: an interrupt ends the program together with the compilers below it.
        start_new_session=sys.platform != "win32",
        pass_fds=held_descriptors() if sys.platform != "win32" else (),
    )


def _follow(child: subprocess.Popen[bytes], lines: _Lines, watch: Callable[[str], None] | None) -> None:
    while True:
        ended = child.poll() is not None
        for line in lines.take():
            if watch is not None:
                watch(line)
        if ended:
            return
        time.sleep(POLL_S)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End `child` and all it started: politely, then not."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], capture_output=True, check=False)
        child.wait()
        return
    _signal_group(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_S)
    _signal_group(child.pid, signal.SIGKILL)
    child.wait()
    # The compilers below it as well: what comes next may write where they do.
    deadline_s = time.monotonic() + GRACE_S
    while _signal_group(child.pid, signal.SIGKILL) and time.monotonic() < deadline_s:
        time.sleep(POLL_S)


def _signal_group(group: int, number: int) -> bool:
    """Return whether there is anybody left in the group."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS refuses where only ended processes are left
        return False
    return True
