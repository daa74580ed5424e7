"""Prometheus metrics: counters and histograms as requests report, gauges as they are when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response

from minerva.core.request import INTERACTIVE
from minerva.service.observe import RequestRecord
from minerva.workers.pool import Loaded

_WAITS_S = (0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_GAPS_S = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5)
_REQUESTS_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)


class Metrics:
    """A registry of its own, so that two servers in one process stay apart. Is a `service.observe.Observer`."""

    def __init__(self) -> None:
        """Start at nothing."""
        # A time of creation beside every number doubles the page and tells nothing.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        model = ["model"]
        self._requests = Counter(
            "minerva_requests", "Requests that are over, by outcome.", ["model", "outcome"], registry=registry
        )
        self._open = Gauge("minerva_requests_open", "Requests that are not over.", model, registry=registry)
        self._prompt = Counter(
            "minerva_prompt_tokens", "Prompt tokens, cached ones included.", model, registry=registry
        )
        self._cached = Counter("minerva_cached_tokens", "Prompt tokens found in the cache.", model, registry=registry)
        self._generated = Counter("minerva_generated_tokens", "Generated tokens.", model, registry=registry)
        self._drafts = Counter(
            "minerva_draft_tokens",
            "Tokens computed ahead as predicted, by outcome: accepted into the answer or rejected.",
            ["model", "outcome"],
            registry=registry,
        )
        self._inputs = Counter("minerva_embedded_inputs", "Texts embedded or ranked.", model, registry=registry)
        self._queue = Histogram(
            "minerva_queue_seconds",
            "Time from when a worker has read a request until it is admitted, by priority: interactive, or batch.",
            ["model", "priority"],
            registry=registry,
            buckets=_WAITS_S,
        )
        self._first = Histogram(
            "minerva_time_to_first_token_seconds",
            "From arrival to the first text, loading included.",
            model,
            registry=registry,
            buckets=_WAITS_S,
        )
        self._gap = Histogram(
            "minerva_inter_token_seconds", "Between two texts of a choice.", model, registry=registry, buckets=_GAPS_S
        )
        self._total = Histogram(
            "minerva_request_seconds", "From arrival to the end.", model, registry=registry, buckets=_REQUESTS_S
        )
        ProcessCollector(registry=registry)

    def watch(self, loaded: Callable[[], Iterable[Loaded]]) -> None:
        """Report on the models that `loaded` returns, each time somebody asks."""
        self.registry.register(_LoadedModels(loaded))

    def started(self, model: str) -> None:
        """A request for `model` begins."""
        self._open.labels(model).inc()

    def first_token(self, model: str, ttft_s: float) -> None:
        """A request's first text."""
        self._first.labels(model).observe(ttft_s)

    def token_gap(self, model: str, gap_s: float) -> None:
        """More text of a choice."""
        self._gap.labels(model).observe(gap_s)

    def finished(self, record: RequestRecord) -> None:
        """A request is over."""
        model = record.model
        self._requests.labels(model, record.outcome).inc()
        if not model:
            return
        self._open.labels(model).dec()
        self._prompt.labels(model).inc(record.usage.prompt_tokens)
        self._cached.labels(model).inc(record.usage.cached_tokens)
        self._generated.labels(model).inc(record.usage.completion_tokens)
        self._drafts.labels(model, "accepted").inc(record.usage.accepted_tokens)
        self._drafts.labels(model, "rejected").inc(record.usage.rejected_tokens)
        self._total.labels(model).observe(record.timings.total_s)
        if record.outcome == "finished":
            self._inputs.labels(model).inc(record.inputs)
            # Only the engine's last word says how long a request was queued.
            priority = "batch" if record.priority > INTERACTIVE else "interactive"
            self._queue.labels(model, priority).observe(record.timings.queue_s)


class _LoadedModels(Collector):
    """Gauges of the models in memory."""

    def __init__(self, loaded: Callable[[], Iterable[Loaded]]) -> None:
        self._loaded = loaded

    def describe(self) -> Iterator[Metric]:
        """Name nothing ahead, so that registering does not look at the pool."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Measure now."""
        models = list(self._loaded())
        for name, meaning, measure in _GAUGES:
            gauge = GaugeMetricFamily(name, meaning, labels=["model"])
            for loaded in models:
                gauge.add_metric([loaded.model.name], measure(loaded))
            yield gauge
        restarts = CounterMetricFamily("minerva_worker_restarts", "Crashes of a model's worker.", labels=["model"])
        memory = GaugeMetricFamily("minerva_memory_bytes", "What a model's memory is for.", labels=["model", "part"])
        for loaded in models:
            restarts.add_metric([loaded.model.name], loaded.restarts)
            for part in ("weights", "kv", "compute", "overhead"):
                memory.add_metric([loaded.model.name, part], getattr(loaded.model.memory, f"{part}_bytes"))
        yield restarts
        yield memory


_GAUGES: tuple[tuple[str, str, Callable[[Loaded], float]], ...] = (
    ("minerva_model_ready", "1 when a model takes requests, 0 while it loads or stops.", lambda m: m.state == "ready"),
    ("minerva_sequences_running", "Sequences the engine works on.", lambda m: m.stats.running),
    ("minerva_sequences_waiting", "Sequences in the engine's queue, texts to embed too.", lambda m: m.stats.waiting),
    ("minerva_kv_cells_used", "KV cells that hold a token.", lambda m: m.stats.cells_used),
    ("minerva_kv_cells_retained", "Used KV cells that only serve as cache.", lambda m: m.stats.cells_retained),
    ("minerva_kv_cells", "KV cells there are.", lambda m: m.stats.cells_total or m.model.kv_cells),
    ("minerva_cache_ram_bytes", "Computed prompts kept in RAM beside the KV cache.", lambda m: m.stats.ram_tier_bytes),
    ("minerva_cache_disk_bytes", "Computed prompts of the model kept on disk.", lambda m: m.stats.disk_tier_bytes),
    (
        "minerva_cache_restored_tokens",
        "Tokens of prompts that came back from RAM or disk since the model was loaded.",
        lambda m: m.stats.restored_tokens,
    ),
    ("minerva_model_load_seconds", "How long the model took to load.", lambda m: m.model.load_s),
    ("minerva_worker_resident_bytes", "Resident memory of a model's process.", lambda m: m.resident_bytes),
)


def router(metrics: Metrics) -> APIRouter:
    """Return the route /metrics."""
    api = APIRouter(tags=["Server"])

    async def scrape() -> Response:
        """Return all metrics in Prometheus' text format."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    api.add_api_route("/metrics", scrape, methods=["GET"], response_class=Response)
    return api
