"""What a live server does with real models and real connections."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.server.live import LiveServer, live_server, wait_until

WINDOW = 512
CHAT = "/v1/chat/completions"
FREED_S = 5.0
"""A cancelled sequence must be gone by then. How soon it is, `benchmarks.cancel` tells."""


def client_of(server: LiveServer) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=60, trust_env=False)


def chat(**fields: Any) -> dict[str, Any]:
    message = {"role": "user", "content": "Once upon a time there was a little girl"}
    return {"model": "tiny", "messages": [message], "temperature": 0, "max_tokens": 24, **fields}


def endless(**fields: Any) -> dict[str, Any]:
    return chat(max_tokens=450, ignore_eos=True, **fields)


def cancelled(http: httpx.Client) -> float:
    lines = http.get("/metrics").text.splitlines()
    name = 'minerva_requests_total{model="tiny",outcome="cancelled"} '
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def test_every_line_of_a_stream_parses(http: httpx.Client) -> None:
    with http.stream("POST", CHAT, json=chat(stream=True, n=2, logprobs=True)) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = list(response.iter_lines())
    data = [line for line in lines if line]
    assert all(line.startswith("data: ") for line in data)
    assert data[-1] == "data: [DONE]"
    assert lines[1::2] == [""] * len(data)
    for line in data[:-1]:
        assert json.loads(line[6:])["object"] == "chat.completion.chunk"


def test_characters_of_several_tokens_arrive_whole(http: httpx.Client) -> None:
    # The bytes of a character that has no token are one token each; each is forced in turn by what was echoed.
    prompt = "naïve 日本 🦉 "
    body = {"model": "tiny", "prompt": prompt, "max_tokens": 8, "temperature": 1.9, "seed": 1, "echo": True}
    bytes_only = {str(token): 30 for token in range(3 + 0x80, 3 + 0x100)}
    body |= {"logit_bias": bytes_only, "ignore_eos": True, "max_tokens": 40, "cache_prompt": False}
    plain = http.post("/v1/completions", json=body).json()["choices"][0]["text"]
    texts: list[str] = []
    with http.stream("POST", "/v1/completions", json={**body, "stream": True}) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                texts.extend(choice["text"] for choice in json.loads(line[6:])["choices"])
    assert plain.startswith(prompt)
    assert "".join(texts) == plain
    # A character is in one piece: no surrogate, no byte of its own.
    assert all(text.encode() for text in texts if text)


@pytest.mark.parametrize(("length", "status"), [(WINDOW - 1, 200), (WINDOW, 400), (WINDOW + 1, 400)])
def test_the_window_is_a_boundary(http: httpx.Client, length: int, status: int) -> None:
    body = {"model": "tiny", "prompt": [300] * length, "temperature": 0, "max_tokens": 10, "ignore_eos": True}
    response = http.post("/v1/completions", json=body)
    answer = response.json()
    assert response.status_code == status, response.text
    if status == 200:
        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["usage"]["completion_tokens"] >= 1
    else:
        assert answer["error"]["code"] == "context_length_exceeded"
        assert answer["error"]["maximum"] == WINDOW
        assert str(length) in answer["error"]["message"]


def test_generation_that_reaches_the_window_ends_with_length(http: httpx.Client) -> None:
    body = {"model": "tiny", "prompt": [300] * 500, "temperature": 0, "ignore_eos": True}
    answer = http.post("/v1/completions", json=body).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert 500 + answer["usage"]["completion_tokens"] in {WINDOW, WINDOW + 1}


def test_many_at_once_say_what_each_says_alone(http: httpx.Client) -> None:
    words = ["cat", "dog", "sun", "tree", "girl", "man", "mom", "bird"]
    bodies = [
        {"model": "tiny", "prompt": f"the {words[i % 8]} was {words[i // 8]}", "temperature": 0, "max_tokens": 24}
        for i in range(32)
    ]

    def text(body: dict[str, Any]) -> str:
        return str(http.post("/v1/completions", json=body).json()["choices"][0]["text"])

    alone = [text(body) for body in bodies]
    with ThreadPoolExecutor(32) as pool:
        together = list(pool.map(text, bodies))
    assert together == alone


def test_two_models_answer_at_once(http: httpx.Client) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda model: http.post(CHAT, json=chat(model=model)).json(), ["tiny", "other"]))
    assert [answer["model"] for answer in answers] == ["tiny", "other"]
    loaded = {model["name"]: model for model in http.get("/api/minerva/v1/ps").json()["models"]}
    assert loaded["tiny"]["pid"] != loaded["other"]["pid"]
    assert [loaded[name]["can_shift"] for name in ("tiny", "other")] == [True, True]


def test_the_default_model_answers_when_none_is_named(http: httpx.Client) -> None:
    body = chat()
    del body["model"]
    assert http.post(CHAT, json=body).json()["model"] == "tiny"


def test_a_real_model_tells_a_story(http: httpx.Client, shared_model: Any) -> None:
    shared_model("stories260K-f32.gguf")
    body = {"model": "stories260K-f32", "prompt": "Once upon a time", "temperature": 0, "max_tokens": 40}
    text = http.post("/v1/completions", json=body).json()["choices"][0]["text"]
    assert text.startswith(", there was a little girl named")


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_leaves_frees_its_sequence(server: LiveServer, http: httpx.Client, *, stream: bool) -> None:
    http.post(CHAT, json=chat(max_tokens=1))
    server.wait_until_idle()
    before = cancelled(http)
    request = json.dumps(endless(stream=stream, n=8)).encode()
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port)) as client:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(request)}\r\n\r\n"
        client.sendall(head.encode() + request)
        wait_until(lambda: server.running() > 0, 10)
    assert server.wait_until_idle() < FREED_S
    wait_until(lambda: cancelled(http) == before + 1, 5)


def test_stopped_streams_are_counted_as_cancelled(server: LiveServer, http: httpx.Client) -> None:
    before = cancelled(http)
    with http.stream("POST", CHAT, json=endless(stream=True, n=8)) as response:
        next(response.iter_lines())
    wait_until(lambda: cancelled(http) == before + 1, 5)
    assert server.wait_until_idle() < FREED_S


def test_a_timeout_ends_the_stream_with_an_error_and_keeps_what_was_said(http: httpx.Client) -> None:
    http.post(CHAT, json=chat(max_tokens=1))
    with http.stream("POST", CHAT, json=endless(stream=True, timeout=0.3, n=8)) as response:
        lines = [line for line in response.iter_lines() if line]
    # On a slow machine the time is over before the first token, and then the status says so.
    assert response.status_code in {200, 504}
    assert json.loads(lines[-1].removeprefix("data: "))["error"]["code"] == "generation_timeout"


def test_the_native_api_loads_shows_and_stops(http: httpx.Client) -> None:
    loaded = http.post("/api/minerva/v1/load", json={"model": "other", "keep_alive": "1h"}).json()
    assert loaded["name"] == "other"
    [shown] = [model for model in http.get("/api/minerva/v1/ps").json()["models"] if model["name"] == "other"]
    assert shown["state"] == "ready"
    assert 3500 < shown["expires_s"] <= 3600
    details = http.get("/api/minerva/v1/models/other").json()
    assert details["model"]["shape"]["context_length"] == WINDOW
    assert details["metadata"]["general.architecture"] == "llama"
    assert http.post("/api/minerva/v1/stop", json={"model": "other"}).json() == {"model": "other"}
    again = http.post("/api/minerva/v1/stop", json={"model": "other"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "model_not_loaded")
    listed = http.get("/api/minerva/v1/models").json()
    assert [Path(file["path"]).name for file in listed["invalid"]] == ["broken.gguf"]


def test_metrics_show_the_loaded_model(http: httpx.Client) -> None:
    http.post(CHAT, json=chat())
    lines = http.get("/metrics").text.splitlines()
    for name in ("sequences_running", "kv_cells_used", "kv_cells", "model_load_seconds", "worker_restarts_total"):
        assert any(line.startswith(f'minerva_{name}{{model="tiny"}}') for line in lines), name
    assert any(line.startswith('minerva_memory_bytes{model="tiny",part="weights"}') for line in lines)


def test_one_line_is_logged_per_request_under_its_id(server: LiveServer, http: httpx.Client) -> None:
    http.post(CHAT, json=chat(), headers={"x-request-id": "traced-1"})

    def lines() -> list[dict[str, Any]]:
        return [line for line in server.log("request") if line.get("request_id") == "traced-1"]

    wait_until(lambda: bool(lines()), 5)
    [line] = lines()
    assert line["outcome"] == "finished"
    assert {"queue_s", "prefill_s", "decode_s", "total_s", "prompt_tokens", "completion_tokens"} <= line.keys()
    assert "little girl" not in "".join(server.lines)


def test_sigterm_lets_running_requests_finish_and_refuses_new_ones(models_folder: Path) -> None:
    with live_server(models_folder, {"drain_s": 60.0}) as server:
        with client_of(server) as http, http.stream("POST", CHAT, json=endless(stream=True, n=8)) as response:
            lines = response.iter_lines()
            next(lines)
            server.signal()
            wait_until(lambda: http.get("/ready").status_code == 503, 5)
            refused = http.post(CHAT, json=chat())
            assert http.get("/health").status_code == 200
            rest = list(lines)
        assert server.close() == 0
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "shutting_down"
    assert "data: [DONE]" in rest


def test_a_drain_that_takes_too_long_ends_what_runs_with_an_error(models_folder: Path) -> None:
    with live_server(models_folder, {"drain_s": 0.0}) as server:
        with client_of(server) as http, http.stream("POST", CHAT, json=endless(stream=True, n=8)) as response:
            lines = response.iter_lines()
            next(lines)
            server.signal()
            rest = [line for line in lines if line]
        assert server.close() == 0
    assert json.loads(rest[-1][6:])["error"]["code"] == "shutting_down"


def test_a_second_signal_ends_everything_at_once(models_folder: Path) -> None:
    with live_server(models_folder, {"drain_s": 60.0}) as server:
        with client_of(server) as http:
            http.post(CHAT, json=chat(max_tokens=1))
            pids = [model["pid"] for model in server.ps()]
            with http.stream("POST", CHAT, json=endless(stream=True, n=8)) as response:
                next(response.iter_lines())
                server.signal(signal.SIGINT)
                wait_until(lambda: bool(server.log("stopping")), 5)
                server.signal(signal.SIGINT)
                assert server.process.wait(5) == 128 + signal.SIGINT
        wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").is_file() for pid in pids), 5)


def test_a_port_in_use_is_said_plainly(server: LiveServer) -> None:
    program = (
        "from minerva.server.run import listen\n"
        "from minerva.core.errors import SettingsError\n"
        "import sys\n"
        "try:\n    listen('127.0.0.1', int(sys.argv[1]))\nexcept SettingsError as error:\n    print(error)\n"
    )
    port = str(httpx.URL(server.url).port)
    said = subprocess.run([sys.executable, "-c", program, port], capture_output=True, text=True, check=True).stdout
    assert f"port {port}" in said
    assert "--port" in said


def test_a_stream_waits_for_a_load_with_comments(models_folder: Path) -> None:
    with (
        live_server(models_folder, {"ping_s": 0.02}) as server,
        client_of(server) as http,
        http.stream("POST", CHAT, json=chat(stream=True)) as response,
    ):
        assert response.status_code == 200
        lines = list(response.iter_lines())
    assert ": keep-alive" in lines
    assert "data: [DONE]" in lines


def test_a_client_that_leaves_during_a_load_is_forgotten(models_folder: Path) -> None:
    with live_server(models_folder) as server:
        address = httpx.URL(server.url)
        request = json.dumps(endless()).encode()
        with socket.create_connection((address.host, address.port)) as client:
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(request)}\r\n\r\n"
            client.sendall(head.encode() + request)
            wait_until(lambda: any(line["event"] == "request started" for line in server.log("request started")), 10)
        wait_until(lambda: any(line.get("outcome") == "cancelled" for line in server.log("request")), 5)
        server.wait_until_idle()


def test_a_killed_worker_ends_its_stream_once_and_the_next_request_is_answered(
    server: LiveServer, http: httpx.Client
) -> None:
    http.post(CHAT, json=chat(model="other", max_tokens=1))
    [pid] = [model["pid"] for model in server.ps() if model["name"] == "other"]
    others: list[str] = []

    def read_the_other() -> None:
        with http.stream("POST", CHAT, json=endless(stream=True)) as response:
            others.extend(line for line in response.iter_lines() if line)

    reader = threading.Thread(target=read_the_other)
    with http.stream("POST", CHAT, json=endless(stream=True, model="other", n=8)) as response:
        lines = response.iter_lines()
        next(lines)
        reader.start()
        os.kill(pid, signal.SIGKILL)
        data = [line for line in lines if line]
    reader.join(30)
    assert json.loads(data[-1][6:])["error"]["code"] == "worker_crashed"
    assert sum('"error"' in line for line in data) == 1
    assert others[-1] == "data: [DONE]"
    assert http.post(CHAT, json=chat(model="other")).status_code == 200
