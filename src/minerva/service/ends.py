"""Ends that no request brings about itself: its time is over, the server stops, the program is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from minerva.core.errors import ErrorInfo, GenerationTimeout, MinervaError, ShuttingDown

T = TypeVar("T")


async def within(limit_s: float | None, work: Awaitable[T], advice: str) -> T:
    """Return what `work` returns; after `limit_s` cancel it and raise `GenerationTimeout`, which ends in `advice`."""
    limit = asyncio.timeout(limit_s)
    try:
        async with limit:
            return await work
    except TimeoutError as error:
        if limit_s is None or not limit.expired():
            raise
        raise GenerationTimeout(
            f"The request took longer than its limit of {limit_s:g} s, which covers loading the model, waiting and"
            f" computing. {advice}",
            limit_s,
        ) from error


def shortest(*limits_s: float | None) -> float | None:
    """Return the shortest of some time limits, of which `None` is none."""
    return min((limit_s for limit_s in limits_s if limit_s is not None), default=None)


def shutting_down() -> ShuttingDown:
    """Return the error of a request that comes too late."""
    return ShuttingDown("The server is shutting down and takes no new requests; send this one again later.")


def internal(error: Exception) -> ErrorInfo:
    """Return what a caller hears of a mistake in the program, which is logged elsewhere."""
    what = f"Minerva failed unexpectedly ({type(error).__name__})."
    return ErrorInfo(MinervaError.code, f"{what} The server's log has the details under this request's id.")
