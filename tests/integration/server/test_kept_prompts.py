"""What a server has computed is there for the next one, unless it was not to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.server.live import live_server

TEXT = " ".join(f"{word}{number}" for number in range(25) for word in ("apple", "river", "stone"))


def ask(url: str, **fields: Any) -> dict[str, Any]:
    """Return the usage of a question of about 400 tokens."""
    messages = [{"role": "user", "content": f"Repeat: {TEXT}"}]
    body = {"model": "starter", "messages": messages, "max_tokens": 4, "temperature": 0, **fields}
    answer = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    usage: dict[str, Any] = answer.json()["usage"]
    return usage


def settings(folder: Path) -> dict[str, Any]:
    cache = {"ram_bytes": 0, "folder": str(folder), "disk_bytes": 10**9}
    return {"pool": {"cache": cache}, "load": {"threads": 1}}


def test_the_next_server_goes_on_where_the_last_one_was_stopped(tmp_path: Path) -> None:
    (models := tmp_path / "models").mkdir()
    kept = tmp_path / "kept"
    with live_server(models, **settings(kept)) as server:
        first = ask(server.url)
        assert first["prompt_tokens_details"]["cached_tokens"] == 0
    with live_server(models, **settings(kept)) as server:
        usage = ask(server.url)
        metrics = httpx.get(f"{server.url}/metrics", timeout=30).text
    assert usage["prompt_tokens_details"]["cached_tokens"] >= usage["prompt_tokens"] - 16
    assert 'minerva_cache_restored_tokens{model="starter"}' in metrics
    assert next(kept.iterdir()).stat().st_mode & 0o077 == 0


def test_a_request_for_memory_alone_leaves_nothing_on_disk(tmp_path: Path) -> None:
    (models := tmp_path / "models").mkdir()
    kept = tmp_path / "kept"
    with live_server(models, **settings(kept)) as server:
        ask(server.url, cache_prompt="memory")
        assert ask(server.url, cache_prompt="memory")["prompt_tokens_details"]["cached_tokens"] > 0
    assert list(kept.rglob("*.kv")) == []


@pytest.mark.parametrize("value", ["disk", 3, {}])
def test_another_word_for_it_is_refused(tmp_path: Path, value: object) -> None:
    (models := tmp_path / "models").mkdir()
    with live_server(models) as server:
        body = {"model": "starter", "messages": [{"role": "user", "content": "Hi"}], "cache_prompt": value}
        answer = httpx.post(f"{server.url}/v1/chat/completions", json=body, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("cache_prompt")
