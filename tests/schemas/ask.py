"""Asks a server for a document of each schema, several at once, and says what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from tests.schemas.case import Case
from tests.support.json_schema import faults

Outcome = Literal["valid", "refused", "cut", "wrong"]
"""`cut`: `max_tokens` came before the end. It is neither valid nor invalid, and no schema here should need so many."""

MOST_TOKENS = 1800
"""Nearly the window of the model that ships."""

AT_ONCE = 8
_TIMEOUT_S = 300.0
_WILD = {"temperature": 2.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0}
"""Says what no model would by itself; of two ways to go on, each is likely."""


@dataclass(frozen=True)
class Result:
    """`detail`: the document, or what was wrong."""

    case: Case
    outcome: Outcome
    detail: str
    tokens: int = 0


async def ask_all(url: str, cases: Sequence[Case]) -> list[Result]:
    """Return the results in the order of `cases`."""
    limit = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT_S, trust_env=False) as client:

        async def ask(number: int, case: Case) -> Result:
            async with limit:
                response = await client.post("/v1/chat/completions", json=_body(number, case))
            return _result(case, response)

        return await asyncio.gather(*(ask(number, case) for number, case in enumerate(cases)))


def _body(number: int, case: Case) -> dict[str, Any]:
    """Half of them are answered greedily, half as wildly as can be."""
    return {
        "messages": [{"role": "user", "content": f"Give me the object number {number} as JSON."}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "it", "schema": case.schema}},
        "max_tokens": MOST_TOKENS,
        "seed": number,
        **({"temperature": 0} if number % 2 else _WILD),
    }


def _result(case: Case, response: httpx.Response) -> Result:
    if case.refused_at is not None:
        return _refusal(case, response)
    if response.status_code != 200:
        return Result(case, "wrong", response.text)
    answer = response.json()
    choice, tokens = answer["choices"][0], answer["usage"]["completion_tokens"]
    text = choice["message"]["content"] or ""
    if choice["finish_reason"] != "stop":
        return Result(case, "cut", text, tokens)
    found = _faults(text, case.schema)
    return Result(case, "wrong" if found else "valid", "; ".join([*found, text]), tokens)


def _faults(text: str, schema: Any) -> list[str]:
    try:
        return faults(text, schema)
    except ValueError as error:
        return [f"not JSON: {error}"]


def _refusal(case: Case, response: httpx.Response) -> Result:
    error = response.json().get("error", {})
    where = f"(at `#{case.refused_at}`)"
    named = response.status_code == 400 and error.get("param") == "response_format" and where in error["message"]
    return Result(case, "refused" if named else "wrong", response.text)
