"""Who answers at the server's address: nobody, a Minerva server, Ollama, or something else."""

from __future__ import annotations

import socket
from typing import Literal

import httpx
import msgspec
import psutil

from minerva.cli.address import is_loopback
from minerva.cli.doctor.finding import Finding, ok, problem, warning
from minerva.server.options import local_url

PROBE_S = 3.0
Kind = Literal["nobody", "minerva", "ollama", "other"]


class Occupant(msgspec.Struct, frozen=True):
    """Who holds an address. `detail`: Minerva's version, or the process; `status` is what Minerva's API answered."""

    kind: Kind
    detail: str = ""
    status: int = 0


class _Version(msgspec.Struct):
    version: str


def probe(host: str, port: int, api_key: str | None) -> Occupant:
    """Ask the address who it is."""
    url = local_url(host, port)
    try:
        with socket.create_connection((httpx.URL(url).host, port), PROBE_S):
            pass
    except OSError:
        return Occupant("nobody")
    headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=PROBE_S, trust_env=not is_loopback(url)) as http:
            return _identify(http, port)
    except httpx.HTTPError:
        return Occupant("other", process_at(port))


def port_findings(occupant: Occupant, url: str) -> list[Finding]:
    """Judge who holds the address at which `minerva serve` listens and the other commands look for a server."""
    by = f" ({occupant.detail})" if occupant.detail else ""
    elsewhere = "stop it, or serve elsewhere: minerva serve --port PORT"
    match occupant.kind:
        case "nobody":
            return [ok("server", f"Nobody listens at {url}; start a server with: minerva serve")]
        case "ollama":
            return [problem("server", f"Ollama listens at {url}{by}, where Minerva would.", elsewhere)]
        case "other":
            return [problem("server", f"Another program listens at {url}{by}, where Minerva would.", elsewhere)]
        case "minerva" if occupant.status == 401:
            advice = "set MINERVA_SERVER_API_KEY to the server's key"
            return [warning("server", f"The Minerva server at {url} asks for an API key.", advice)]
        case "minerva":
            return [ok("server", f"A Minerva server answers at {url}{by}.")]


def process_at(port: int) -> str:
    """Return name and id of the process that listens on `port`; empty when the system does not tell."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f"{psutil.Process(connection.pid).name()}, pid {connection.pid}"
    except psutil.Error:
        return ""
    return ""


def _identify(http: httpx.Client, port: int) -> Occupant:
    answer = http.get("/api/minerva/v1/version")
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return Occupant("minerva", status=answer.status_code)
    if answer.is_success:
        try:
            version = msgspec.json.decode(answer.content, type=_Version).version
        except msgspec.MsgspecError:
            return Occupant("other", process_at(port))
        return Occupant("minerva", f"version {version}", answer.status_code)
    if "Ollama is running" in http.get("/").text:
        return Occupant("ollama", process_at(port))
    return Occupant("other", process_at(port))
