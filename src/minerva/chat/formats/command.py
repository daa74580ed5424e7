"""Command-R and its successors: a JSON list behind `Action:`, or between action tokens."""

from __future__ import annotations

from minerva.chat.formats.json_calls import JsonCalls
from minerva.chat.formats.signs import has_all

TOKENS = JsonCalls(
    name="command-tokens",
    trigger="<|START_ACTION|>",
    lead="[\n    ",
    between=",\n    ",
    close="\n]<|END_ACTION|>",
    id_key="tool_call_id",
    name_key="tool_name",
    arguments_key="parameters",
)
ACTION = JsonCalls(
    name="command-action",
    trigger="Action:\n```json",
    lead="\n[\n    ",
    between=",\n    ",
    close="\n]```",
    also=("Action: ```json", "Action:```json"),
    name_key="tool_name",
    arguments_key="parameters",
)


def find(template: str) -> JsonCalls | None:
    """Return the format if `template` is of this family."""
    if "<|START_ACTION|>" in template:
        return TOKENS
    return ACTION if has_all(template, "Action:", "```json", "tool_name") else None
