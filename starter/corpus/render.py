"""A conversation as the text that the model reads and writes; the same text as `starter/template.jinja` makes.

In Python besides the template, since training has to know which parts are the model's own, and needs many a second.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starter.corpus.example import Example, Message

END = "<|im_end|>"


def segments(example: Example) -> list[tuple[str, bool]]:
    """Return the text in pieces, each with whether the model is trained on it.

    Trained on is what the model writes: an answer, its thinking, its calls, and the token that ends it. What the prompt
    gives, `<think>` among it when thinking is on, is not.
    """
    messages = example.messages
    last_user = max((index for index, each in enumerate(messages) if each["role"] == "user"), default=-1)
    pieces = [(_head(messages, example.tools), False)]
    for index, message in enumerate(messages):
        role = message["role"]
        if role == "assistant":
            thinks = index > last_user and bool(message.get("reasoning"))
            pieces.append(("<|im_start|>assistant\n" + ("<think>\n" if thinks else ""), False))
            thought = f"{message['reasoning']}\n</think>\n\n" if thinks else ""
            pieces += [(thought + said(message) + END, True), ("\n", False)]
        elif role == "tool":
            pieces.append((_result(messages, index), False))
        elif role == "user" or index:
            pieces.append((f"<|im_start|>{role}\n{message['content']}{END}\n", False))
    return [piece for piece in pieces if piece[0]]


def text(example: Example) -> str:
    """Return the whole text."""
    return "".join(piece for piece, _ in segments(example))


def prompt(example: Example) -> str:
    """Return the text up to where the model writes its last answer."""
    *before, _, _ = segments(example)
    return "".join(piece for piece, _ in before)


def said(message: Message) -> str:
    """Return an assistant's text and calls, without thinking."""
    parts = [str(message["content"])] if message["content"] else []
    for each in message.get("tool_calls", ()):
        function = each["function"]
        body = f'{{"name": {_json(function["name"])}, "arguments": {_json(function["arguments"])}}}'
        parts.append(f"<tool_call>\n{body}\n</tool_call>")
    return "\n".join(parts)


def _head(messages: Sequence[Message], tools: Sequence[Message]) -> str:
    system = str(messages[0]["content"]) if messages and messages[0]["role"] == "system" else None
    if system is None and not tools:
        return ""
    parts = [] if system is None else [system]
    if tools:
        lines = "\n".join(_tool(each["function"]) for each in tools)
        parts.append(f"You can call these tools:\n<tools>\n{lines}\n</tools>")
    return "<|im_start|>system\n" + "\n\n".join(parts) + END + "\n"


def _tool(function: Mapping[str, Any]) -> str:
    parameters = function["parameters"]
    arguments = {
        name: _kind(schema) + ("" if name in parameters["required"] else ", optional")
        for name, schema in parameters["properties"].items()
    }
    return _json({"name": function["name"], "description": function["description"], "arguments": arguments})


def _kind(schema: Mapping[str, Any]) -> str:
    return " | ".join(schema["enum"]) if "enum" in schema else str(schema["type"])


def _result(messages: Sequence[Message], index: int) -> str:
    first = messages[index - 1]["role"] != "tool"
    last = index + 1 == len(messages) or messages[index + 1]["role"] != "tool"
    body = f"\n<tool_response>\n{messages[index]['content']}\n</tool_response>"
    return ("<|im_start|>user" if first else "") + body + (f"{END}\n" if last else "")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
