"""What is brought in from elsewhere: settings that cannot be, models that are not here, prompt templates as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.server.sessions.talk import Fields, Talk


def _error(response: httpx.Response) -> tuple[int, str, str | None]:
    error = response.json()["error"]
    return response.status_code, error["code"], error["param"]


def _import_changed(talk: Talk, session: str, **settings: Any) -> Fields:
    """Export a session, and import it with other settings of itself and of its answers; return the report."""
    header, line = talk.http.get(f"/sessions/{session}/export").raise_for_status().text.splitlines()
    copy = json.loads(line)
    for one in (copy["session"], *(message for message in copy["messages"] if message["role"] == "assistant")):
        one["settings"] = {**(one["settings"] or {}), **settings}
    for message in copy["messages"]:
        message["model"] = settings.get("model", message["model"])
    report: Fields = talk.http.post("/import", content=f"{header}\n{json.dumps(copy)}").raise_for_status().json()
    return report


@pytest.fixture(scope="module")
def cut(talk: Talk) -> str:
    """A session whose answer ran out of tokens, so that it can go on."""
    session = talk.session({"model": "starter", "max_tokens": 2, "sampling": {"temperature": 0.0}}, title="Cut")
    assert talk.answer(session, "Please tell me about the sun and the moon.")["finish_reason"] == "length"
    return session


def test_settings_that_patch_refuses_are_left_out_of_an_import_and_told(talk: Talk, cut: str) -> None:
    odd: Fields = {"sampling": {"temperature": 7.0, "top_k": 5}, "context_length": 0, "max_tokens": 2}
    refused = talk.http.patch(f"/sessions/{cut}", json={"settings": odd})
    assert _error(refused)[:2] == (400, "invalid_request")
    report = _import_changed(talk, cut, **odd)
    [made] = report["sessions"]
    assert (made["settings"]["sampling"], "context_length" in made["settings"]) == ({"top_k": 5}, False)
    assert [(one["session"], one["title"], one["field"], one["messages"]) for one in report["left_out"]] == [
        (made["id"], "Cut", "settings.sampling.temperature", 0),
        (made["id"], "Cut", "settings.context_length", 0),
        (made["id"], "Cut", "settings.sampling.temperature", 1),
        (made["id"], "Cut", "settings.context_length", 1),
    ]
    assert report["left_out"][0]["reason"] == "`settings.sampling.temperature` is 7.0; it must be 0 to 2."
    # With what is left it goes on.
    assert talk.wait(talk.post(f"/messages/{talk.path(made['id'])[1]['id']}/continue")["id"])["status"] == "complete"


def test_an_answer_of_a_model_that_is_not_here_goes_on_with_another(talk: Talk, cut: str) -> None:
    [made] = _import_changed(talk, cut, model="elsewhere-7b")["sessions"]
    answer = talk.path(made["id"])[1]
    refused = talk.http.post(f"/messages/{answer['id']}/continue")
    assert _error(refused)[:2] == (404, "model_not_found")
    assert refused.json()["error"]["model"] == "elsewhere-7b"
    assert "was written by 'elsewhere-7b', which is not here" in refused.json()["error"]["message"]
    assert _error(talk.http.post(f"/messages/{answer['id']}/continue?model=nowhere"))[:2] == (404, "model_not_found")
    begun = talk.post(f"/messages/{answer['id']}/continue?model=starter")
    ended = talk.wait(begun["id"])
    assert (ended["id"], ended["model"], ended["settings"]["model"]) == (answer["id"], "starter", "starter")
    assert ended["content"].startswith(answer["content"])
    assert len(ended["content"]) > len(answer["content"])
    # From now on it is that model's.
    assert talk.wait(talk.post(f"/messages/{answer['id']}/continue")["id"])["model"] == "starter"


@pytest.fixture
def template(talk: Talk) -> Iterator[str]:
    """The name of a prompt template; afterwards there is none."""
    talk.http.put("/templates/greet", json={"body": "Hello {{name}}", "description": "d"}).raise_for_status()
    talk.http.put("/templates/other", json={"body": "b"}).raise_for_status()
    yield "greet"
    for one in talk.get("/templates")["templates"]:
        talk.http.delete(f"/templates/{one['name']}").raise_for_status()


def test_prompt_templates_survive_their_export_and_import(talk: Talk, template: str) -> None:
    exported = talk.http.get("/export/templates").raise_for_status()
    assert 'filename="minerva-templates.json"' in exported.headers["content-disposition"]
    file = exported.json()
    assert (file["format"], file["version"], [one["name"] for one in file["templates"]]) == (
        "minerva-templates",
        1,
        ["greet", "other"],
    )
    one = talk.http.get("/export/templates", params={"name": template}).raise_for_status()
    assert one.json()["templates"] == file["templates"][:1]
    assert _error(talk.http.get("/export/templates?name=no"))[:2] == (404, "prompt_template_not_found")
    for name in ("greet", "other"):
        talk.http.delete(f"/templates/{name}").raise_for_status()
    report = talk.http.post("/import/templates", content=exported.content).raise_for_status().json()
    assert [(one["name"], one["outcome"]) for one in report["templates"]] == [("greet", "made"), ("other", "made")]
    assert talk.get("/templates/greet")["variables"] == ["name"]


def test_what_becomes_of_two_templates_of_a_name_is_for_a_person_to_say(talk: Talk, template: str) -> None:
    file = talk.http.get("/export/templates", params={"name": template}).json()
    file["templates"][0]["body"] = "Good day {{name}}"

    def post(query: str) -> httpx.Response:
        return talk.http.post(f"/import/templates{query}", json=file)

    refused = post("")
    assert _error(refused) == (400, "invalid_request", "templates[0].name")
    assert "`keep_both`" in refused.json()["error"]["message"]
    assert _error(post("?duplicates=both")) == (400, "invalid_request", "duplicates")
    assert [one["outcome"] for one in post("?duplicates=keep_both").json()["templates"]] == ["kept_both"]
    assert talk.get("/templates/greet (2)")["body"] == "Good day {{name}}"
    assert [one["outcome"] for one in post("?duplicates=replace").json()["templates"]] == ["replaced"]
    assert (talk.get("/templates/greet")["body"], talk.get("/templates/greet")["revision"]) == ("Good day {{name}}", 2)
    file["templates"].append({"name": "x", "body": 5})
    assert _error(post("?duplicates=replace")) == (400, "invalid_request", "templates[1].body")


def test_thoughts_files_and_writing_without_spaces_are_found(talk: Talk) -> None:
    session = talk.session(title="Findings")
    data = "The numbat eats termites. 白蟻".encode()
    file = talk.http.post(f"/sessions/{session}/attachments", params={"name": "n.txt"}, content=data).json()["id"]
    asked = talk.post(
        f"/sessions/{session}/messages", {"parent": None, "role": "user", "content": "?", "attachments": [file]}
    )
    said: Fields = {"role": "assistant", "content": "答えは東京大学です", "reasoning": "The bilby, perhaps"}
    answer = talk.post(f"/sessions/{session}/messages", {"parent": asked["id"], **said})
    for query, found_in, name, message in (
        ("numbat", "file", "n.txt", asked),
        ("蟻", "file", "n.txt", asked),
        ("bilby", "thoughts", None, answer),
        ("大学", "text", None, answer),
    ):
        [hit] = talk.get("/search", q=query)["hits"]
        assert (hit["found_in"], hit["file"], hit["message"]) == (found_in, name, message["id"])
        assert [part["text"] for part in hit["snippet"] if part["hit"]] == [query]
