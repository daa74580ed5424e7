"""Tools of a preset: in turns, in every API that names it, and a result that a person gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.server.sessions.talk import Fields, Talk

WEATHER: Fields = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
ROOM: Fields = {
    "type": "function",
    "function": {
        "name": "book_room",
        "description": "Book a room.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
ASKED = "Get the weather with the city Paris."
GREEDY: Fields = {"sampling": {"temperature": 0}, "max_tokens": 100}


@pytest.fixture(scope="module")
def preset(talk: Talk) -> Iterator[str]:
    """A preset of the starter model with one tool."""
    said = talk.http.put("/presets/forecaster", json={"model": "starter", "tools": [WEATHER], **GREEDY})
    assert said.status_code == 200, said.text
    assert said.json()["tools"] == [WEATHER]
    yield "forecaster"
    talk.http.delete("/presets/forecaster")


@pytest.mark.parametrize(
    ("tools", "param"),
    [
        ({"type": "function"}, "tools"),
        ([{"type": "web_search"}], "tools[0].type"),
        ([{"type": "function"}], "tools[0].function"),
        ([{"type": "function", "function": {"name": "f", "params": {}}}], "tools[0].function.params"),
        ([{"type": "function", "function": {"name": 5}}], "tools[0].function.name"),
        ([{"type": "function", "function": {"name": "two words"}}], "tools[0].function.name"),
        ([WEATHER, WEATHER], "tools[1].function.name"),
        (
            [{"type": "function", "function": {"name": "f", "parameters": {"type": "array"}}}],
            "tools[0].function.parameters",
        ),
        ([{"type": "function", "function": {"name": f"f{number}"}} for number in range(129)], "tools"),
        ([{"type": "function", "function": {"name": "f", "description": "x" * 150_000}}], "tools"),
    ],
)
def test_what_is_no_tool_is_refused_with_its_field(talk: Talk, tools: Any, param: str) -> None:
    refused = talk.http.put("/presets/wrong", json={"model": "starter", "tools": tools})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, param), refused.text
    assert talk.http.get("/presets/wrong").status_code == 404


def test_a_tool_is_called_its_result_is_given_and_the_model_goes_on(talk: Talk, preset: str) -> None:
    session = talk.session({"model": preset})
    count = talk.post(f"/sessions/{session}/count", {"content": ASKED})
    called = talk.answer(session, ASKED)
    assert called["status"] == "complete", called
    # What the tools take of the window is counted before.
    assert called["usage"]["prompt_tokens"] == count["prompt_tokens"]
    [call] = called["tool_calls"]
    assert (call["name"], json.loads(call["arguments"])) == ("get_weather", {"city": "Paris"})

    given = {"parent": called["id"], "role": "tool", "content": '{"weather":"sunny"}', "tool_call_id": call["id"]}
    wrong = talk.http.post(f"/sessions/{session}/messages", json={**given, "tool_call_id": "call_other"})
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "tool_call_id")
    assert call["id"] in wrong.json()["error"]["message"]
    result = talk.post(f"/sessions/{session}/messages", given)
    assert (result["role"], result["tool_call_id"]) == ("tool", call["id"])
    twice = talk.http.post(f"/sessions/{session}/messages", json={**given, "parent": result["id"]})
    assert (twice.status_code, twice.json()["error"]["param"]) == (400, "tool_call_id")

    last = talk.answer(session, None, parent=result["id"])
    assert (last["status"], last["tool_calls"]) == ("complete", [])
    assert last["content"]
    assert [one["role"] for one in talk.path(session)] == ["user", "assistant", "tool", "assistant"]
    # Another result beside the first is another branch of the conversation.
    other = talk.post(f"/sessions/{session}/messages", {**given, "content": '{"weather":"rainy"}'})
    assert other["parent"] == called["id"]


def test_a_conversation_with_calls_is_exported_without_loss(talk: Talk, preset: str) -> None:
    session = talk.session({"model": preset})
    called = talk.answer(session, ASKED)
    [call] = called["tool_calls"]
    said = {"parent": called["id"], "role": "tool", "content": "sunny", "tool_call_id": call["id"]}
    talk.post(f"/sessions/{session}/messages", said)
    file = talk.http.get(f"/sessions/{session}/export").content
    [copy] = talk.http.post("/import", content=file).raise_for_status().json()["sessions"]
    path = talk.path(copy["id"])
    assert path[1]["tool_calls"] == [call]
    assert (path[2]["role"], path[2]["tool_call_id"], path[2]["content"]) == ("tool", call["id"], "sunny")


def test_every_api_offers_them_under_its_name(talk: Talk, preset: str) -> None:
    message: Fields = {"role": "user", "content": ASKED}
    chat = _post(talk, "/v1/chat/completions", {"model": preset, "messages": [message]})
    assert chat["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "get_weather"
    lines = _post(talk, "/api/chat", {"model": preset, "messages": [message], "stream": False})
    assert lines["message"]["tool_calls"][0]["function"]["name"] == "get_weather"
    claude = _post(talk, "/v1/messages", {"model": preset, "messages": [message], "max_tokens": 100})
    assert [block["name"] for block in claude["content"] if block["type"] == "tool_use"] == ["get_weather"]
    items = _post(talk, "/v1/responses", {"model": preset, "input": ASKED})
    assert [item["name"] for item in items["output"] if item["type"] == "function_call"] == ["get_weather"]
    prompt = _post(talk, "/apply-template", {"model": preset, "messages": [message]})["prompt"]
    assert "get_weather" in prompt


def test_the_tools_of_a_request_go_before_them(talk: Talk, preset: str) -> None:
    body: Fields = {"model": preset, "messages": [{"role": "user", "content": ASKED}]}
    prompts = [
        _post(talk, "/v1/chat/completions/input_tokens", {**body, **more})["input_tokens"]
        for more in ({"tools": [WEATHER]}, {}, {"tools": [ROOM, WEATHER]}, {"tool_choice": "none"})
    ]
    assert prompts[3] < prompts[0] == prompts[1] < prompts[2]
    must = {"tools": [ROOM], "tool_choice": "required"}
    [call] = _post(talk, "/v1/chat/completions", {**body, **must})["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "book_room"


def test_what_is_read_of_a_preset_can_be_sent_back(talk: Talk) -> None:
    talk.http.put("/presets/edited", json={"model": "starter", "tools": [WEATHER]}).raise_for_status()
    [entry] = [one for one in talk.get("/presets")["presets"] if one["preset"]["name"] == "edited"]
    assert entry["preset"]["tools"] == [WEATHER]
    copy = {name: value for name, value in entry["preset"].items() if name != "modified_s"}
    again = talk.http.put("/presets/edited", json=copy, headers={"if-match": f'"{entry["revision"]}"'})
    assert again.raise_for_status().json()["tools"] == [WEATHER]
    talk.http.delete("/presets/edited").raise_for_status()


def _post(talk: Talk, path: str, body: Fields) -> Any:
    url = str(talk.http.base_url).partition("/api/minerva")[0] + path
    answer = talk.http.post(url, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()
