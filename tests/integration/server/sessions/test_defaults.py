"""What a model is asked with by itself: kept, changed by one at a time, and beneath all that is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.server.live import LiveServer
from tests.integration.server.sessions.talk import Fields, Talk

DEFAULTS: Fields = {"system": "Be brief.", "sampling": {"temperature": 0}, "max_tokens": 5}
HELLO: Fields = {"role": "user", "content": "Hello! Who are you?"}


@pytest.fixture(autouse=True)
def _as_it_was(talk: Talk) -> Iterator[None]:
    """The other tests ask a model without defaults."""
    yield
    talk.http.delete("/defaults/starter", headers={"if-match": "*"})


def _keep(talk: Talk, **defaults: Any) -> Fields:
    said = talk.http.put("/defaults/starter", json=defaults, headers={"if-match": "*"})
    assert said.status_code == 200, said.text
    kept: Fields = said.json()
    return kept


def test_they_are_read_changed_and_forgotten_by_revision(talk: Talk) -> None:
    none = talk.http.get("/defaults/starter")
    assert (none.status_code, none.json(), none.headers["etag"]) == (200, {"model": "starter"}, '"0"')
    made = talk.http.put("/defaults/STARTER", json=DEFAULTS, headers={"if-match": none.headers["etag"]})
    assert made.status_code == 200, made.text
    assert {name: made.json()[name] for name in DEFAULTS} == DEFAULTS
    assert made.json()["model"] == "starter"
    seen = made.headers["etag"]
    assert talk.http.get("/defaults/starter").headers["etag"] == seen
    [entry] = talk.get("/defaults")["defaults"]
    assert (entry["defaults"], f'"{entry["revision"]}"') == (made.json(), seen)
    assert talk.get("/models/starter")["defaults"] == made.json()
    for headers in ({}, {"if-match": '"7"'}):
        late = talk.http.put("/defaults/starter", json={"system": "other"}, headers=headers)
        assert (late.status_code, late.json()["error"]["code"]) == (409, "revision_conflict")
    # What was read is a file that can be sent back.
    again = talk.http.put("/defaults/starter", json=made.json(), headers={"if-match": seen})
    assert again.status_code == 200, again.text
    stale = talk.http.delete("/defaults/starter", headers={"if-match": '"7"'})
    assert stale.status_code == 409
    talk.http.delete("/defaults/starter", headers={"if-match": again.headers["etag"]}).raise_for_status()
    gone = talk.http.delete("/defaults/starter")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(
    ("model", "body", "status", "param"),
    [
        ("starter", {"sistem": "x"}, 400, "sistem"),
        ("starter", {"tools": []}, 400, "tools"),
        ("starter", {"sampling": {"temperature": 9}}, 400, "sampling.temperature"),
        ("starter", {"sampling": {"top_k": "x"}}, 400, "sampling.top_k"),
        ("starter", {"max_tokens": -1}, 400, "max_tokens"),
        ("starter", {"overflow": "drop"}, 400, "overflow"),
        ("starter", {"context_length": 1_000_000}, 400, "context_length"),
        ("starter", {"thinking": {"budget_tokens": -1}}, 400, "thinking.budget_tokens"),
        ("starter", {"model": "short"}, 400, "model"),
        ("short", {"thinking": {"budget_tokens": 5}}, 400, "thinking.budget_tokens"),
        ("nobody", {}, 404, None),
        ("start", {}, 404, None),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    talk: Talk, model: str, body: Fields, status: int, param: str | None
) -> None:
    refused = talk.http.put(f"/defaults/{model}", json=body)
    assert refused.status_code == status, refused.text
    assert refused.json()["error"]["param"] == param
    assert talk.get("/defaults")["defaults"] == []


def test_a_preset_has_none(talk: Talk) -> None:
    talk.http.put("/presets/own", json={"model": "starter"}).raise_for_status()
    refused = talk.http.put("/defaults/own", json={})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "model")
    assert "is a preset" in refused.json()["error"]["message"]
    talk.http.delete("/presets/own").raise_for_status()


def test_each_says_what_those_above_it_do_not(talk: Talk) -> None:
    """Model's defaults, then a preset, then the session, then the turn."""
    _keep(talk, **DEFAULTS)
    talk.http.put("/presets/longer", json={"model": "starter", "max_tokens": 6}).raise_for_status()
    for settings, turn, tokens in (
        ({"model": "starter"}, {}, 5),
        ({}, {}, 5),
        ({"model": "longer"}, {}, 6),
        ({"model": "longer", "max_tokens": 7}, {}, 7),
        ({"model": "longer", "max_tokens": 7}, {"max_tokens": 8}, 8),
    ):
        session = talk.session(settings)
        count = talk.post(f"/sessions/{session}/count", {**HELLO_TURN, "settings": turn})
        assert count["max_tokens"] == tokens
        answer = talk.answer(session, HELLO["content"], settings=turn)
        assert answer["usage"]["completion_tokens"] == tokens, answer
        assert answer["usage"]["prompt_tokens"] == count["prompt_tokens"]
        # The settings that are stored are those that were said: what lies beneath may change.
        assert (answer["settings"].get("max_tokens") or None) == (turn.get("max_tokens") or settings.get("max_tokens"))
    talk.http.delete("/presets/longer").raise_for_status()


HELLO_TURN: Fields = {"content": HELLO["content"]}


def test_the_system_prompt_is_for_who_has_none(talk: Talk) -> None:
    def tokens(**settings: Any) -> int:
        counted: int = talk.post(f"/sessions/{talk.session(settings)}/count", HELLO_TURN)["prompt_tokens"]
        return counted

    plain, own = tokens(), tokens(system="Be brief.")
    _keep(talk, system="Be brief.")
    assert tokens() == own > plain
    assert tokens(system="You are a pirate, and you talk like one.") > own


def test_every_api_takes_them(talk: Talk, sessions_server: LiveServer) -> None:
    _keep(talk, **DEFAULTS, stop=[" zzz"])

    def post(path: str, **body: Any) -> Any:
        answer = talk.http.post(f"{sessions_server.url}{path}", json={"model": "starter", **body})
        assert answer.status_code == 200, answer.text
        return answer.json()

    chat = post("/v1/chat/completions", messages=[HELLO])
    assert chat["usage"]["completion_tokens"] == 5
    told = post("/v1/chat/completions", messages=[{"role": "system", "content": "Be brief."}, HELLO])
    assert told["choices"][0]["message"]["content"] == chat["choices"][0]["message"]["content"]
    assert post("/v1/completions", prompt="Hello")["usage"]["completion_tokens"] == 5
    assert post("/api/generate", prompt="Hello", stream=False)["eval_count"] == 5
    assert post("/api/chat", messages=[HELLO], stream=False)["eval_count"] == 5
    assert post("/v1/responses", input="Hello")["usage"]["output_tokens"] == 5
    # What a request says goes before, and so does the silence that it asks for.
    assert post("/v1/chat/completions", messages=[HELLO], max_tokens=3)["usage"]["completion_tokens"] == 3
    more = post("/api/chat", messages=[HELLO], stream=False, options={"num_predict": -1})
    assert more["eval_count"] > 5
    claude = post("/v1/messages", messages=[HELLO], max_tokens=4)
    assert claude["usage"]["output_tokens"] == 4
    # Ollama's clients read them where they read those of a Modelfile.
    shown = post("/api/show")
    assert "num_predict                    5" in shown["parameters"]
    assert shown["system"] == "Be brief."


def test_an_answer_is_called_by_the_models_name(talk: Talk) -> None:
    _keep(talk, max_tokens=3)
    answer = talk.answer(talk.session(), HELLO["content"])
    assert answer["model"] == "starter"
    # What the tests before have loaded is there too.
    assert "starter" in [model["name"] for model in talk.get("/ps")["models"]]
