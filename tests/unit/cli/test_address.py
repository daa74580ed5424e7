from __future__ import annotations

import pytest

from minerva.cli.address import is_loopback, server_url
from minerva.cli.failure import CommandFailed
from minerva.settings.schema import ServerSettings

DEFAULT = ServerSettings()


@pytest.mark.parametrize(
    ("flag", "variable", "server", "url"),
    [
        (None, None, DEFAULT, "http://127.0.0.1:11434"),
        (None, None, ServerSettings(host="0.0.0.0", port=80), "http://127.0.0.1:80"),  # noqa: S104
        (None, None, ServerSettings(host="::"), "http://[::1]:11434"),
        (None, None, ServerSettings(host="::1"), "http://[::1]:11434"),
        (None, "http://there:1/", DEFAULT, "http://there:1"),
        ("https://here/base/", "http://there:1", DEFAULT, "https://here/base"),
        ("here:8080", None, DEFAULT, "http://here:8080"),
    ],
)
def test_the_flag_wins_over_the_variable_over_the_settings(
    flag: str | None, variable: str | None, server: ServerSettings, url: str
) -> None:
    assert server_url(flag, server, {"MINERVA_URL": variable} if variable else {}) == url


@pytest.mark.parametrize("url", ["ftp://x", "http://", "://x"])
def test_what_is_no_address_is_refused_by_name(url: str) -> None:
    with pytest.raises(CommandFailed, match="--url") as caught:
        server_url(url, DEFAULT, {})
    assert caught.value.exit_code == 2
    with pytest.raises(CommandFailed, match="MINERVA_URL"):
        server_url(None, DEFAULT, {"MINERVA_URL": url})


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost", True),
        ("http://10.0.0.1", False),
        ("http://example.org", False),
    ],
)
def test_no_proxy_comes_between_on_this_machine(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
