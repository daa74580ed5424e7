"""The request shapes of generation in the Ollama API (its API reference, "Chat" and "Generate").

Ranges of generation parameters are in `core/parameters.py`, which the schema, the errors and the documents all read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from minerva.core.parameters import PARAMETERS
from minerva.server.body import Body, Shape
from minerva.server.ollama.kinds import (
    Context,
    Format,
    KeepAlive,
    ModelName,
    NoImages,
    Off,
    Role,
    Texts,
    Think,
    Whole,
)

_LOADING = "How a model is loaded is decided once for all who use it: see the section `engine` of the settings."

NO_OPS: dict[str, str] = {
    "options.tfs_z": "Tail-free sampling is gone from llama.cpp, and Ollama passes over it too.",
    "options.penalize_newline": "A line break counts as any other token; Ollama passes over it too.",
    **dict.fromkeys(
        (
            "options.num_batch",
            "options.num_gpu",
            "options.main_gpu",
            "options.num_thread",
            "options.use_mmap",
            "options.use_mlock",
            "options.numa",
            "options.low_vram",
            "options.f16_kv",
            "options.draft_num_predict",
        ),
        _LOADING,
    ),
    "messages[].tool_calls[].index": "Calls are taken in the order in which they stand.",
    "messages[].tool_calls[].function.index": "Calls are taken in the order in which they stand.",
}
"""Fields that are taken and change nothing, and why that is right."""

NOT_YET: dict[str, tuple[Any, ...]] = {
    "template": ("",),
    "runner": ("",),
    "_debug_render_only": (False,),
}
"""Fields that are refused, but for `null` and the values here, which ask for nothing that is not done anyway."""

NOT_YET_IN_GENERATE: dict[str, tuple[Any, ...]] = {
    "images": ([],),
    "width": (0,),
    "height": (0,),
    "steps": (0,),
}


class OllamaOptions(Body):
    """The field `options`, a part of other bodies."""

    parameters: ClassVar[Mapping[str, str]] = {
        row.ollama: row.name for row in PARAMETERS if row.ollama and row.name != "max_tokens"
    }

    num_ctx: Annotated[Whole, Field(ge=1)] | None = Field(
        None, description="Most tokens that prompt and answer may take together; more than the model has is refused."
    )
    num_predict: Whole | None = Field(
        None,
        description="Most tokens to generate; -1, -2 and silence mean until the window is full, or with `shift` until "
        "ten windows are.",
    )
    temperature: float | None = None
    top_k: Whole | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repeat_penalty: float | None = None
    repeat_last_n: Whole | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    mirostat: Whole | None = None
    mirostat_tau: float | None = None
    mirostat_eta: float | None = None
    seed: Whole | None = None
    stop: Texts | None = None
    num_keep: Annotated[Whole, Field(ge=-1)] | None = Field(
        None, description="Where `shift` holds: tokens of the prompt that are never dropped, -1 all of them."
    )
    tfs_z: float | None = None
    penalize_newline: bool | None = None
    num_batch: Whole | None = None
    num_gpu: Whole | None = None
    main_gpu: Whole | None = None
    num_thread: Whole | None = None
    use_mmap: bool | None = None
    use_mlock: bool | None = None
    numa: bool | None = None
    low_vram: bool | None = None
    f16_kv: bool | None = None
    draft_num_predict: Whole | None = None
    logits_all: Off | None = None
    vocab_only: Off | None = None
    embedding_only: Off | None = None


class OllamaFunctionCall(Shape):
    """The function that an earlier answer called."""

    name: str
    arguments: dict[str, Any]
    index: Whole | None = None


class OllamaToolCall(Shape):
    """A tool call of an earlier answer, given back as history."""

    id: str | None = None
    type: Literal["function"] | None = None
    index: Whole | None = None
    function: OllamaFunctionCall


class OllamaMessage(Shape):
    """One message. A result of a tool says by `tool_call_id` or `tool_name` to which call it belongs, or comes next."""

    role: Role
    content: str | None = None
    thinking: str | None = None
    images: NoImages | None = None
    tool_calls: Annotated[list[OllamaToolCall], Field(fail_fast=True)] | None = None
    tool_name: str | None = None
    tool_call_id: str | None = None


class OllamaFunction(Shape):
    """A function the model may call. `parameters` is a JSON Schema; without it the function takes nothing."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class OllamaTool(Shape):
    """A tool that is a function, the one kind there is."""

    type: Literal["function"] | None = None
    function: OllamaFunction


class OllamaGenerationBody(Body):
    """What both kinds of generation take."""

    model: ModelName
    stream: bool | None = Field(None, description="False asks for one body; otherwise the answer comes line by line.")
    format: Format | None = None
    options: OllamaOptions | None = None
    keep_alive: KeepAlive | None = Field(
        None, description="How long the model stays loaded; 0 not at all, negative always."
    )
    think: Think | None = None
    truncate: bool | None = Field(
        None, description="True leaves out the oldest turns of a conversation that does not fit the context window."
    )
    shift: bool | None = Field(
        None,
        description="True lets the answer go on past the context window. Of `truncate` and `shift` one may be true; "
        "without both, unlike there, the server's setting holds, and nothing is dropped by default.",
    )
    logprobs: bool | None = None
    top_logprobs: Annotated[Whole, Field(ge=0, le=20)] | None = None


class OllamaChatRequest(OllamaGenerationBody):
    """The body of POST /api/chat. Without messages the model is loaded, or with `keep_alive` 0 unloaded."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = NOT_YET

    messages: Annotated[list[OllamaMessage], Field(fail_fast=True)] | None = None
    tools: Annotated[list[OllamaTool], Field(fail_fast=True)] | None = None


class OllamaGenerateRequest(OllamaGenerationBody):
    """The body of POST /api/generate. Without a prompt the model is loaded, or with `keep_alive` 0 unloaded."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = {**NOT_YET, **NOT_YET_IN_GENERATE}

    prompt: str | None = None
    suffix: str | None = Field(
        None, description="The text behind a gap that the answer fills, for models that were trained to."
    )
    system: str | None = None
    raw: bool | None = Field(None, description="True takes the prompt as it is, without the chat template.")
    context: Context | None = Field(None, description="The `context` of an earlier answer, to go on from there.")
