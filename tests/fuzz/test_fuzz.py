"""The tool itself: it sends the same again for the same seed, and sees what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minerva.server.app import create_app
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings
from tests.fuzz.attack import NOTHING, Attack, good_ones
from tests.fuzz.document import Document, Route
from tests.fuzz.judge import faults
from tests.fuzz.mix import bodies, mix
from tests.fuzz.seeds import MODEL, TINY
from tests.fuzz.tame import tamed
from tests.fuzz.text import Raw

SSE, LINES, JSON = "text/event-stream; charset=utf-8", "application/x-ndjson", "application/json"
OPENAI = {"error": {"message": "`n` is bad.", "type": "invalid_request_error", "param": "n", "code": "invalid_request"}}
OLLAMA = {"error": "`n` is bad."}
FULL = {"error": "256 requests wait already, the most that may. Try again in about 3 s."}


@pytest.fixture(scope="module")
def document() -> Document:
    app = create_app(Services(ServiceSettings(folders=())), ServerOptions())
    return Document(json.loads(json.dumps(app.openapi())))


def found(
    document: Document, path: str, status: int, answer: object, kind: str = JSON, method: str = "POST", what: str = ""
) -> list[str]:
    """What is wrong with `answer` to a body whose field `n` is bad."""
    routes = {str(route): route for route in document.routes()}
    route: Route = routes[f"{method} {path}"]
    body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
    return faults(document, Attack(route, method, path, what, fields=("n",)), status, kind, body)


@pytest.mark.parametrize(
    ("path", "status", "answer", "kind"),
    [
        ("/v1/completions", 400, OPENAI, JSON),
        ("/api/chat", 400, OLLAMA, JSON),
        ("/api/chat", 503, FULL, JSON),
        ("/api/pull", 200, '{"status":"success"}\n', LINES),
        ("/api/pull", 200, '{"error":"no"}\n', LINES),
    ],
)
def test_right_answers_pass(document: Document, path: str, status: int, answer: object, kind: str) -> None:
    assert found(document, path, status, answer, kind) == []


@pytest.mark.parametrize(
    ("path", "status", "answer", "kind", "words"),
    [
        ("/v1/completions", 500, OPENAI, JSON, "status 500"),
        ("/v1/completions", 503, OPENAI, JSON, "status 503"),
        ("/api/chat", 504, FULL, JSON, "status 504"),
        ("/v1/completions", 400, "no", "text/plain", "text/plain"),
        ("/v1/completions", 400, "{", JSON, "not JSON"),
        ("/v1/completions", 400, OLLAMA, JSON, "shape"),
        ("/v1/messages", 400, OPENAI, JSON, "shape"),
        ("/api/chat", 400, OPENAI, JSON, "shape"),
        ("/tokenize", 400, OPENAI, JSON, "shape"),
        ("/api/chat", 400, {"error": "Bad."}, JSON, "does not name the field"),
        ("/api/chat", 400, {"error": " "}, JSON, "without a message"),
        ("/tokenize", 200, {"tokens": "none"}, JSON, "not as described"),
        ("/tokenize", 200, '{"tokens": [NaN]}', JSON, "NaN"),
        ("/v1/completions", 200, "", SSE, "without an end"),
        ("/v1/completions", 200, "data: {}", SSE, "without an end"),
        ("/v1/completions", 200, "data: {\n\n", SSE, "not JSON"),
        ("/v1/completions", 200, "data: {}\n\n", SSE, "a stream ends with {}"),
        ("/v1/completions", 200, "data: {}\n\ndata: [DONE]\n\n", SSE, "not as described"),
        ("/api/pull", 200, '{"status":"half"}\n', LINES, "a stream ends with"),
    ],
)
def test_wrong_answers_do_not(
    document: Document, path: str, status: int, answer: object, kind: str, words: str
) -> None:
    assert words in "; ".join(found(document, path, status, answer, kind))


def test_an_error_of_the_servers_in_a_stream_is_wrong(document: Document) -> None:
    for code, wrong in (("invalid_request", []), ("engine_error", ["an error of the server's in a stream"])):
        frame = json.dumps({"error": {**OPENAI["error"], "code": code}})
        said = found(document, "/v1/completions", 200, f"data: {frame}\n\n", SSE)
        assert [fault.partition(":")[0] for fault in said] == wrong


def test_a_good_body_is_not_refused(document: Document) -> None:
    assert "nothing is wrong with it" in found(document, "/api/chat", 400, OLLAMA, what=NOTHING)[0]


def test_the_same_seed_sends_the_same(document: Document) -> None:
    # What schemathesis has to look at takes it seconds: a few routes will do.
    paths = {path: document.content["paths"][path] for path in ("/tokenize", "/api/embed", "/v1/models/{model}")}
    few = Document({**document.content, "paths": paths})
    one, two, other = (mix(few, 40, seed) for seed in (1, 1, 2))
    assert one == two
    assert one != other
    assert bodies(one) == 40
    assert {"made by schemathesis"} < {attack.what for attack in one}
    assert {str(attack.route) for attack in one} > {str(route) for route in few.routes()}


def test_every_route_with_a_body_has_good_ones(document: Document) -> None:
    assert {str(attack.route) for attack in good_ones(document)} == {
        str(route) for route in document.routes() if route.body is not None
    }


@pytest.mark.parametrize(
    ("path", "body", "tame"),
    [
        ("/api/chat", {"options": {"num_predict": 10**6}}, {"options": {"num_predict": 16}}),
        ("/v1/completions", {"n": 100, "max_tokens": 2**40}, {"n": 3, "max_tokens": 2**40}),
        ("/v1/completions", {"n": True, "max_tokens": "9"}, {"n": True, "max_tokens": "9"}),
        ("/v1/embeddings", {"timeout": 1e-9}, {"timeout": 60}),
        ("/v1/embeddings", {"timeout": Raw("0.1")}, {"timeout": 60}),
        ("/v1/embeddings", {"timeout": -1, "n": Raw("NaN")}, {"timeout": -1, "n": Raw("NaN")}),
        ("/api/minerva/v1/stop", {"model": ""}, {"model": TINY}),
        ("/api/generate", {"model": f"{MODEL}:latest", "keep_alive": 0}, {"model": TINY, "keep_alive": 0}),
        ("/api/generate", {"model": MODEL}, {"model": MODEL}),
        ("/api/copy", {"source": MODEL}, {"source": TINY}),
        ("/api/copy", [1], [1]),
    ],
)
def test_nothing_long_is_asked_for_and_the_model_stays(path: str, body: Any, tame: Any) -> None:
    assert tamed(path, body) == tame
