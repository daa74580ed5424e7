"""The items of a conversation, as requests of the Responses API give them (API reference: `ResponseInputItemParam`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.server.body import Shape

ITEMS = frozenset({"message", "function_call", "function_call_output", "reasoning", "item_reference"})
PARTS = frozenset({"input_text", "output_text", "refusal"})
"""What a `type` may be; others of that API are refused as not supported yet."""


def _item(value: object) -> object:
    """An item without a type is a message, or a reference if it has nothing but an id."""
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind is None:
        return {**value, "type": "item_reference" if value.keys() - {"type"} == {"id"} else "message"}
    return _supported(value, ITEMS)


def _part(value: object) -> object:
    return _supported(value, PARTS)


def _supported(value: object, kinds: frozenset[str]) -> object:
    """Refuse other kinds as a whole: otherwise their own fields would be "unknown"."""
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind not in kinds:
        words = {"kinds": ", ".join(sorted(kinds)), "kind": repr(kind)}
        raise PydanticCustomError("kind", "of the type {kinds}: {kind} is not supported yet", words)
    return value


def _parts(value: object) -> object:
    """A text is one part."""
    return [{"type": "input_text", "text": value}] if isinstance(value, str) else value


class PromptCacheBreakpoint(Shape):
    """Where a prefix is to be kept. Without effect: every prefix is kept for as long as there is room."""

    mode: Literal["explicit"]
    ttl: Literal["30m", "12h"] | None = None


class InputTextPart(Shape):
    """Text of whoever asks, or of a tool."""

    type: Literal["input_text"]
    text: str
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None


class OutputTextPart(Shape):
    """Text of an earlier answer. `annotations` point to sources, of which there are none here."""

    type: Literal["output_text"]
    text: str
    annotations: Annotated[list[None], Field(max_length=0)] | None = None
    logprobs: list[dict[str, Any]] | None = None
    parsed: Any = None


class RefusalPart(Shape):
    """What an earlier answer said instead of an answer."""

    type: Literal["refusal"]
    refusal: str


# Here and below: the first wrong item ends it, for a body of millions of them would make as many error objects.
_AnyPart = Annotated[InputTextPart | OutputTextPart | RefusalPart, Field(discriminator="type")]
_Content = Annotated[
    list[Annotated[_AnyPart, BeforeValidator(_part)]],
    Field(fail_fast=True),
    BeforeValidator(_parts, json_schema_input_type=str | list[_AnyPart]),
]
_Texts = Annotated[
    list[Annotated[InputTextPart, BeforeValidator(_part)]],
    Field(fail_fast=True),
    BeforeValidator(_parts, json_schema_input_type=str | list[InputTextPart]),
]
_Status = Annotated[
    Literal["in_progress", "completed", "incomplete"] | None,
    Field(description="A call cut off before its arguments were whole is left out; all else counts as far as it came."),
]


class MessageItem(Shape):
    """What somebody said."""

    type: Literal["message"]
    role: Literal["user", "assistant", "system", "developer"]
    content: _Content
    id: str | None = None
    status: _Status = None
    phase: Literal["commentary", "final_answer"] | None = None


class ItemCaller(Shape):
    """The model itself called the function."""

    type: Literal["direct"]


class FunctionCallItem(Shape):
    """What an earlier answer called: `arguments` is JSON text."""

    type: Literal["function_call"]
    call_id: str
    name: str
    arguments: str
    id: str | None = None
    status: _Status = None
    caller: ItemCaller | None = None
    namespace: None = None
    async_: Literal[False] | None = Field(None, alias="async")
    created_by: str | None = None
    parsed_arguments: Any = None


class FunctionOutputItem(Shape):
    """What the function gave back."""

    type: Literal["function_call_output"]
    call_id: str
    output: _Texts
    id: str | None = None
    status: _Status = None
    caller: ItemCaller | None = None
    name: str | None = None
    namespace: None = None
    created_by: str | None = None


class SummaryPart(Shape):
    """A thought, in short."""

    type: Literal["summary_text"]
    text: str


class ThoughtPart(Shape):
    """A thought."""

    type: Literal["reasoning_text"]
    text: str


class ReasoningItem(Shape):
    """What an earlier answer thought; its `content`, or else its `summary`, goes to the model's template."""

    type: Literal["reasoning"]
    summary: Annotated[list[SummaryPart], Field(fail_fast=True)] = Field(default_factory=list)
    content: Annotated[list[ThoughtPart], Field(fail_fast=True)] | None = None
    id: str | None = None
    status: _Status = None
    encrypted_content: str | None = None


class ItemReference(Shape):
    """An item of a stored response, by its id."""

    type: Literal["item_reference"]
    id: str


Item = MessageItem | FunctionCallItem | FunctionOutputItem | ReasoningItem
"""An item that says all of itself."""
GivenItem = Item | ItemReference
_AnyItem = Annotated[GivenItem, Field(discriminator="type")]
_Items = list[Annotated[_AnyItem, BeforeValidator(_item)]]
_MOST = 100_000


def _input(value: object) -> object:
    """A text is one message of the user."""
    return [{"type": "message", "role": "user", "content": value}] if isinstance(value, str) else value


def _input_or_nothing(value: object) -> object:
    return [] if value is None else _input(value)


Input = Annotated[
    _Items,
    Field(min_length=1, max_length=_MOST, fail_fast=True),
    BeforeValidator(_input, json_schema_input_type=str | list[_AnyItem]),
]
OptionalInput = Annotated[
    _Items,
    Field(max_length=_MOST, fail_fast=True),
    BeforeValidator(_input_or_nothing, json_schema_input_type=str | list[_AnyItem] | None),
]
"""The same, and null is no items."""
