"""The page at / and the API reference at /docs: files of this package, no script or style from anywhere else."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TYPES = {
    "index.html": "text/html",
    "docs.html": "text/html",
    "app.js": "text/javascript",
    "docs.js": "text/javascript",
    "style.css": "text/css",
}


def router() -> APIRouter:
    """Return the routes of the page. Files are read when they are asked for: a server without visitors reads none."""
    api = APIRouter(include_in_schema=False)
    pages = {"/": "index.html", "/docs": "docs.html", **{f"/static/{name}": name for name in _TYPES}}
    for path, name in pages.items():
        api.add_api_route(path, _serve(name), methods=["GET", "HEAD"])
    return api


def _serve(name: str) -> _Page:
    return _Page(name)


class _Page:
    """Answers with one file."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def __call__(self) -> Response:
        content = (files("minerva.server") / "static" / self._name).read_bytes()
        headers = {"content-security-policy": POLICY, "referrer-policy": "no-referrer", "cache-control": "no-cache"}
        return Response(content, headers=headers, media_type=_TYPES[self._name])
