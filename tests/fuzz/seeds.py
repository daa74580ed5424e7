"""Bodies that are right, by path: what the mutations begin with. A route without one here gets those of its schema.

A run begins with these, in this order: what is created here is there for the others.
"""

from __future__ import annotations

from typing import Any

MODEL, TINY, RANKER = "starter", "tiny", "ranker"
"""The model that all is about; one that fills gaps and may be unloaded at any time; one that only ranks."""

PRESET = "mine"
STORED = "resp_stored"
"""Stands for the id of the response that was stored last."""

SESSION = "ses_stored"
"""Stands for the id of the session that was begun last."""

PLACES = {"{session}": SESSION, "{name}": "fuzzed", "{model}": RANKER}
"""What stands for a variable in the path of a request with a body."""

_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_FUNCTION: dict[str, Any] = {"name": "get_weather", "description": "Get the weather.", "parameters": _PARAMETERS}
_TOOL: dict[str, Any] = {"type": "function", "function": _FUNCTION}
_SCHEMA: dict[str, Any] = {"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"]}
_SAID: dict[str, Any] = {"role": "user", "content": "What is 3 + 4?"}

_CHAT: dict[str, Any] = {"model": MODEL, "messages": [_SAID], "max_tokens": 3, "temperature": 0.5, "seed": 1}
_CALL: dict[str, Any] = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
_CONVERSATION: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "The weather?"}], "name": "me"},
    {"role": "assistant", "content": None, "tool_calls": [_CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
]
_FORMAT: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "it", "schema": _SCHEMA, "strict": True}}
_CHATS: list[dict[str, Any]] = [
    _CHAT,
    {**_CHAT, "stream": True, "stream_options": {"include_usage": True}, "n": 2, "stop": ["\n"], "logprobs": True},
    {**_CHAT, "messages": _CONVERSATION, "tools": [_TOOL], "tool_choice": "auto", "parallel_tool_calls": False},
    {**_CHAT, "tools": [_TOOL], "tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
    {**_CHAT, "response_format": _FORMAT, "max_tokens": 16, "stream": True},
    {**_CHAT, "response_format": {"type": "regex", "regex": "[ab]{2}"}},
    {
        **_CHAT,
        "reasoning_effort": "low",
        "thinking_budget": 2,
        "logit_bias": {"5": -1.5},
        "top_logprobs": 2,
        "logprobs": True,
    },
    {**_CHAT, "model": PRESET, "overflow": "shift", "stream": True, "keep_alive": "5m"},
    {**_CHAT, "overflow": "trim_history", "chat_template_kwargs": {"enable_thinking": False}},
]

_TEXT: dict[str, Any] = {"model": MODEL, "prompt": "Once upon", "max_tokens": 3}
_OLLAMA_OPTIONS: dict[str, Any] = {"num_predict": 3, "temperature": 0.5, "top_k": 5, "stop": ["\n"], "seed": 2}

_BLOCKS: list[dict[str, Any]] = [
    {"role": "user", "content": [{"type": "text", "text": "The weather?", "cache_control": {"type": "ephemeral"}}]},
    {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "t1", "name": "get_weather", "input": {"city": "Rome"}}],
    },
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "sunny"}]},
]
_ANTHROPIC_TOOL: dict[str, Any] = {"name": "get_weather", "description": "It.", "input_schema": _PARAMETERS}
_MESSAGES: dict[str, Any] = {"model": MODEL, "messages": [_SAID], "max_tokens": 3}

_ITEMS: list[dict[str, Any]] = [
    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "The weather?"}]},
    {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": '{"city": "Rome"}'},
    {"type": "function_call_output", "call_id": "c1", "output": "sunny"},
]
_RESPONSE: dict[str, Any] = {"model": MODEL, "input": "Hello", "max_output_tokens": 3}
_TEXT_FORMAT: dict[str, Any] = {"type": "json_schema", "name": "it", "schema": _SCHEMA, "strict": True}

SEEDS: dict[str, list[dict[str, Any]]] = {
    "/api/create": [
        {"model": PRESET, "from": TINY, "system": "Be brief.", "parameters": {"temperature": 0.5, "stop": ["x"]}},
        {"model": PRESET, "from": TINY, "messages": [_SAID], "template": "{{ messages[0].content }}", "stream": False},
        {"model": PRESET, "modelfile": f"FROM {TINY}\nPARAMETER top_k 4\nSYSTEM Be brief."},
    ],
    "/v1/chat/completions": _CHATS,
    "/v1/chat/completions/input_tokens": [_CHAT, {**_CHAT, "messages": _CONVERSATION, "tools": [_TOOL]}],
    "/apply-template": [_CHAT, {**_CHAT, "messages": _CONVERSATION, "add_generation_prompt": False}],
    "/v1/completions": [
        _TEXT,
        {**_TEXT, "prompt": ["a", "b"], "n": 2, "stream": True, "echo": True, "logprobs": 2},
        {**_TEXT, "prompt": [[5, 6], [7]], "stop": "x", "top_p": 0.9, "min_p": 0.1, "best_of": 1},
    ],
    "/v1/embeddings": [
        {"model": MODEL, "input": "hello"},
        {"model": MODEL, "input": ["a", "b"], "encoding_format": "base64", "dimensions": 8},
        {"model": MODEL, "input": [[5, 6], [7]], "truncate": True},
    ],
    "/v1/rerank": [
        {"model": RANKER, "query": "cat", "documents": ["a cat", "a dog"], "top_n": 1},
        {"model": RANKER, "query": "cat", "documents": [{"text": "a cat"}, "a dog"], "return_documents": True},
    ],
    "/v1/responses": [
        _RESPONSE,
        {**_RESPONSE, "previous_response_id": STORED, "temperature": 0.5, "truncation": "auto"},
        {**_RESPONSE, "stream": True, "instructions": "Be brief.", "metadata": {"a": "b"}, "store": False},
        {**_RESPONSE, "input": _ITEMS, "tools": [{"type": "function", **_FUNCTION}], "tool_choice": "auto"},
        {**_RESPONSE, "text": {"format": _TEXT_FORMAT}, "reasoning": {"effort": "low"}, "max_output_tokens": 16},
    ],
    "/v1/responses/input_tokens": [_RESPONSE, {"model": MODEL, "previous_response_id": STORED, "instructions": "Hm."}],
    "/v1/messages": [
        _MESSAGES,
        {**_MESSAGES, "stream": True, "system": [{"type": "text", "text": "Be brief."}], "stop_sequences": ["\n"]},
        {**_MESSAGES, "messages": _BLOCKS, "tools": [_ANTHROPIC_TOOL], "tool_choice": {"type": "auto"}},
        {
            **_MESSAGES,
            "thinking": {"type": "enabled", "budget_tokens": 2},
            "max_tokens": 5,
            "stop_sequences": ["e"],
        },
    ],
    "/v1/messages/count_tokens": [
        {"model": MODEL, "messages": _BLOCKS, "tools": [_ANTHROPIC_TOOL], "system": "Be brief."}
    ],
    "/tokenize": [{"content": "hello", "with_pieces": True}, {"content": "a", "add_special": True}],
    "/detokenize": [{"tokens": [5, 6, 7]}],
    "/infill": [
        {"model": TINY, "input_prefix": "a", "input_suffix": "b", "n_predict": 3},
        {
            "model": TINY,
            "input_prefix": "a",
            "input_suffix": "b",
            "input_extra": [{"text": "c", "filename": "d"}],
            "stream": True,
        },
    ],
    "/api/chat": [
        {"model": MODEL, "messages": [_SAID], "options": _OLLAMA_OPTIONS},
        {"model": MODEL, "messages": [_SAID], "options": _OLLAMA_OPTIONS, "stream": False, "format": _SCHEMA},
        {"model": MODEL, "messages": [_SAID], "options": _OLLAMA_OPTIONS, "tools": [_TOOL], "think": False},
        {"model": PRESET, "messages": [_SAID], "options": {"num_predict": 3, "num_ctx": 64}, "keep_alive": 0},
        {"model": MODEL, "messages": []},
    ],
    "/api/generate": [
        {"model": MODEL, "prompt": "Once", "options": _OLLAMA_OPTIONS},
        {"model": MODEL, "prompt": "Once", "options": _OLLAMA_OPTIONS, "raw": True, "stream": False},
        {"model": MODEL, "prompt": "Once", "options": _OLLAMA_OPTIONS, "system": "Be brief.", "format": "json"},
    ],
    "/api/embed": [{"model": MODEL, "input": ["a", "b"], "truncate": True, "options": {"num_ctx": 512}}],
    "/api/embeddings": [{"model": MODEL, "prompt": "a"}],
    "/api/show": [{"model": MODEL, "verbose": True}, {"name": MODEL}],
    "/api/pull": [{"model": MODEL, "stream": False}, {"name": MODEL}],
    "/api/copy": [{"source": TINY, "destination": "other"}, {"source": PRESET, "destination": "copy"}],
    "/api/delete": [{"model": "copy"}],
    "/api/minerva/v1/sessions": [
        {},
        {"title": "Fuzzed", "tags": ["a", "b"], "settings": {"model": MODEL, "system": "Be brief.", "max_tokens": 3}},
        {"settings": {"sampling": {"temperature": 0.5, "seed": 1}, "stop": ["x"], "overflow": "shift"}},
    ],
    "/api/minerva/v1/sessions/{session}": [{"title": "Other", "pinned": True, "archived": False, "tags": []}],
    "/api/minerva/v1/sessions/{session}/messages": [
        {"parent": None, "role": "user", "content": "Hello"},
        {"parent": None, "role": "assistant", "content": "Hi", "reasoning": "Hm", "model": MODEL},
    ],
    "/api/minerva/v1/sessions/{session}/count": [
        {"content": "Hello", "model": MODEL},
        {"parent": None, "content": "Hello", "settings": {"max_tokens": 3, "overflow": "trim_history"}},
    ],
    "/api/minerva/v1/sessions/{session}/turns": [
        {"parent": None, "content": "Hello", "settings": {"max_tokens": 3}},
        {"parent": None, "content": "Hello", "model": MODEL, "settings": {"max_tokens": 2, "logprobs": 2}},
    ],
    "/api/minerva/v1/templates/{name}": [{"body": "Dear {{name}}", "description": "A letter"}, {"body": ""}],
    "/api/minerva/v1/import/templates": [
        {
            "format": "minerva-templates",
            "version": 1,
            "templates": [{"name": "Letter", "body": "Dear {{name}}", "description": "A letter"}],
        },
        {"format": "minerva-templates", "version": 1, "exported_s": 1.5, "templates": []},
    ],
    "/api/minerva/v1/presets/{name}": [
        {"model": TINY, "system": "Be brief.", "sampling": {"temperature": 0.5}, "stop": ["x"], "max_tokens": 3},
        {"name": "fuzzed", "model": TINY, "messages": [{"role": "user", "content": "Hi"}], "overflow": "shift"},
        {"model": TINY, "tools": [_TOOL], "thinking": {"enabled": False, "effort": "low"}},
    ],
    # Of the model that writes nothing, so that all else is asked as before.
    "/api/minerva/v1/defaults/{model}": [
        {"system": "Be brief.", "sampling": {"temperature": 0.5}, "max_tokens": 3, "overflow": "shift"},
        {"model": RANKER, "stop": ["x"], "context_length": 64, "thinking": {"enabled": False}},
    ],
    "/api/minerva/v1/load": [{"model": TINY, "keep_alive": 0}, {"model": TINY, "keep_alive": 300}, {}],
    "/api/minerva/v1/stop": [{"model": TINY}],
}
