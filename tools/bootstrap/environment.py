"""The checkout's `.venv`: locked packages, the compiled llama-cpp-python, and Minerva itself, editable.

Three stamps inside it. `packages` covers everything that is installed from locks; when it does not match, the
environment is made anew, since half of an environment cannot be told from a whole one. `project` covers Minerva's own
installation, which is quick to repeat. `starter` covers what trains the starter model, and comes on top.
"""

import sys
from pathlib import Path

from tools.bootstrap import process, venv
from tools.bootstrap.errors import CommandFailed, SetupError
from tools.bootstrap.places import Places, python_in
from tools.bootstrap.report import Report
from tools.bootstrap.stamp import Stamp, digest_of, digest_of_file

RUNTIME, DEV = "runtime", "dev"


class Environment:
    """What `.venv` should hold, and whether it does."""

    def __init__(self, places: Places, wheel_key: str) -> None:
        """`wheel_key` names the compiled wheel that belongs in it."""
        self._places = places
        self._wheel_key = wheel_key
        self._log = places.state / "install.log"
        self._packages = Stamp(places.venv / ".minerva-packages")
        self._project = Stamp(places.venv / ".minerva-project")
        self._starter = Stamp(places.venv / ".minerva-starter")

    def has_packages(self, profile: str) -> bool:
        """Return whether the packages of `profile` are installed; those of development include those of run time."""
        accepted = (RUNTIME, DEV) if profile == RUNTIME else (DEV,)
        return python_in(self._places.venv).exists() and any(
            self._packages.matches(self._packages_digest(name)) for name in accepted
        )

    def has_project(self) -> bool:
        """Return whether Minerva itself is installed, as `pyproject.toml` describes it."""
        return self._project.matches(self._project_digest())

    def install_packages(self, profile: str, wheel: Path, report: Report) -> None:
        """Make the environment anew with the packages of `profile` and the compiled `wheel`."""
        lock = self._places.lock_file(profile)
        self._log.unlink(missing_ok=True)
        report.say("Creating .venv")
        venv.create(self._places.venv, self._log)
        report.say(f"Installing what {lock.name} names")
        venv.install_locked(self._places.venv, lock, self._log)
        report.say(f"Installing {wheel.name}")
        self._pip("Installing llama-cpp-python", "--no-deps", wheel)
        self._check_binding(wheel)
        self._packages.write(self._packages_digest(profile))

    def install_project(self, report: Report) -> None:
        """Install Minerva so that it runs from this checkout."""
        report.say("Installing Minerva")
        self._project.clear()
        self._pip("Installing Minerva", "--no-deps", "--no-build-isolation", "--editable", self._places.root)
        self._project.write(self._project_digest())

    def has_starter(self) -> bool:
        """Return whether what trains the starter model is installed."""
        return self._starter.matches(self._starter_digest())

    def install_starter(self, report: Report) -> None:
        """Add what trains the starter model; the packages of development must be there."""
        report.say("Installing PyTorch and what else trains the starter model")
        venv.install_locked(self._places.venv, self._places.lock_file("starter"), self._log)
        self._pip("Installing PyTorch", "--requirement", self._torch)
        self._starter.write(self._starter_digest())

    def _pip(self, what: str, *arguments: str | Path) -> None:
        process.run(what, [python_in(self._places.venv), "-m", "pip", "install", *arguments], self._log)

    def _check_binding(self, wheel: Path) -> None:
        """Load the compiled library once: a missing system library should be known now, not at the first request."""
        python = python_in(self._places.venv)
        try:
            process.run("Loading the compiled llama.cpp", [python, "-c", "import llama_cpp.llama_cpp"], self._log)
        except CommandFailed as error:
            raise SetupError(f"{error}\nTo compile it again, remove {wheel.parent}") from error

    def _packages_digest(self, profile: str) -> str:
        return digest_of(
            python=sys.version,
            path=str(self._places.venv),  # scripts in an environment name its absolute path: it cannot be moved
            lock=digest_of_file(self._places.lock_file(profile)),
            wheel=self._wheel_key,
        )

    @property
    def _torch(self) -> Path:
        return self._places.root / "requirements" / "torch.in"

    def _starter_digest(self) -> str:
        return digest_of(lock=digest_of_file(self._places.lock_file("starter")), torch=digest_of_file(self._torch))

    def _project_digest(self) -> str:
        return digest_of(pyproject=digest_of_file(self._places.root / "pyproject.toml"))
