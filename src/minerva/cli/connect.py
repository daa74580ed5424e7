"""What every command that talks to a server begins with: the settings, the address, the client."""

from __future__ import annotations

from pathlib import Path

from minerva.cli.address import server_url
from minerva.cli.client import Client
from minerva.settings.settings import load_settings


def connect(url: str | None, config: Path | None) -> Client:
    """Return a client of the server that flags, environment and settings name. Nothing is sent yet."""
    server = load_settings(config).server
    return Client(server_url(url, server), server.api_key)
