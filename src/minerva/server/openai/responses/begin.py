"""What a response says before anything has come of it: the request, repeated. Pure."""

from __future__ import annotations

from typing import Any

from minerva.server.openai.asked import served_tier
from minerva.server.openai.responses.answers import ReasoningSettings, ResponseAnswer
from minerva.server.openai.responses.narration import Shown
from minerva.server.openai.responses.schema import LOGPROBS, ResponsesRequest, ToolMode


def begun(body: ResponsesRequest, response_id: str, created_at: int) -> Shown:
    """Return how the answer to `body` is shown. `created_at`: seconds since 1970."""
    answer = ResponseAnswer(
        id=response_id,
        created_at=created_at,
        instructions=body.instructions,
        max_output_tokens=body.max_output_tokens,
        max_tool_calls=body.max_tool_calls,
        model=body.model or "",
        parallel_tool_calls=body.parallel_tool_calls is not False,
        previous_response_id=body.previous_response_id,
        prompt_cache_key=body.prompt_cache_key,
        reasoning=ReasoningSettings(body.reasoning.effort if body.reasoning else None, _summary(body)),
        safety_identifier=body.safety_identifier,
        service_tier=served_tier(body.service_tier),
        store=body.store is not False,
        temperature=body.temperature,
        text=_text(body),
        tool_choice=_tool_choice(body),
        tools=[tool.model_dump(include={"type", *_TOOL_FIELDS}) for tool in body.tools or ()],
        top_logprobs=body.top_logprobs or 0,
        top_p=body.top_p,
        truncation=body.truncation,
        user=body.user,
        metadata=body.metadata or {},
    )
    return Shown(answer, LOGPROBS in (body.include or ()), _summary(body) is not None)


_TOOL_FIELDS = ("name", "description", "parameters", "strict")


def _summary(body: ResponsesRequest) -> str | None:
    reasoning = body.reasoning
    return None if reasoning is None else reasoning.summary or reasoning.generate_summary


def _text(body: ResponsesRequest) -> dict[str, Any]:
    given = {} if body.text is None else body.text.model_dump(by_alias=True, exclude_none=True)
    return {"format": {"type": "text"}, "verbosity": "medium", **given}


def _tool_choice(body: ResponsesRequest) -> str | dict[str, Any]:
    match body.tool_choice:
        case None:
            return "auto"
        case ToolMode(type=mode):
            return mode
        case named:
            return named.model_dump()
