"""Whose a request is, from what HTTP and the body say."""

from __future__ import annotations

import msgspec
from starlette.requests import Request

from minerva.core.request import GenerateRequest
from minerva.service.client import client_key


def client_of(request: Request, user: str | None = None) -> str:
    """Return the key of the client that asks, see `client_key`; `user`: for whom, if the body says."""
    return client_key(user, None if request.client is None else request.client.host)


def with_client(asked: GenerateRequest, request: Request, user: str | None = None) -> GenerateRequest:
    """Return `asked` with the key of the client that asks."""
    return msgspec.structs.replace(asked, client=client_of(request, user))
