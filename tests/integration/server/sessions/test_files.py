"""What belongs to sessions and is none: files, search, tags, templates, presets, exports, the timeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.server.sessions.talk import Talk
from tests.support.pdf import make_pdf

SAMPLES = Path(__file__).parents[3] / "unit" / "sessions" / "transfer" / "samples"


def _attach(talk: Talk, session: str, name: str, data: bytes, kind: str = "") -> httpx.Response:
    headers = {"content-type": kind} if kind else {}
    return talk.http.post(f"/sessions/{session}/attachments", params={"name": name}, content=data, headers=headers)


def _error(response: httpx.Response) -> tuple[int, str, str | None]:
    error = response.json()["error"]
    return response.status_code, error["code"], error["param"]


def test_a_pdf_is_attached_read_and_given_back_as_it_was(talk: Talk) -> None:
    session, data = talk.session(), make_pdf(["The answer is 42"])
    made = _attach(talk, session, "Übung.pdf", data, "application/pdf").raise_for_status().json()
    assert (made["name"], made["media_type"], made["text_characters"]) == ("Übung.pdf", "application/pdf", 16)
    message = talk.post(
        f"/sessions/{session}/messages",
        {"parent": None, "role": "user", "content": "See", "attachments": [made["id"]]},
    )
    assert message["attachments"] == [made]
    got = talk.http.get(f"/attachments/{made['id']}")
    assert got.content == data
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert got.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n\0"),
        ("a.svg", "image/svg+xml", b"<svg onload='x()'/>"),
        ("a.html", "text/html", b"<script>x()</script>"),
    ],
)
def test_a_file_is_never_shown_as_a_page_of_the_server(talk: Talk, name: str, kind: str, data: bytes) -> None:
    made = _attach(talk, talk.session(), name, data, kind).raise_for_status().json()
    headers = talk.http.get(f"/attachments/{made['id']}").raise_for_status().headers
    assert headers["content-type"].partition(";")[0] == made["media_type"] == kind
    assert headers["content-disposition"].startswith("attachment; ")
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_bad_files_are_refused_and_leave_nothing(talk: Talk) -> None:
    session = talk.session()
    assert _error(_attach(talk, session, "a.exe", b"MZ\0\0")) == (400, "invalid_request", None)
    assert _error(_attach(talk, session, "", b"x")) == (400, "invalid_request", "name")
    assert _error(_attach(talk, session, "a.txt", b"")) == (400, "invalid_request", None)
    assert _error(_attach(talk, "ses_0", "a.txt", b"x"))[:2] == (404, "session_not_found")
    assert _error(talk.http.get("/attachments/att_0"))[:2] == (404, "attachment_not_found")
    large = _attach(talk, session, "a.txt", b"x" * (20 * 1024 * 1024 + 1))
    assert large.status_code == 400
    assert "at most 20 MiB" in large.json()["error"]["message"]


def test_words_are_found_with_the_place_they_stand_at(talk: Talk) -> None:
    session = talk.session(title="About quokkas", tags=["zoo"])
    talk.post(f"/sessions/{session}/messages", {"parent": None, "role": "user", "content": "A quokka, please"})
    title, message = talk.get("/search", q="quok")["hits"]
    assert (title["session"], title["message"]) == (session, None)
    assert message["snippet"] == [
        {"text": "A ", "hit": False},
        {"text": "quokka", "hit": True},
        {"text": ", please", "hit": False},
    ]
    assert talk.get("/search", q='" OR (xyzzy')["hits"] == []
    assert _error(talk.http.get("/search?q=x&limit=101")) == (400, "invalid_request", "limit")
    assert {"tag": "zoo", "sessions": 1} in talk.get("/tags")["tags"]


def test_of_two_who_change_a_template_the_second_is_told(talk: Talk) -> None:
    path = "/templates/letter to"
    made = talk.http.put(path, json={"body": "Dear {{name}}, {{ text }}", "description": "A letter"})
    assert made.json()["variables"] == ["name", "text"]
    seen = made.headers["etag"]
    assert talk.http.put(path, json={"body": "Hi"}, headers={"if-match": seen}).status_code == 200
    late = talk.http.put(path, json={"body": "Hello"}, headers={"if-match": seen})
    assert _error(late)[:2] == (409, "revision_conflict")
    assert late.json()["error"]["revision"] == 2
    assert _error(talk.http.put(path, json={"body": "Hello"}))[:2] == (409, "revision_conflict")
    assert talk.http.put(path, json={"body": "Hello", "revision": 2}).json()["revision"] == 3
    assert [one["name"] for one in talk.get("/templates")["templates"]] == ["letter to"]
    assert talk.http.delete(path, headers={"if-match": '"1"'}).status_code == 409
    assert talk.http.delete(path).json() == {"deleted": "letter to"}
    assert _error(talk.http.get(path))[:2] == (404, "prompt_template_not_found")


def test_a_preset_is_exported_imported_and_asked(talk: Talk) -> None:
    body: dict[str, Any] = {
        "model": "starter",
        "system": "Be brief.",
        "sampling": {"temperature": 0.0},
        "max_tokens": 3,
    }
    made = talk.http.put("/presets/short/answers", json=body).raise_for_status()
    shown = talk.http.get("/presets/SHORT/answers")
    assert shown.json() == made.json()
    assert shown.headers["etag"] == made.headers["etag"]
    assert _error(talk.http.put("/presets/short/answers", json=body))[:2] == (409, "revision_conflict")
    changed = talk.http.put(
        "/presets/short/answers", json={**shown.json(), "max_tokens": 2}, headers={"if-match": shown.headers["etag"]}
    ).raise_for_status()
    entry = {"preset": changed.json(), "revision": int(changed.headers["etag"].strip('"'))}
    assert entry in talk.get("/presets")["presets"]
    session = talk.session({"model": "short/answers"})
    assert talk.answer(session, "Hello")["usage"]["completion_tokens"] <= 2
    assert talk.http.delete("/presets/short/answers", headers={"if-match": made.headers["etag"]}).status_code == 409
    assert talk.http.delete("/presets/short/answers").status_code == 200
    assert _error(talk.http.put("/presets/x", json={**body, "top_k": 1})) == (400, "invalid_request", "top_k")
    assert _error(talk.http.put("/presets/x", json={**body, "name": "y"})) == (400, "invalid_request", "name")
    assert _error(talk.http.put("/presets/x", json={**body, "model": "nowhere"}))[:2] == (404, "model_not_found")


@pytest.mark.parametrize("everything", [False, True])
def test_a_session_survives_its_export_and_import(talk: Talk, everything: bool) -> None:
    session = talk.session({"model": "starter", "max_tokens": 4}, title="Travels", tags=["abroad"])
    file = _attach(talk, session, "a.txt", b"Some words").raise_for_status().json()
    answer = talk.answer(session, "Hello", attachments=[file["id"]])
    talk.answer(session, None, parent=answer["parent"])
    before = talk.get(f"/sessions/{session}/tree")
    exported = talk.http.get("/export" if everything else f"/sessions/{session}/export").raise_for_status()
    lines = exported.text.splitlines()
    mine = [line for line in lines[1:] if json.loads(line)["session"]["id"] == session]
    imported = talk.http.post("/import", content="\n".join([lines[0], *mine])).raise_for_status().json()
    assert imported["skipped"] == []
    [made] = imported["sessions"]
    after = talk.get(f"/sessions/{made['id']}/tree")
    ids = {old["id"]: new["id"] for old, new in zip(before["messages"], after["messages"], strict=True)}
    for old, new in zip(before["messages"], after["messages"], strict=True):
        assert new["parent"] == (None if old["parent"] is None else ids[old["parent"]])
        assert (new["branch"]["index"], new["branch"]["count"]) == (old["branch"]["index"], old["branch"]["count"])
        assert new["branch"]["next"] == ids.get(old["branch"]["next"])
        assert [one["name"] for one in new["attachments"]] == [one["name"] for one in old["attachments"]]
        for field in ("role", "content", "status", "model", "settings", "usage", "timings", "ttft_s", "created_s"):
            assert new[field] == old[field]
    for field in ("title", "tags", "settings", "created_s", "updated_s", "messages"):
        assert made[field] == before["session"][field]
    assert [one["content"] for one in talk.get(f"/sessions/{made['id']}")["messages"]] == [
        one["content"] for one in talk.get(f"/sessions/{session}")["messages"]
    ]


def test_a_session_is_exported_to_be_read(talk: Talk) -> None:
    session = talk.session(title="A walk")
    talk.post(f"/sessions/{session}/messages", {"parent": None, "role": "user", "content": "```\ncode\n```"})
    got = talk.http.get(f"/sessions/{session}/export", params={"format": "markdown"})
    assert got.text.startswith("# A walk\n")
    assert "## You\n\n```\ncode\n```\n" in got.text
    assert 'filename="a-walk.md"' in got.headers["content-disposition"]
    assert _error(talk.http.get(f"/sessions/{session}/export?format=pdf")) == (400, "invalid_request", "format")


@pytest.mark.parametrize(
    ("name", "titles"),
    [("chatgpt.json", ["Sorting in Python"]), ("open_webui.json", ["Weather and a picture", "An old one"])],
)
def test_what_others_export_is_imported_and_goes_on(talk: Talk, name: str, titles: list[str]) -> None:
    imported = talk.http.post("/import", content=(SAMPLES / name).read_bytes()).raise_for_status().json()
    assert [session["title"] for session in imported["sessions"]] == titles
    assert len(imported["skipped"]) == 1
    session = imported["sessions"][0]["id"]
    assert talk.answer(session, "And now?", settings={"model": "starter", "max_tokens": 2})["status"] == "complete"


def test_what_is_no_export_is_refused(talk: Talk) -> None:
    assert _error(talk.http.post("/import", content=b"Dear diary")) == (400, "invalid_request", None)
    assert _error(talk.http.post("/import", content=b"")) == (400, "invalid_request", None)
    assert talk.http.post("/import", content=b"x" * (64 * 1024 * 1024 + 1)).status_code == 413


def test_requests_are_in_the_timeline(talk: Talk) -> None:
    session = talk.session({"model": "starter", "max_tokens": 2})
    talk.answer(session, "Hello")
    last = talk.get("/timeline")["requests"][0]
    assert (last["model"], last["outcome"], last["usage"]["completion_tokens"]) == ("starter", "finished", 2)
    assert last["timings"]["total_s"] > 0
    assert last["ended_s"] > 1_700_000_000
