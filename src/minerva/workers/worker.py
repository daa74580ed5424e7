"""The parent's view of one ready worker: requests in, their news out, every request ended exactly once.

One task reads what the worker sends and sorts it into a queue per open request. Whatever dies, each queue gets one
last item: what the worker sent, or an error made here.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeVar

import msgspec

from minerva.core.errors import InferenceError, MinervaError, ModelLoadFailed, OutOfMemory, WorkerCrashed, from_info
from minerva.core.model import LoadedModel
from minerva.wire.channel import ChannelClosed
from minerva.wire.messages import (
    Cancel,
    Counted,
    CountTokens,
    Detokenize,
    Detokenized,
    Embed,
    Embedded,
    Ended,
    EngineStats,
    Generate,
    Load,
    LoadFailed,
    LoadProgress,
    News,
    Query,
    Ready,
    Refused,
    Reply,
    Result,
    Shutdown,
    Step,
    Tokenize,
    Tokenized,
)
from minerva.workers.spawn import EXIT_GRACE_S, Process

CrashHook = Callable[[str], str]
"""Called once with how the worker died, before its requests learn of it; returns what will be done about it."""

STOP_GRACE_S = 5.0

R = TypeVar("R", bound=Result)


class Worker:
    """A worker whose model is loaded. Made by `open_worker`; the pool owns it."""

    def __init__(self, process: Process, info: LoadedModel, on_crash: CrashHook) -> None:
        """Start to read what `process` sends. Needs a running event loop."""
        self.info = info
        self.stats = EngineStats(cells_total=info.kv_cells)
        self.alive = True
        self._process = process
        self._on_crash = on_crash
        self._ids = itertools.count(1)
        self._open: dict[int, asyncio.Queue[News | Embedded]] = {}
        self._queries: dict[int, asyncio.Queue[Result | Refused]] = {}
        self._end: MinervaError | None = None
        self._reader = asyncio.create_task(self._read(), name=f"replies of {info.name}")

    def generate(self, command: Generate) -> AsyncGenerator[News, None]:
        """Yield a request's news, of which the last is its one `Ended` or `Refused`; `command.id` is chosen here.

        Closing the iterator early, or cancelling the task that waits in it, cancels the request at once; a consumer
        that stops halfway must therefore close it (`contextlib.aclosing`). A worker that dies yields `Refused` with
        `WorkerCrashed`.
        """
        return self._stream(command)

    def embed(self, command: Embed) -> AsyncGenerator[Embedded | Ended | Refused, None]:
        """Yield what is made of each input, as it comes, then the one `Ended` or `Refused`; else as `generate`."""
        return self._stream(command)

    async def count(self, command: CountTokens) -> int:
        """Return how many tokens a prompt has. Raises as `tokenize` does."""
        return (await self._ask(command, Counted)).tokens

    async def tokenize(self, command: Tokenize) -> Tokenized:
        """Return the tokens of a text; `command.id` is chosen here.

        Raises `WorkerCrashed` if the worker dies, `InferenceError` for a text that is too long to tokenise.
        """
        return await self._ask(command, Tokenized)

    async def detokenize(self, command: Detokenize) -> str:
        """Return the text of tokens. Raises `InvalidRequest` for what is no token, and `WorkerCrashed`."""
        return (await self._ask(command, Detokenized)).text

    async def stop(self, reason: MinervaError) -> None:
        """End the worker; requests that are still open are refused with `reason`. No crash is reported."""
        self.alive = False
        self._end_all(reason)
        self._reader.cancel()
        self._post(Shutdown())
        self._process.channel.close()
        await self._process.end(STOP_GRACE_S)

    def resident_bytes(self) -> int:
        """Return the RAM that the worker's process holds now, mapped weights included."""
        return self._process.memory_bytes()[0]

    async def _stream(self, command: Generate | Embed) -> AsyncGenerator[Any, None]:
        """Yield what is sent for a request; what that can be depends on its kind."""
        number = next(self._ids)
        if self._end is not None:
            yield Refused(number, self._end.info())
            return
        queue = self._open[number] = asyncio.Queue()
        over = False
        try:
            # A channel that is closed says so to the reader as well, which then ends this request.
            with contextlib.suppress(ChannelClosed):
                await self._process.channel.send(msgspec.structs.replace(command, id=number))
            while not over:
                news = await queue.get()
                over = isinstance(news, Ended | Refused)
                yield news
        finally:
            self._open.pop(number, None)
            if not over:
                self._post(Cancel(number))

    async def _ask(self, query: Query, kind: type[R]) -> R:
        """Return the answer to `query`, of the `kind` that it has. A caller that gives up cancels it."""
        number = next(self._ids)
        if self._end is not None:
            raise from_info(self._end.info())
        queue = self._queries[number] = asyncio.Queue()
        result: Result | Refused | None = None
        try:
            with contextlib.suppress(ChannelClosed):
                await self._process.channel.send(msgspec.structs.replace(query, id=number))
            result = await queue.get()
        finally:
            self._queries.pop(number, None)
            if result is None:
                self._post(Cancel(number))
        if isinstance(result, Refused):
            raise from_info(result.error)
        if not isinstance(result, kind):
            raise InferenceError(f"The engine answered a {type(query).__name__} with a {type(result).__name__}.")
        return result

    def _post(self, command: Cancel | Shutdown) -> None:
        # To a worker that is gone there is nothing left to say.
        with contextlib.suppress(ChannelClosed):
            self._process.channel.post(command)

    async def _read(self) -> None:
        try:
            while True:
                self._dispatch(await self._process.channel.receive())
        except ChannelClosed as silence:
            self.alive = False
            how = await self._process.obituary(str(silence))
            message = f"Model '{self.info.name}' crashed. {how} {self._on_crash(how)}"
            self._end_all(WorkerCrashed(message, self.info.name))
        finally:
            # Nobody may wait for news that no reader will bring, not even after a mistake in this one.
            self._end_all(
                WorkerCrashed(
                    f"Model '{self.info.name}' is no longer listened to; send the request again.", self.info.name
                )
            )

    def _dispatch(self, reply: Reply) -> None:
        match reply:
            case Step():
                self.stats = reply.stats
                for result in reply.results:
                    if (query := self._queries.get(result.id)) is not None:
                        query.put_nowait(result)
                for made in reply.embedded:
                    self._deliver(made)
                for news in reply.news:
                    self._deliver(news)
            case LoadProgress() | Ready() | LoadFailed():
                raise ChannelClosed(f"{type(reply).__name__} after the load was over")

    def _deliver(self, news: News | Embedded) -> None:
        """News of a request that was cancelled meanwhile has no reader any more."""
        if (queue := self._open.get(news.id)) is not None:
            queue.put_nowait(news)
        elif isinstance(news, Refused) and (query := self._queries.get(news.id)) is not None:
            query.put_nowait(news)

    def _end_all(self, reason: MinervaError) -> None:
        self._end = self._end or reason
        for number, queue in self._open.items():
            queue.put_nowait(Refused(number, reason.info()))
        for number, query in self._queries.items():
            query.put_nowait(Refused(number, reason.info()))
        self._open.clear()
        self._queries.clear()


async def open_worker(
    process: Process, command: Load, on_progress: Callable[[float], None], on_crash: CrashHook
) -> Worker:
    """Have `process` load a model and return its worker; `on_progress` gets the fraction that is loaded.

    Raises `ModelLoadFailed` or `OutOfMemory` when the engine says so, `WorkerCrashed` when it died; the process has
    then ended.
    """
    name = command.spec.name
    try:
        await process.channel.send(command)
        outcome = await _load_outcome(process, on_progress)
    except ChannelClosed as silence:
        how = await process.obituary(str(silence))
        raise WorkerCrashed(f"Model '{name}' could not be loaded. {how}", name) from silence
    if isinstance(outcome, Ready):
        return Worker(process, outcome.model, on_crash)
    await process.end(EXIT_GRACE_S)
    error = from_info(outcome.error)
    if isinstance(error, OutOfMemory):
        raise error
    message = f"Model '{name}' could not be loaded. {error.message.rstrip('.')}.{process.last_words()}"
    raise ModelLoadFailed(message, name)


async def _load_outcome(process: Process, on_progress: Callable[[float], None]) -> Ready | LoadFailed:
    while True:
        match await process.channel.receive():
            case LoadProgress(fraction):
                on_progress(fraction)
            case (Ready() | LoadFailed()) as outcome:
                return outcome
            case Step():
                raise ChannelClosed("Step before the model was loaded")
