"""The web chat at /, as it was built into this package, and the API reference at /docs.

Nothing is loaded from anywhere else, and the policy that each answer carries makes the browser hold it to that. Files
are read when they are asked for: a server without visitors reads none, and one whose page is built anew serves it. They
are read in threads: the largest has megabytes, and streams go on meanwhile.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

BUILT = Path(__file__).resolve().parents[1] / "web"
"""Where `npm run build` puts the page; in a checkout that was not set up there is nothing."""
_STATIC = Path(__file__).resolve().parent / "static"
TOP_FILES = ("favicon.svg", "theme.js", "early.js", "mermaid.html", "mermaid-frame.js", "mermaid.js")
"""What lies beside the page: the files of `web/static`, and the library that draws diagrams."""
_FRAME = "mermaid.html"
_FRAME_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts"
)
"""Of the page that draws diagrams within the other one. A drawing has styles in it; the page has no origin, so that
whatever a diagram's source makes the library do, it does it to nobody."""
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_ASK_AGAIN = "no-cache"
_ONE_YEAR = "public, max-age=31536000, immutable"
"""For names that have the hash of the content in them."""
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_NOT_BUILT = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Minerva</title></head>
<body>
<h1>The web chat is not built</h1>
<p>The server runs, and its APIs work: see <a href="docs">their reference</a>. The page that would be here is made by
<code>make setup</code> (or <code>python3 -m tools.setup</code>) in the folder of Minerva's source. Then load this page
again.</p>
</body>
</html>
"""


def router(built: Path = BUILT) -> APIRouter:
    """Return the routes of the pages; the web chat is in the folder `built`."""
    api = APIRouter(include_in_schema=False)

    def add(path: str, file: Path) -> None:
        async def answer(request: Request) -> Response:
            return await asyncio.to_thread(_file, request, file)

        api.add_api_route(path, answer, methods=["GET", "HEAD"])

    async def index(request: Request) -> Response:
        page = built / "index.html"
        if page.is_file():
            return await asyncio.to_thread(_file, request, page)
        return _reply(request, _NOT_BUILT, ".html", "no-store", _policy(_NOT_BUILT))

    async def asset(request: Request, path: str) -> Response:
        kept = _ONE_YEAR if path.startswith("immutable/") else _ASK_AGAIN
        return await asyncio.to_thread(lambda: _file(request, _below(built / "_app", path), kept))

    api.add_api_route("/", index, methods=["GET", "HEAD"])
    api.add_api_route("/_app/{path:path}", asset, methods=["GET", "HEAD"])
    for name in TOP_FILES:
        add(f"/{name}", built / name)
    add("/docs", _STATIC / "docs.html")
    for name in ("docs.js", "style.css"):
        add(f"/static/{name}", _STATIC / name)
    return api


def policy(page: bytes) -> str:
    """Return the policy for a page: of scripts only the server's own, and those that stand in the page itself."""
    scripts = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page)]
    hashes = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in scripts)
    return (
        f"default-src 'none'; script-src 'self'{hashes}; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


_policy = lru_cache(maxsize=8)(policy)


def _below(folder: Path, path: str) -> Path:
    """Return the file at `path` in `folder`; raise 404 for a path that leads out of it, or to nothing."""
    if "\0" not in path:  # which no file system takes
        file = (folder / path).resolve()
        if file.is_relative_to(folder.resolve()):
            return file
    raise HTTPException(404)


def _file(request: Request, file: Path, kept: str = _ASK_AGAIN) -> Response:
    """Answer with a file; `kept` says how long a browser may use it without asking."""
    try:
        content = file.read_bytes()
    except OSError:  # nothing at all, or a folder
        raise HTTPException(404) from None
    said = _FRAME_POLICY if file.name == _FRAME else _policy(content if file.suffix == ".html" else b"")
    return _reply(request, content, file.suffix, kept, said)


def _reply(request: Request, content: bytes, suffix: str, kept: str, said: str) -> Response:
    """`said` is the policy."""
    headers = {
        "cache-control": kept,
        "content-security-policy": said,
        "etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "referrer-policy": "no-referrer",
        # Else a browser asks for the address of each host that a link names, a model's among them, before any click.
        "x-dns-prefetch-control": "off",
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_TYPES.get(suffix, "application/octet-stream"))
