"""A stamp says that a step was finished, and for which input. It is the last thing a step writes."""

import hashlib
import json
import os
from pathlib import Path


class Stamp:
    """The file that holds the digest of what a finished step was made from."""

    def __init__(self, path: Path) -> None:
        """`path` should lie inside what the step makes, so that both go together."""
        self._path = path

    def matches(self, digest: str) -> bool:
        """Return whether the step was finished for `digest`."""
        try:
            return self._path.read_text(encoding="ascii").strip() == digest
        except (OSError, UnicodeDecodeError):
            return False

    def clear(self) -> None:
        """Say that the step is not finished; call it before touching what the step makes."""
        self._path.unlink(missing_ok=True)

    def write(self, digest: str) -> None:
        """Say that the step is finished."""
        write_atomically(self._path, digest + "\n")


def write_atomically(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def digest_of(**parts: object) -> str:
    """Return a digest of named values; equal values give equal digests in any process."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return a digest of the file's text, whatever line ends the checkout has."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
