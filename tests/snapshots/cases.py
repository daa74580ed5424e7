"""The requests whose streams are recorded: what they are answered with has one form, whatever model answers.

So texts are held to a form, calls are forced where the API can, and thoughts have a budget where it can say one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MODEL = "starter"


@dataclass(frozen=True)
class Case:
    """`name` is that of its file. `dies`: the worker is killed while it answers, so it has to answer at length."""

    name: str
    path: str
    body: dict[str, Any]
    dies: bool = False

    @property
    def api(self) -> str:
        """The folder of its file."""
        return self.name.partition("/")[0]


_SUM = "What is 4 + 3?"
_WEATHER = "Get the weather with the city Paris."
_SAID = {"const": "abcabc"}
_ENDLESS = {"type": "string", "pattern": "^[a-z]{4000}$"}
_CITY = {"type": "object", "properties": {"city": {"const": "Paris"}}, "required": ["city"]}
_FUNCTION = {"name": "get_weather", "description": "Get the weather.", "parameters": _CITY}


def _messages(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "said", "schema": schema}}


def _chat(name: str, text: str = "Hello", /, *, dies: bool = False, **fields: Any) -> Case:
    body = {"model": MODEL, "messages": _messages(text), "temperature": 0, "stream": True, **fields}
    return Case(f"openai-chat/{name}", "/v1/chat/completions", body, dies)


def _completion(name: str, prompt: str | list[str] = "Once upon a", /, *, dies: bool = False, **fields: Any) -> Case:
    body = {"model": MODEL, "prompt": prompt, "temperature": 0, "ignore_eos": True, "stream": True, **fields}
    return Case(f"openai-completions/{name}", "/v1/completions", body, dies)


def _response(name: str, text: str = "Hello", /, *, dies: bool = False, **fields: Any) -> Case:
    body = {"model": MODEL, "input": text, "temperature": 0, "stream": True, **fields}
    return Case(f"openai-responses/{name}", "/v1/responses", body, dies)


def _text(schema: dict[str, Any]) -> dict[str, Any]:
    return {"format": {"type": "json_schema", "name": "said", "schema": schema}}


def _ollama_chat(name: str, text: str = "Hello", /, *, dies: bool = False, most: int = -1, **fields: Any) -> Case:
    options = {"temperature": 0, "num_predict": most}
    body = {"model": MODEL, "messages": _messages(text), "options": options, **fields}
    return Case(f"ollama-chat/{name}", "/api/chat", body, dies)


def _ollama_generate(name: str, text: str = "Hello", /, *, dies: bool = False, most: int = -1, **fields: Any) -> Case:
    body = {"model": MODEL, "prompt": text, "options": {"temperature": 0, "num_predict": most}, **fields}
    return Case(f"ollama-generate/{name}", "/api/generate", body, dies)


def _anthropic(name: str, text: str = "Hello", /, *, dies: bool = False, most: int = 1500, **fields: Any) -> Case:
    body = {"model": MODEL, "max_tokens": most, "messages": _messages(text), "stream": True, **fields}
    return Case(f"anthropic-messages/{name}", "/v1/messages", body, dies)


def _config(schema: dict[str, Any]) -> dict[str, Any]:
    return {"format": {"type": "json_schema", "schema": schema}}


CASES = (
    _chat("text", response_format=_json(_SAID)),
    _chat("cut-off", response_format=_json(_ENDLESS), max_tokens=4),
    _chat("usage", response_format=_json(_SAID), stream_options={"include_usage": True}),
    _chat("logprobs", response_format=_json(_SAID), logprobs=True, top_logprobs=1),
    _chat("two-choices", response_format=_json(_SAID), n=2, stream_options={"include_usage": True}),
    _chat("thinking", _SUM, reasoning_effort="low", thinking_budget=8, response_format=_json(_SAID)),
    _chat(
        "tool-call",
        _WEATHER,
        tools=[{"type": "function", "function": _FUNCTION}],
        tool_choice={"type": "function", "function": {"name": "get_weather"}},
    ),
    _chat("error", response_format=_json(_ENDLESS), dies=True),
    _completion("text", max_tokens=4),
    _completion("usage", max_tokens=4, stream_options={"include_usage": True}),
    _completion("logprobs", max_tokens=1, logprobs=1),
    _completion("two-prompts", ["One", "Two"], max_tokens=1, stream_options={"include_usage": True}),
    _completion("error", max_tokens=1500, dies=True),
    _response("text", text=_text(_SAID)),
    _response("cut-off", text=_text(_ENDLESS), max_output_tokens=4),
    _response("logprobs", text=_text(_SAID), include=["message.output_text.logprobs"], top_logprobs=1),
    _response("reasoning", _SUM, reasoning={"effort": "low"}, thinking_budget=8, text=_text(_SAID)),
    _response("summary", _SUM, reasoning={"effort": "low", "summary": "auto"}, thinking_budget=8, text=_text(_SAID)),
    _response(
        "function-call",
        _WEATHER,
        tools=[{"type": "function", **_FUNCTION}],
        tool_choice={"type": "function", "name": "get_weather"},
    ),
    _response("error", text=_text(_ENDLESS), dies=True),
    _ollama_chat("text", format=_SAID),
    _ollama_chat("cut-off", format=_ENDLESS, most=4),
    _ollama_chat("thinking", _SUM, think=True, format=_SAID),
    # This API can force no call. The model that ships is trained to make this one.
    _ollama_chat("tool-call", _WEATHER, tools=[{"type": "function", "function": _FUNCTION}]),
    _ollama_chat("error", format=_ENDLESS, dies=True),
    _ollama_generate("text", format=_SAID),
    _ollama_generate("cut-off", format=_ENDLESS, most=4),
    _ollama_generate("thinking", _SUM, think=True, format=_SAID),
    _ollama_generate("error", format=_ENDLESS, dies=True),
    _anthropic("text", output_config=_config(_SAID)),
    _anthropic("cut-off", output_config=_config(_ENDLESS), most=4),
    _anthropic("stop-sequence", output_config=_config(_SAID), stop_sequences=["cab"]),
    _anthropic("thinking", _SUM, thinking={"type": "enabled", "budget_tokens": 8}, output_config=_config(_SAID)),
    _anthropic(
        "tool-use",
        _WEATHER,
        tools=[{"name": "get_weather", "description": "Get the weather.", "input_schema": _CITY}],
        tool_choice={"type": "tool", "name": "get_weather"},
    ),
    _anthropic("error", output_config=_config(_ENDLESS), dies=True),
)
