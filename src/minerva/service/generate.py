"""THE use case: a request becomes a stream of events, of which exactly one, the last, is terminal."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from datetime import UTC, datetime

import structlog

from minerva.core.errors import ErrorInfo, GenerationTimeout, MinervaError, ShuttingDown
from minerva.core.event import Event, Failed
from minerva.core.log import Logger
from minerva.core.model import LoadOptions
from minerva.core.request import ChatInput, GenerateRequest
from minerva.models.fit import fit
from minerva.models.registry import Registry
from minerva.service.choices import Choices, Echo
from minerva.service.constraint import bounds_of
from minerva.service.delivery import Delivery
from minerva.service.merge import merged
from minerva.service.observe import Observer
from minerva.service.prompt import make_commands, make_prompt
from minerva.service.reading import reading_of
from minerva.wire.messages import News
from minerva.workers.pool import Pool


class Generator:
    """Answers requests. One for all of them; a request's own state lives in its task."""

    def __init__(
        self,
        registry: Registry,
        pool: Pool,
        observer: Observer,
        log: Logger,
        *,
        load: LoadOptions,
        timeout_s: float | None,
    ) -> None:
        """`load` applies to models that a request finds unloaded; `timeout_s` to every request, `None` for no limit."""
        self._registry = registry
        self._pool = pool
        self._observer = observer
        self._log = log
        self._load = load
        self._timeout_s = timeout_s
        self.draining = False
        """New requests are refused."""

    async def generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        """Yield the events of `request`; never raises an error of the tree. Closing it early cancels everything."""
        delivery = Delivery(request, self._observer, asyncio.get_running_loop().time)
        task = asyncio.create_task(self._run(request, delivery), name=f"request {request.request_id}")
        try:
            async with aclosing(delivery.events()) as events:
                async for event in events:
                    yield event
        finally:
            # After a terminal event there is nothing left to cancel but the return of the task.
            delivery.abandoned = True
            task.cancel()
            await asyncio.wait({task})

    async def _run(self, request: GenerateRequest, delivery: Delivery) -> None:
        """Send the events of `request`, the terminal one included, whatever happens."""
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        limit_s = min((limit for limit in (request.timeout_s, self._timeout_s) if limit is not None), default=None)
        try:
            await _within(limit_s, self._answer(request, delivery))
        except MinervaError as error:
            delivery.send(Failed(error.info()))
        except asyncio.CancelledError:
            _end_cancelled(delivery)
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence: it is logged, and the caller hears of it
            self._log.exception("request failed unexpectedly", model=delivery.model)
            delivery.send(Failed(_internal(error)))

    async def _answer(self, request: GenerateRequest, delivery: Delivery) -> None:
        if self.draining:
            raise _shutting_down()
        file = await asyncio.to_thread(self._registry.find, request.model)
        delivery.found(file.name)
        plan = functools.partial(fit, file, self._load)
        async with self._pool.lease(file.name, plan, request.keep_alive_s) as lease:
            delivery.load_s = lease.load_s
            model = lease.worker.info
            # In a thread: a long conversation takes milliseconds, a hostile template some seconds.
            now = datetime.now(UTC).astimezone()
            prompt = await asyncio.to_thread(make_prompt, request.input, model, now, file.paths[0])
            for note in prompt.notes:
                self._log.info("conversation repaired", note=note)
            reading = reading_of(request.input, prompt, model) if isinstance(request.input, ChatInput) else None
            bounds = await asyncio.to_thread(bounds_of, request, reading, model)
            commands = make_commands(request, prompt, model, bounds)
            wants = request.logprobs is not None
            echo = Echo(prompt.text, commands[0].prompt_logprobs, wants) if request.echo else None
            has_form = request.form is not None
            choices = Choices(file.name, request.n, echo=echo, logprobs=wants, reading=reading, has_form=has_form)
            await _deliver(merged(lease.worker, commands), choices, delivery)
        if not choices.failed:
            delivery.send(choices.finish(lease.load_s, delivery.elapsed_s))


async def _deliver(stream: AsyncGenerator[tuple[int, News], None], choices: Choices, delivery: Delivery) -> None:
    """Send the events that the sequences' news make, until all choices are over; on any error also what was held."""
    try:
        async with aclosing(stream):
            async for choice, news in stream:
                for event in choices.take(choice, news):
                    delivery.send(event)
                if choices.over:
                    return
    except BaseException:
        for event in choices.flush():
            delivery.send(event)
        raise


async def _within(limit_s: float | None, answer: Awaitable[None]) -> None:
    """Await `answer` for at most `limit_s`; then cancel it and raise `GenerationTimeout`."""
    limit = asyncio.timeout(limit_s)
    try:
        async with limit:
            await answer
    except TimeoutError as error:
        if limit_s is None or not limit.expired():
            raise
        raise GenerationTimeout(
            f"The request took longer than its limit of {limit_s:g} s, which covers loading the model, waiting and"
            " generating. What was generated until then was delivered; ask for less, or allow more time.",
            limit_s,
        ) from error


def _end_cancelled(delivery: Delivery) -> None:
    """End a request whose task was cancelled: its caller did that, or else the program is ending."""
    if delivery.abandoned:
        delivery.cancel()
    else:
        delivery.send(Failed(_shutting_down().info()))


def _shutting_down() -> ShuttingDown:
    return ShuttingDown("The server is shutting down and takes no new requests; send this one again later.")


def _internal(error: Exception) -> ErrorInfo:
    what = f"Minerva failed unexpectedly ({type(error).__name__})."
    return ErrorInfo(MinervaError.code, f"{what} The server's log has the details under this request's id.")
