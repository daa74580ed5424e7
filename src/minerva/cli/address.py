"""Where the server is that a command talks to: `--url`, else `MINERVA_URL`, else host and port of the settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from minerva.cli import codes
from minerva.cli.failure import CommandFailed
from minerva.server.options import local_url
from minerva.settings.schema import ServerSettings


def server_url(flag: str | None, server: ServerSettings, environ: Mapping[str, str] | None = None) -> str:
    """Return the base address of the server, without a slash at its end. Raises `CommandFailed` if it is none."""
    environ = os.environ if environ is None else environ
    given = flag or environ.get("MINERVA_URL")
    if not given:
        return local_url(server.host, server.port)
    url = given if "://" in given else f"http://{given}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        source = "--url" if flag else "MINERVA_URL"
        raise CommandFailed(f"{source} is {given!r}; it must be like http://127.0.0.1:11434.", codes.USAGE)
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    """Tell whether `url` is on this machine, where no proxy may come between."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
