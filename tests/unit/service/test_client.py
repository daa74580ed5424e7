"""Clients are told apart, and not told."""

from __future__ import annotations

import re

from minerva.service.client import client_key


def test_users_are_told_apart_and_else_addresses() -> None:
    keys = [client_key("ann", "10.0.0.1"), client_key("bob", "10.0.0.1"), client_key(None, "10.0.0.1")]
    keys += [client_key(None, "10.0.0.2"), client_key("10.0.0.1", None), client_key(None, None)]
    assert len(set(keys)) == len(keys)
    assert client_key("ann", "10.0.0.1") == client_key("ann", "10.0.0.2")
    assert client_key("", "10.0.0.1") == client_key(None, "10.0.0.1")


def test_a_key_shows_nothing_of_the_name() -> None:
    for name in ("ann", "\ud800", "x" * 100_000):
        assert re.fullmatch("[0-9a-f]{16}", client_key(name, None))
