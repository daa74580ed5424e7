"""`minerva create`, `cp` and `rm`: what changes which models there are. Ollama's API has the words for it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from minerva.cli import codes
from minerva.cli.connect import connect
from minerva.cli.failure import CommandFailed
from minerva.cli.terminal import say


class _Status(msgspec.Struct):
    status: str


def create_model(name: str, file: Path, url: str | None, config: Path | None) -> None:
    """Make the preset `name` of the Modelfile `file`."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"The Modelfile {file} cannot be read: {error}.", codes.USAGE) from error
    body = {"model": name, "modelfile": text, "stream": False}
    connect(url, config).post("/api/create", body, _Status)
    say(f"{name} is created.")


def copy_model(source: str, destination: str, url: str | None, config: Path | None) -> None:
    """Make `destination` another name of the model `source`."""
    connect(url, config).post("/api/copy", {"source": source, "destination": destination}, _Status)
    say(f"{destination} is another name of {source}.")


def remove_model(name: str, url: str | None, config: Path | None) -> None:
    """Delete model `name`; one that is in use is unloaded first."""
    connect(url, config).delete("/api/delete", {"model": name}, _Status)
    say(f"{name} is deleted.")
