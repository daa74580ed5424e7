"""The HTTP application on one screen."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from minerva import __version__
from minerva.server import health, metrics, openapi, ui
from minerva.server.anthropic import routes as anthropic
from minerva.server.errors import http_error_response
from minerva.server.guard import Guard
from minerva.server.health import Health
from minerva.server.lifecycle import Lifecycle
from minerva.server.llama import routes as llama
from minerva.server.metrics import Metrics
from minerva.server.native import attachments, defaults, presets, search, templates, timeline, transfer
from minerva.server.native import routes as native
from minerva.server.native.sessions import routes as sessions
from minerva.server.ollama import routes as ollama
from minerva.server.openai import prompts
from minerva.server.openai import routes as openai
from minerva.server.openai.embeddings import routes as embeddings
from minerva.server.openai.responses import routes as responses
from minerva.server.options import ServerOptions
from minerva.service.services import Services

_NATIVE = (native, attachments, defaults, presets, search, templates, timeline, transfer)
"""The parts of Minerva's own API that stream nothing."""
_APIS = (openai, embeddings, prompts, llama, responses, anthropic, ollama, *_NATIVE, sessions)
"""Whose shapes are described."""


def create_app(
    services: Services,
    options: ServerOptions,
    observer: Metrics | None = None,
    lifecycle: Lifecycle | None = None,
) -> FastAPI:
    """Return the application. `observer` is the one that `services` were given, or else /metrics has gauges alone.

    Whoever built `services` starts and closes them; the app does neither.
    """
    observer, lifecycle = observer or Metrics(), lifecycle or Lifecycle()
    app = FastAPI(
        title="Minerva",
        version=__version__,
        description="Language models on one's own machine.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(Guard, options=options, lifecycle=lifecycle)
    app.add_exception_handler(HTTPException, _http_error)
    # Before OpenAI's, which would answer for the list of models whoever asks.
    app.include_router(anthropic.router(services, options.ping_s))
    app.include_router(openai.router(services, options.ping_s))
    app.include_router(embeddings.router(services))
    app.include_router(responses.router(services, options.ping_s))
    app.include_router(prompts.router(services))
    app.include_router(llama.router(services, options.ping_s))
    app.include_router(ollama.router(services))
    for part in _NATIVE:
        app.include_router(part.router(services))
    app.include_router(sessions.router(services, options.ping_s))
    app.include_router(health.router(lifecycle))
    app.include_router(metrics.router(observer))
    app.include_router(ui.router())
    observer.watch(services.catalog.loaded)
    bodies = [body for api in _APIS for body in api.BODIES]
    openapi.install(app, bodies, [*(answer for api in _APIS for answer in api.ANSWERS), Health])
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    """What routing itself refuses: an unknown path, a wrong method."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    place = f"{request.method} {request.url.path}"
    said = {404: f"There is nothing at {place}; see /docs.", 405: f"{place}: the path is right and the method is not."}
    return http_error_response(
        status,
        said.get(status, f"{place}: {error}"),
        dict(headers or {}),
        table=request.state.table,
        request_id=request.state.request_id,
    )
