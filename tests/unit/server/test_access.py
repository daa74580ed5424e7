from __future__ import annotations

import pytest

from minerva.core.errors import Forbidden, Unauthorized
from minerva.server.access import check_host, check_key, check_origin, refusal
from minerva.server.options import ServerOptions

OPEN = ServerOptions()


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:11434", "LOCALHOST", "127.0.0.1:80", "[::1]:11434", "[::1]", "localhost.:1"],
)
def test_loopback_names_are_this_server(host: str) -> None:
    check_host(host, OPEN)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.5", "", "[::1", "a b", None, "user@x"],
)
def test_other_names_are_not(host: str | None) -> None:
    with pytest.raises(Forbidden, match=r"allowed_hosts"):
        check_host(host, OPEN)


def test_a_bound_or_listed_name_is_this_server() -> None:
    check_host("box.lan:11434", ServerOptions(host="box.lan"))
    check_host("Box.Lan", ServerOptions(allowed_hosts=("box.lan",)))
    check_host("anything", ServerOptions(allowed_hosts=("*",)))


def test_bound_to_every_interface_any_address_is_this_server_and_no_name() -> None:
    everywhere = ServerOptions(host="0.0.0.0")  # noqa: S104 - not bound to here
    check_host("192.168.1.7:11434", everywhere)
    check_host("[fe80::1]:11434", everywhere)
    with pytest.raises(Forbidden):
        check_host("rebound.example", everywhere)


def test_origins_are_closed_but_for_the_own_and_the_listed() -> None:
    check_origin(None, "localhost:11434", OPEN)
    check_origin("http://localhost:11434", "localhost:11434", OPEN)
    check_origin("https://App.example", "localhost", ServerOptions(allowed_origins=("https://app.example",)))
    check_origin("null", "localhost", ServerOptions(allowed_origins=("*",)))
    for origin in (
        "http://evil.example",
        "http://localhost:5173",
        "null",
        "",
        "http://localhost:11434.evil.example",
        "http://[::1",
    ):
        with pytest.raises(Forbidden, match="allowed_origins"):
            check_origin(origin, "localhost:11434", OPEN)


def test_a_key_is_asked_for_only_if_there_is_one() -> None:
    check_key(None, OPEN)
    keyed = ServerOptions(api_key="schlüssel")
    check_key("Bearer schlüssel", keyed)
    check_key("bearer  schlüssel ", keyed)
    for wrong in (None, "", "schlüssel", "Bearer ", "Bearer other", "Basic schlüssel"):
        with pytest.raises(Unauthorized):
            check_key(wrong, keyed)


def test_the_key_may_come_in_either_header() -> None:
    keyed = ServerOptions(api_key="k")
    check_key(None, keyed, "k")
    check_key("Bearer other", keyed, " k ")
    check_key("Bearer k", keyed, "other")
    for authorization, api_key in ((None, "other"), ("Bearer other", "other"), ("k", ""), (None, None)):
        with pytest.raises(Unauthorized):
            check_key(authorization, keyed, api_key)
    assert refusal({"host": "localhost", "x-api-key": "k"}, "/v1/models", keyed) is None


def test_the_frame_without_an_origin_gets_its_scripts_and_nothing_else() -> None:
    headers = {"host": "localhost", "origin": "null"}
    assert refusal(headers, "/mermaid.js", ServerOptions()) is None
    for path in ("/", "/v1/models", "/theme.js", "/mermaid.json"):
        assert isinstance(refusal(headers, path, ServerOptions()), Forbidden), path
    assert isinstance(refusal({**headers, "host": "elsewhere"}, "/mermaid.js", ServerOptions()), Forbidden)


def test_probes_and_pages_need_no_key_and_the_rest_does() -> None:
    keyed = ServerOptions(api_key="k")
    headers = {"host": "localhost"}
    for path in (
        "/",
        "/health",
        "/ready",
        "/static/docs.js",
        "/docs",
        "/_app/immutable/entry/start.js",
        "/favicon.svg",
    ):
        assert refusal(headers, path, keyed) is None, path
    for path in ("/v1/models", "/metrics", "/api/minerva/v1/ps", "/healthy", "/static"):
        assert isinstance(refusal(headers, path, keyed), Unauthorized), path
