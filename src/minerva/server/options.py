"""What the HTTP server is told; the section `server` of the settings."""

from __future__ import annotations

import msgspec

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here, this maps away from it


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to listen, whom to answer, and when to give up.

    `port` 0 takes any free one. `allowed_hosts` are names accepted in the Host header besides the loopback ones and
    `host`; `allowed_origins` are origins whose pages may call the server; `*` in either means any.
    `ping_s`: silence after which a stream sends a comment, and also how long an answer waits for its first event
    before it commits to status 200. `drain_s`: how long running requests may go on after the first SIGTERM.
    """

    host: str = "127.0.0.1"
    port: int = 11434
    api_key: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    body_limit_bytes: int = 64 * 1024 * 1024
    drain_s: float = 30.0
    ping_s: float = 10.0
    open_browser: bool = False


def local_url(host: str, port: int) -> str:
    """Return the address at which a server that listens on `host` is reached from this machine."""
    host = _ANYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
