"""The use case of embedding and reranking: texts become vectors or scores, all of them or an error."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

from minerva.core.embedding import Embedding, Embeddings, EmbedRequest
from minerva.core.errors import InferenceError, MinervaError, from_info
from minerva.core.event import Timings, Usage
from minerva.core.log import Logger
from minerva.core.model import Capability
from minerva.models.registry import Registry
from minerva.service.capability import check_dimensions, check_size, require
from minerva.service.ends import shortest, shutting_down, within
from minerva.service.loading import Loader
from minerva.service.observe import Observer, RequestRecord
from minerva.service.preset import embedding_with_preset
from minerva.service.window import check_window, with_window
from minerva.wire.messages import Embed, Embedded, Ended, Refused
from minerva.workers.pool import Lease, Pool

_TOO_SLOW = "Send fewer or shorter texts, or allow more time."


@dataclass(slots=True)
class _Progress:
    """How far a request has come. `name` is what the answer calls the model: a preset's own name, for one."""

    model: str = ""
    name: str = ""
    load_s: float = 0.0
    made: dict[int, Embedding] = field(default_factory=dict)
    end: Ended | None = None

    def record(self, request: EmbedRequest, outcome: str, total_s: float, error: str | None = None) -> RequestRecord:
        return RequestRecord(
            request_id=request.request_id,
            model=self.model,
            outcome=outcome,
            usage=Usage(sum(item.tokens for item in self.made.values()), 0),
            timings=self.timings(total_s),
            inputs=len(request.inputs),
            cut_tokens=sum(item.cut for item in self.made.values()),
            error=error,
        )

    def timings(self, total_s: float) -> Timings:
        queue_s, prefill_s = (0.0, 0.0) if self.end is None else (self.end.queue_s, self.end.prefill_s)
        return Timings(load_s=self.load_s, queue_s=queue_s, prefill_s=prefill_s, total_s=total_s)


class Embedder:
    """Answers requests. One for all of them."""

    def __init__(
        self,
        registry: Registry,
        pool: Pool,
        observer: Observer,
        log: Logger,
        *,
        loader: Loader,
        timeout_s: float | None,
    ) -> None:
        """`loader` loads what a request finds unloaded; `timeout_s` applies to every request, `None` for no limit."""
        self._registry = registry
        self._pool = pool
        self._observer = observer
        self._log = log
        self._loader = loader
        self._timeout_s = timeout_s
        self.draining = False
        """New requests are refused."""

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Return what the model makes of every input. Cancelling this cancels everything.

        Raises what finding and loading the model raise; `InvalidRequest` if it cannot do what is asked for, has other
        dimensions, or would make too much of it; `ContextLimitExceeded`; `QueueFull`; `GenerationTimeout`;
        `ShuttingDown`; and `EngineError`. The observer is told of the end exactly once, whatever it is.
        """
        clock, progress = asyncio.get_running_loop().time, _Progress()
        started_s = clock()
        try:
            limit_s = shortest(request.timeout_s, self._timeout_s)
            await within(limit_s, self._answer(request, progress), _TOO_SLOW)
            items = tuple(progress.made[index] for index in range(len(request.inputs)))
        except BaseException as error:
            words = error.message if isinstance(error, MinervaError) else None
            self._observer.finished(progress.record(request, _outcome(error), clock() - started_s, words))
            if not isinstance(error, MinervaError | asyncio.CancelledError):
                self._log.exception("request failed unexpectedly", model=progress.model)
            raise
        total_s = clock() - started_s
        self._observer.finished(progress.record(request, "finished", total_s))
        return Embeddings(request.request_id, progress.name, items, progress.timings(total_s))

    async def _answer(self, request: EmbedRequest, progress: _Progress) -> None:
        if self.draining:
            raise shutting_down()
        file, preset = await asyncio.to_thread(self._registry.asked, request.model)
        progress.model = file.name
        progress.name = file.name if preset is None else preset.name
        own_window = request.context_length
        request = embedding_with_preset(request, preset)
        self._observer.started(file.name)
        require(_wanted(request), file.name, file.capabilities)
        async with self._pool.lease(file.name, self._loader.plan(file), request.keep_alive_s) as lease:
            progress.load_s = lease.load_s
            model = lease.worker.info
            require(_wanted(request), model.name, model.capabilities)
            request = with_window(request, own_window, model)
            check_window(request.context_length, model)
            check_dimensions(request.dimensions, model)
            check_size(request, model)
            await _follow(request, lease, progress)


async def _follow(request: EmbedRequest, lease: Lease, progress: _Progress) -> None:
    """Send the request to its worker and gather what comes of it. Raises what it is refused with."""
    command = Embed(
        id=0,
        request_id=request.request_id,
        inputs=request.inputs,
        query=request.query,
        dimensions=request.dimensions,
        normalize=request.normalize,
        truncate=request.truncate,
        window=request.context_length,
        field=request.field,
    )
    async with aclosing(lease.worker.embed(command)) as stream:
        async for news in stream:
            match news:
                case Embedded():
                    progress.made[news.index] = Embedding(news.vector, news.tokens, news.cut)
                case Refused():
                    raise from_info(news.error)
                case Ended():
                    progress.end = news
    if len(progress.made) < len(request.inputs):
        raise InferenceError(f"The engine read {len(progress.made)} of {len(request.inputs)} texts.")


def _wanted(request: EmbedRequest) -> Capability:
    return "embedding" if request.query is None else "rerank"


def _outcome(error: BaseException) -> str:
    """Return how a request ended, for the record."""
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    return error.code if isinstance(error, MinervaError) else MinervaError.code
