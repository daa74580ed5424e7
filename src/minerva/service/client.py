"""Whose a request is, as far as that can be told: clients of one priority are served in turn.

The server has one API key, so keys tell nobody apart.
"""

from __future__ import annotations

import hashlib
import secrets

_SALT = secrets.token_bytes(16)
"""New with each server: keys can neither be traced back to a name nor be compared from one run to the next."""


def client_key(user: str | None, address: str | None) -> str:
    """Return the key of the caller: the `user` that it speaks for, where it names one, or else its `address`.

    Names and addresses themselves go nowhere from here, neither into a log nor to a worker.
    """
    named = f"user {user}" if user else f"address {address or ''}"
    return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), key=_SALT, digest_size=8).hexdigest()
