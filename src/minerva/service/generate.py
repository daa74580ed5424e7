"""THE use case: a request becomes a stream of events, of which exactly one, the last, is terminal."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

import msgspec
import structlog

from minerva.core.errors import MinervaError
from minerva.core.event import Event, Failed
from minerva.core.log import Logger
from minerva.core.request import ChatInput, GenerateRequest, Overflow
from minerva.models.registry import Registry
from minerva.service.capability import require
from minerva.service.choices import Choices, Echo
from minerva.service.constraint import bounds_of
from minerva.service.delivery import Delivery
from minerva.service.ends import internal, shortest, shutting_down, within
from minerva.service.loading import Loader
from minerva.service.merge import merged
from minerva.service.observe import Observer
from minerva.service.overflow import Fitted, fit_prompt
from minerva.service.preset import model_with_preset, with_preset
from minerva.service.prompt import make_commands, make_prompt
from minerva.service.reading import Reading, reading_of
from minerva.service.window import with_window
from minerva.wire.messages import News
from minerva.workers.pool import Pool

_TOO_SLOW = "What was generated until then was delivered; ask for less, or allow more time."


class Generator:
    """Answers requests. One for all of them; a request's own state lives in its task."""

    def __init__(
        self,
        registry: Registry,
        pool: Pool,
        observer: Observer,
        log: Logger,
        *,
        loader: Loader,
        timeout_s: float | None,
        queue_timeout_s: float | None,
        overflow: Overflow,
    ) -> None:
        """`loader` loads what a request finds unloaded; `timeout_s` applies to every request, `None` for no limit.

        So does `queue_timeout_s`, to its wait in a model's queue. `overflow` is the policy of requests that name none.
        """
        self._registry = registry
        self._pool = pool
        self._observer = observer
        self._log = log
        self._loader = loader
        self._timeout_s = timeout_s
        self._queue_timeout_s = queue_timeout_s
        self._overflow = overflow
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
        try:
            await within(shortest(request.timeout_s, self._timeout_s), self._answer(request, delivery), _TOO_SLOW)
        except MinervaError as error:
            delivery.send(Failed(error.info()))
        except asyncio.CancelledError:
            _end_cancelled(delivery)
            raise
        except Exception as error:  # noqa: BLE001 - the last line of defence: it is logged, and the caller hears of it
            self._log.exception("request failed unexpectedly", model=delivery.model)
            delivery.send(Failed(internal(error)))

    async def _answer(self, request: GenerateRequest, delivery: Delivery) -> None:
        if self.draining:
            raise shutting_down()
        file, preset = await asyncio.to_thread(self._registry.asked, request.model)
        own_window = request.context_length
        queue_timeout_s = shortest(request.queue_timeout_s, self._queue_timeout_s)
        request = msgspec.structs.replace(with_preset(request, preset), queue_timeout_s=queue_timeout_s)
        delivery.found(file.name)
        require("completion", file.name, file.capabilities)
        plan = self._loader.plan(file)
        async with self._pool.lease(file.name, plan, request.keep_alive_s) as lease:
            delivery.load_s = lease.load_s
            require("completion", file.name, lease.worker.info.capabilities)
            model = model_with_preset(lease.worker.info, preset)
            request = with_window(request, own_window, model)
            now = datetime.now(UTC).astimezone()
            make = functools.partial(make_prompt, model=model, now=now, path=file.paths[0])
            fitted = await fit_prompt(request, self._overflow, lease.worker, make)
            prompt, delivery.truncation = fitted.prompt, fitted.truncation
            for note in prompt.notes:
                self._log.info("conversation repaired", note=note)
            reading = reading_of(request.input, prompt, model) if isinstance(request.input, ChatInput) else None
            bounds = await asyncio.to_thread(bounds_of, request, reading, model)
            commands = make_commands(request, prompt, model, bounds, fitted.shift_keep)
            name = file.name if preset is None else preset.name
            choices = _open_choices(name, request, fitted, reading, spells_out=commands[0].prompt_logprobs)
            await _deliver(merged(lease.worker, commands), choices, delivery)
        if not choices.failed:
            delivery.send(choices.finish(lease.load_s, delivery.elapsed_s))


def _open_choices(
    name: str, request: GenerateRequest, fitted: Fitted, reading: Reading | None, *, spells_out: bool
) -> Choices:
    """Return the choices of `request` by the model `name`. `spells_out`: the engine reports on the prompt's tokens."""
    wants = request.logprobs is not None
    return Choices(
        name,
        request.n,
        echo=Echo(fitted.prompt.text, spells_out, wants) if request.echo else None,
        logprobs=wants,
        reading=reading,
        has_form=request.form is not None,
        truncation=fitted.truncation,
    )


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


def _end_cancelled(delivery: Delivery) -> None:
    """End a request whose task was cancelled: its caller did that, or else the program is ending."""
    if delivery.abandoned:
        delivery.cancel()
    else:
        delivery.send(Failed(shutting_down().info()))
