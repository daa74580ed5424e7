"""One request that no client should send, and an endless, repeatable row of them over all routes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.document import Document, Route
from tests.fuzz.mutate import Mutation, Mutator
from tests.fuzz.seeds import PLACES, SEEDS
from tests.fuzz.spoil import METHODS, odd_headers, odd_path, spoiled_text
from tests.fuzz.tame import tamed
from tests.fuzz.text import written

JSON = {"content-type": "application/json"}
NOTHING = "nothing"
_NOT_AGAIN = frozenset({"/metrics"})
"""Takes nothing, and is long."""

_UNDESCRIBED = (
    *(Route("GET", path, None) for path in ("/", "/docs", "/static/docs.js", "/openapi.json", "/v1/nothing")),
    *(Route("POST", "/api/push", None), Route("POST", "/api/blobs/{digest}", None)),
    *(Route("HEAD", "/api/blobs/{digest}", None), Route("HEAD", "/ready", None)),
)
"""Routes that the document leaves out, and one that is not there."""


@dataclass(frozen=True)
class Attack:
    """One request. `what` says what is wrong with it; `fields` are the names on the way to the only wrong field."""

    route: Route
    method: str
    path: str
    what: str
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    streamed: bool = False
    """Sent in chunks, so that the server is not told its length."""
    leaves: bool = False
    """The client goes away when the answer begins, or soon after."""


def good_ones(document: Document) -> Iterator[Attack]:
    """Yield the bodies that the others are made from: nothing is wrong with them, in this order."""
    routes = {route.path: route for route in document.routes() if route.body is not None}
    for path, bodies in SEEDS.items():
        route = routes[path]
        for body in bodies:
            yield Attack(route, route.method, _place(path), NOTHING, written(body).encode(), _headers(route))


def attacks(document: Document, seed: int) -> Iterator[Attack]:
    """Yield requests without end, the same ones for the same `seed` and routes."""
    chance = random.Random(seed)  # noqa: S311 - to be repeatable, not to be secret
    routes = [*(route for route in document.routes() if route.path not in _NOT_AGAIN), *_UNDESCRIBED]
    makers = [_Maker(chance, document, route) for route in routes]
    weights = [1 if route.body is None else 6 for route in routes]
    while True:
        yield chance.choices(makers, weights)[0].make()


def _place(path: str) -> str:
    """Return a path with its variables filled in, such that what it leads to is there."""
    for variable, value in PLACES.items():
        path = path.replace(variable, value)
    return path


def _headers(route: Route) -> dict[str, str]:
    """What is there already is overwritten: that is not what is tried."""
    return {**JSON, "if-match": "*"} if route.method == "PUT" else JSON


class _Maker:
    """Makes requests to one route."""

    def __init__(self, chance: random.Random, document: Document, route: Route) -> None:
        self._chance = chance
        self._route = route
        self._mutator = None if route.body is None else Mutator(chance, document, route.body)
        self._seeds: list[Any] = SEEDS.get(route.path, [])

    def make(self) -> Attack:
        if self._mutator is None or self._chance.random() < 0.04:
            return self._elsewhere()
        good = self._chance.choice(self._seeds) if self._seeds else self._mutator.sampled()
        if self._chance.random() < 0.15:
            content, what = spoiled_text(self._chance, written(good))
            return self._sent(Mutation(None, what), content)
        if self._chance.random() < 0.06:
            headers, what = odd_headers(self._chance)
            return self._sent(Mutation(None, what), written(good).encode(), headers)
        mutation = self._mutator.mutated(good)
        tame = tamed(self._route.path, mutation.body)
        if tame != mutation.body:
            # The fault may be elsewhere now.
            mutation = Mutation(tame, mutation.what)
        return self._sent(mutation, written(tame).encode())

    def _sent(self, mutation: Mutation, content: bytes, headers: dict[str, str] | None = None) -> Attack:
        return Attack(
            self._route,
            self._route.method,
            _place(self._route.path),
            mutation.what,
            content,
            {**_headers(self._route), **(headers or {})},
            mutation.fields,
            streamed=self._chance.random() < 0.05,
            leaves=self._chance.random() < 0.04,
        )

    def _elsewhere(self) -> Attack:
        """Ask with odd paths and queries, sometimes by another method."""
        method = self._chance.choice(METHODS) if self._chance.random() < 0.2 else self._route.method
        path = odd_path(self._chance, self._route.path)
        content = b"" if method in {"GET", "HEAD"} or self._chance.random() < 0.5 else b"{}"
        return Attack(self._route, method, path, f"{method} {path}"[:200], content, JSON if content else {})
