"""Virtual environments: made from nothing, filled from a lock file."""

import os
import shutil
import sys
from pathlib import Path

from tools.bootstrap import process
from tools.bootstrap.errors import CommandFailed, SetupError
from tools.bootstrap.places import python_in


def create(path: Path, log: Path) -> None:
    """Make a new virtual environment at `path`, in place of whatever is there."""
    remove(path)
    # Of the interpreter below, should set-up itself run inside the environment it is about to replace.
    base: str = getattr(sys, "_base_executable", sys.executable)
    try:
        process.run("Creating a virtual environment", [base, "-m", "venv", path], log)
    except CommandFailed as error:
        hint = "\nOn Debian and Ubuntu: sudo apt install python3-venv" if sys.platform == "linux" else ""
        raise SetupError(f"{error}{hint}") from error


def install_locked(venv: Path, lock: Path, log: Path) -> None:
    """Install exactly what `lock` names, each file checked against its hash."""
    process.run(
        f"Installing {lock.name}",
        [python_in(venv), "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", lock],
        log,
    )


def search_path(python: Path) -> str:
    """Return a `PATH` on which the programs beside `python` come first."""
    return f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"


def remove(path: Path) -> None:
    """Remove a folder, or a link to one, if it is there."""
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
