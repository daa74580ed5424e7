"""Sends requests, several at once, and keeps what came back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

import httpx

from tests.fuzz.attack import Attack
from tests.fuzz.document import Document
from tests.fuzz.judge import faults
from tests.fuzz.seeds import SESSION, STORED

HANG = "hang"
BROKEN = "broken"
LEFT = "left"
_CHUNK = 1000
_LEAVES_AFTER_S = 0.1
_KEPT_S = 2.0
"""How long an idle connection is used again: shorter than the server keeps it, which is 5 s."""


@dataclass(frozen=True)
class Outcome:
    """`status`: a number, `HANG` if none came in time, `BROKEN` if the connection did, `LEFT` if the client went.

    `number` is that of the attack in its run, from 1. All is well without `faults`.
    """

    number: int
    attack: Attack
    status: str
    faults: tuple[str, ...] = ()
    answer: bytes = b""


class Sender:
    """Sends to one server. Knows what was stored last: `STORED` and `SESSION` in a request stand for its ids."""

    def __init__(self, url: str, document: Document, *, hang_s: float = 60.0) -> None:
        """An answer that takes longer than `hang_s` is a hang."""
        self._url = url
        self._document = document
        self._hang_s = hang_s
        self._ids = {STORED: STORED, SESSION: SESSION}

    async def send(
        self, good: Sequence[Attack], attacks: Iterable[Attack], *, first: int = 1, at_once: int = 8
    ) -> list[Outcome]:
        """Send `good` one after another, then `attacks`, and return what became of each.

        The first of `attacks` has the number `first`; the numbers of `good` are below 1.
        """
        before = await self._all(good, 1 - len(good), 1)
        return before + await self._all(attacks, first, at_once)

    async def _all(self, attacks: Iterable[Attack], first: int, at_once: int) -> list[Outcome]:
        outcomes: list[Outcome] = []
        waiting = enumerate(attacks, first)

        async def work() -> None:
            # All share one iterator: each takes what is next. Each has a connection of its own, for of those in a
            # shared pool httpx may close one as idle that it has just given to another.
            async with self._client() as client:
                for number, attack in waiting:
                    if attack.leaves:
                        async with self._client() as breaks_off:
                            outcomes.append(await self._sent(breaks_off, number, attack))
                    else:
                        outcomes.append(await self._sent(client, number, attack))

        await asyncio.gather(*(work() for _ in range(at_once)))
        return sorted(outcomes, key=lambda outcome: outcome.number)

    def _client(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=1, keepalive_expiry=_KEPT_S)
        return httpx.AsyncClient(base_url=self._url, timeout=self._hang_s, trust_env=False, limits=limits)

    async def _sent(self, client: httpx.AsyncClient, number: int, attack: Attack) -> Outcome:
        try:
            async with asyncio.timeout(_LEAVES_AFTER_S if attack.leaves else self._hang_s):
                response = await client.send(self._request(client, attack))
        except TimeoutError:
            if attack.leaves:
                return Outcome(number, attack, LEFT)
            return Outcome(number, attack, HANG, faults=(f"no answer in {self._hang_s:g} s",))
        except httpx.HTTPError as error:
            return Outcome(number, attack, BROKEN, faults=(f"the connection broke: {error!r}",))
        kind, body = response.headers.get("content-type", ""), response.content
        found = faults(self._document, attack, response.status_code, kind, body)
        if attack.method == "POST" and response.status_code == 200:
            self._remember(attack.route.path, body)
        return Outcome(number, attack, str(response.status_code), tuple(found), body)

    def _request(self, client: httpx.AsyncClient, attack: Attack) -> httpx.Request:
        # The path goes out as it is, and header values in the bytes that they stand for.
        content, url = (
            self._known(attack.content),
            client.base_url.copy_with(raw_path=self._known(attack.path.encode())),
        )
        headers = [(name.encode(), value.encode("latin-1")) for name, value in attack.headers.items()]
        return client.build_request(
            attack.method, url, headers=headers, content=_chunks(content) if attack.streamed else content
        )

    def _known(self, text: bytes) -> bytes:
        for word, known in self._ids.items():
            text = text.replace(word.encode(), known.encode())
        return text

    def _remember(self, path: str, body: bytes) -> None:
        word = {"/v1/responses": STORED, "/api/minerva/v1/sessions": SESSION}.get(path)
        if word is None:
            return
        try:
            answer = json.loads(body)
        except ValueError:  # a stream
            return
        if isinstance(answer, dict) and (word == SESSION or answer.get("store")):
            self._ids[word] = str(answer["id"])


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]
