"""Requests that schemathesis makes of the OpenAPI document: some that fit what it says, some that break it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import hypothesis
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from tests.fuzz.attack import JSON, Attack
from tests.fuzz.document import Document, Route
from tests.fuzz.tame import tamed

_BASE = "http://localhost"
_MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def contract_attacks(document: Document, count: int, seed: int) -> Iterator[Attack]:
    """Yield about `count` requests with a body, shared out evenly among the routes and among good and bad ones.

    Routes without a body get as many good ones, as far as there are different ones.
    """
    schema = schemathesis.openapi.from_dict(document.content)
    routes = {str(route): route for route in document.routes()}
    each = max(1, count // (len(_MODES) * sum(route.body is not None for route in routes.values())))
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        route = routes[f"{operation.method.upper()} {operation.path}"]
        for mode in _MODES if route.body is not None else _MODES[:1]:
            yield from _drawn(operation.as_strategy(generation_mode=mode), route, each, seed)


def _drawn(strategy: Any, route: Route, count: int, seed: int) -> list[Attack]:
    drawn: list[Attack] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def draw(case: Case[Any]) -> None:
        drawn.append(_attack(case, route))

    draw()
    return drawn[:count]


def _attack(case: Case[Any], route: Route) -> Attack:
    sent = case.as_transport_kwargs(base_url=_BASE)
    content = _content(route.path, sent)
    path = httpx.URL(sent["url"], params=sent["params"]).raw_path.decode()
    return Attack(route, sent["method"], path, "made by schemathesis", content, JSON if content else {})


def _content(path: str, sent: dict[str, Any]) -> bytes:
    """Return the body, tamed where it is JSON; what is no JSON is there as bytes."""
    if "json" in sent:
        return json.dumps(tamed(path, sent["json"])).encode()
    data: bytes = sent.get("data", b"")
    return data
