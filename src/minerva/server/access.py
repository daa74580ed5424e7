"""Who may call the server: pure decisions on a request's Host, Origin, Authorization and x-api-key headers.

Host: a page of a foreign site whose name is made to resolve to this machine (DNS rebinding) shows by the name it
asks for. Origin: browsers say which site a page is from; only the server's own and the listed ones may call.
"""

from __future__ import annotations

import hmac
import ipaddress
from urllib.parse import urlsplit

from minerva.core.errors import Forbidden, MinervaError, Unauthorized
from minerva.server.options import ServerOptions

ANY = "*"
_PAGE_FILES = frozenset({"/early.js", "/favicon.svg", "/mermaid-frame.js", "/mermaid.html", "/mermaid.js", "/theme.js"})
PUBLIC_PATHS = frozenset({"/", "/health", "/ready", "/docs", "/openapi.json"}) | _PAGE_FILES
"""Paths that need no API key: it is typed into the page that they are, and a probe should not have to know it."""
PUBLIC_PREFIXES = ("/static/", "/_app/")
_SCRIPTS_OF_THE_FRAME = frozenset({"/mermaid-frame.js", "/mermaid.js"})
"""Asked for by the page's own frame for diagrams, which has no origin, and says so: `Origin: null`. Nothing in them is
secret: any page may name them as its scripts, for which browsers send no Origin."""
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not bound to


def is_public(path: str) -> bool:
    """Whether `path` is answered without an API key."""
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIXES)


def check_host(host: str | None, options: ServerOptions) -> None:
    """Raise `Forbidden` unless the Host header names this server."""
    name = _host_name(host or "")
    if ANY in options.allowed_hosts or name in _LOCAL_NAMES or name == options.host.lower():
        return
    if name and name in {allowed.lower() for allowed in options.allowed_hosts}:
        return
    # Bound to every interface, the server has addresses that nobody listed. An address cannot be rebound.
    if options.host in _WILDCARDS and _is_address(name):
        return
    raise Forbidden(
        f"The host {host!r} is not one that this server answers to; reach it as localhost, or add the name to "
        "`server.allowed_hosts`."
    )


def check_origin(origin: str | None, host: str | None, options: ServerOptions) -> None:
    """Raise `Forbidden` unless there is no Origin header, or one of this server's own or a listed site."""
    if origin is None or ANY in options.allowed_origins or origin.lower() in _lowered(options.allowed_origins):
        return
    if host and _netloc(origin) == host.lower():
        return
    raise Forbidden(
        f"Pages of the origin {origin!r} may not call this server; add it to `server.allowed_origins` to allow it."
    )


def check_key(authorization: str | None, options: ServerOptions, api_key: str | None = None) -> None:
    """Raise `Unauthorized` unless no key is asked for, or `Authorization: Bearer` or `x-api-key` carries it.

    `api_key` is the latter, in which clients of Anthropic's API send it; they may send both.
    """
    if options.api_key is None:
        return
    scheme, _, bearer = (authorization or "").partition(" ")
    given = [bearer if scheme.lower() == "bearer" else "", api_key or ""]
    keys = [key.strip().encode() for key in given if key.strip()]
    if not keys:
        raise Unauthorized("This server asks for an API key; send it as `Authorization: Bearer KEY` or `x-api-key`.")
    if not any(hmac.compare_digest(key, options.api_key.encode()) for key in keys):
        raise Unauthorized("The API key is not the one that this server was given.")


def refusal(headers: dict[str, str], path: str, options: ServerOptions) -> MinervaError | None:
    """Return why a request is not let in, or `None`. `headers` has lower-case names."""
    try:
        check_host(headers.get("host"), options)
        if path not in _SCRIPTS_OF_THE_FRAME:
            check_origin(headers.get("origin"), headers.get("host"), options)
        if not is_public(path):
            check_key(headers.get("authorization"), options, headers.get("x-api-key"))
    except (Forbidden, Unauthorized) as error:
        return error
    return None


def _host_name(host: str) -> str:
    """`[::1]:80` → `::1`, `Localhost:80` → `localhost`; an empty name for what is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    """`http://Localhost:80` → `localhost:80`; an empty name for what is no address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _lowered(names: tuple[str, ...]) -> set[str]:
    return {name.lower() for name in names}
