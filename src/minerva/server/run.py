"""Run the server: listen, serve until a signal, drain, end.

The first SIGTERM or SIGINT refuses new requests and lets running ones finish for `drain_s`; a second one ends all.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator

import uvicorn

from minerva.core.errors import SettingsError
from minerva.core.log import Logger, get_logger
from minerva.server.app import create_app
from minerva.server.lifecycle import Lifecycle
from minerva.server.metrics import Metrics
from minerva.server.options import ServerOptions, local_url
from minerva.service.services import Services, ServiceSettings

_FLUSH_S = 10.0
_LAST_WORDS_S = 1.0
"""How long answers that were cut off may take to say so."""


def run(settings: ServiceSettings, options: ServerOptions) -> None:
    """Build everything, serve until a signal, and return. Raises `SettingsError` when the address cannot be had."""
    listener = listen(options.host, options.port)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_run(settings, options, listener))


async def serve(
    services: Services, options: ServerOptions, metrics: Metrics | None = None, listener: socket.socket | None = None
) -> None:
    """Start `services`, serve until a signal, drain, and close them. `metrics` is the observer they were given."""
    listener = listener or listen(options.host, options.port)
    lifecycle, log = Lifecycle(), get_logger("server")
    app = create_app(services, options, metrics, lifecycle)
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_flush_s(options.drain_s),
    )
    server = _Server(config, lambda: _announce(listener, options, log))
    await services.start()
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    stop = asyncio.create_task(_first_signal(services).wait(), name="signal")
    try:
        await asyncio.wait((serving, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        await _drain(services, lifecycle, options.drain_s, log)
    finally:
        server.should_exit = True
        await serving
    log.info("stopped")


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket. Raises `SettingsError` saying why not, and what to do."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(
            f"The host {host!r} is no address of this machine: {error}.", "server.host", "--host"
        ) from error
    try:
        if sys.platform != "win32":
            # Windows takes this to mean that two servers may share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. If a Minerva server runs already, use "
            "it; or stop what has the port, or choose another one with --port.",
            "server.port",
            "--port",
        ) from error
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, telling when it listens."""

    def __init__(self, config: uvicorn.Config, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _run(settings: ServiceSettings, options: ServerOptions, listener: socket.socket) -> None:
    metrics = Metrics()
    await serve(Services(settings, metrics), options, metrics, listener)


async def _drain(services: Services, lifecycle: Lifecycle, drain_s: float, log: Logger) -> None:
    log.info("stopping", running=lifecycle.active, drain_s=drain_s)
    services.begin_drain()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(drain_s):
            await lifecycle.drain()
            # Answers in sessions go on without anybody who waits for them.
            await services.conversations.turns.drained()
    # Those that are still open end with `ShuttingDown`, and get to say so.
    await services.close(0.0)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS_S):
            await lifecycle.drain()


def _flush_s(drain_s: float) -> int:
    """Return how long a client may take to read what is already answered, before its connection is cut."""
    return 1 + round(min(drain_s, _FLUSH_S))


def _first_signal(services: Services) -> asyncio.Event:
    """Return an event that the first signal sets; a second one ends this process and its workers there and then."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()

    def handle(number: int) -> None:
        if event.is_set():
            services.pool.kill()
            os._exit(128 + number)
        event.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, handle, number)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda caught, _: loop.call_soon_threadsafe(handle, caught))
    return event


def _announce(listener: socket.socket, options: ServerOptions, log: Logger) -> None:
    host, port = listener.getsockname()[:2]
    url = local_url(host, port)
    log.info("listening", url=url)
    if options.api_key is None and not ipaddress.ip_address(host).is_loopback:
        log.warning("open to the network without an API key: set server.api_key", address=host)
    if options.open_browser:
        # A thread of its own: finding and starting a browser may take long, and nobody waits for it.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Prefer uvloop where it is installed: it halves the cost of a connection."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
