"""Where set-up keeps things: in this checkout, and in the user's cache folder, which all checkouts share."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """Folders of one checkout (`root`) and of the user (`cache`)."""

    root: Path
    cache: Path

    @property
    def venv(self) -> Path:
        """The virtual environment of this checkout."""
        return self.root / ".venv"

    @property
    def state(self) -> Path:
        """Locks, logs and remembered choices of this checkout."""
        return self.root / ".setup"

    @property
    def native(self) -> Path:
        """What is added to llama.cpp before it is compiled."""
        return self.root / "native"

    def lock_file(self, name: str) -> Path:
        """Return the file of pinned requirements called `name`."""
        return self.root / "requirements" / f"{name}.lock"

    def wheel(self, key: str) -> Path:
        """Return the folder where the finished wheel for `key` is kept."""
        return self.cache / "wheels" / key

    def build(self, key: str) -> Path:
        """Return the folder where the wheel for `key` is made; it goes away when the wheel is finished."""
        return self.cache / "builds" / key


def find_places() -> Places:
    """Return the places of the checkout this file is in."""
    return Places(root=Path(__file__).resolve().parents[2], cache=user_cache() / "minerva")


def user_cache() -> Path:
    """Return the cache folder that the platform gives to the user."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    return Path(xdg) if Path(xdg).is_absolute() else Path.home() / ".cache"


def python_in(venv: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return venv / "Scripts" / "python.exe" if sys.platform == "win32" else venv / "bin" / "python"
