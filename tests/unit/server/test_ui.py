from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from minerva.server import ui
from minerva.server.access import is_public
from tests.project.tree import ROOT

SCRIPT = '\n{ import("./_app/immutable/entry/start.js"); }\n'
PAGE = f'<!doctype html><script src="./theme.js"></script><div><script>{SCRIPT}</script></div>'
Ask = Callable[[Path], httpx.AsyncClient]


@pytest.fixture
async def ask() -> AsyncIterator[Ask]:
    clients: list[httpx.AsyncClient] = []

    def make(built: Path) -> httpx.AsyncClient:
        app = FastAPI(openapi_url=None, docs_url=None)
        app.include_router(ui.router(built))
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost"))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "_app" / "immutable" / "entry").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "_app" / "version.json").write_text("{}")
    (folder / "_app" / "immutable" / "entry" / "start.js").write_text("export {};")
    (tmp_path / "secret.js").write_text("nobody shall read this")
    return folder


async def test_the_page_may_run_its_own_scripts_and_no_others(ask: Ask, built: Path) -> None:
    answer = await ask(built).get("/")
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert policy.count("sha256") == 1
    assert "unsafe" not in policy
    assert answer.headers["x-dns-prefetch-control"] == "off"


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("/_app/immutable/entry/start.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/_app/version.json", "application/json", "no-cache"),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
    ],
)
async def test_files_have_their_type_and_names_with_a_hash_are_kept(
    ask: Ask, built: Path, path: str, kind: str, kept: str
) -> None:
    for method in ("GET", "HEAD"):
        answer = await ask(built).request(method, path)
        assert answer.status_code == 200
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == (kind, kept)


async def test_what_a_browser_has_is_not_sent_again(ask: Ask, built: Path) -> None:
    client = ask(built)
    first = await client.get("/")
    again = await client.get("/", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (built / "index.html").write_text(PAGE + "changed")
    assert (await client.get("/", headers={"if-none-match": first.headers["etag"]})).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/_app/%2e%2e/%2e%2e/secret.js",
        "/_app/..%2f..%2fsecret.js",
        "/_app/immutable/..%2f..%2f..%2fsecret.js",
        "/_app//etc/passwd",
        "/_app/%2fetc/passwd",
        "/_app/immutable",
        "/_app/",
        "/_app/none.js",
        "/_app/start%00.js",
        "/theme.js",
    ],
)
async def test_nothing_else_is_served(ask: Ask, built: Path, path: str) -> None:
    answer = await ask(built).get(path)
    assert answer.status_code == 404
    assert "nobody" not in answer.text


async def test_a_checkout_that_was_not_set_up_says_what_to_do(ask: Ask, tmp_path: Path) -> None:
    answer = await ask(tmp_path / "web").get("/")
    assert answer.status_code == 200
    assert "make setup" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_the_reference_loads_nothing_from_elsewhere(ask: Ask, built: Path) -> None:
    for path, kind in (
        ("/docs", "text/html"),
        ("/static/docs.js", "text/javascript"),
        ("/static/style.css", "text/css"),
    ):
        answer = await ask(built).get(path)
        assert answer.headers["content-type"].startswith(kind)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "//" not in answer.text.replace("// ", "").replace('"./"', ""), path
    assert (await ask(built).get("/static/../app.py")).status_code == 404


async def test_the_frame_of_diagrams_has_no_origin_and_no_connection(ask: Ask, built: Path) -> None:
    (built / "mermaid.html").write_text("<!doctype html>")
    policy = (await ask(built).get("/mermaid.html")).headers["content-security-policy"]
    assert {"sandbox allow-scripts", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy.split("; "))
    assert "connect-src" not in policy
    assert "frame-src 'self'" in (await ask(built).get("/")).headers["content-security-policy"]


def test_the_files_beside_the_page_are_all_served_and_need_no_key() -> None:
    assert {path.name for path in (ROOT / "web" / "static").iterdir()} <= set(ui.TOP_FILES)
    assert all(is_public(f"/{name}") for name in ui.TOP_FILES)
