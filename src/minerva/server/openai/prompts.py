"""What llama-server tells of a chat without answering it: the prompt that it makes, and how many tokens that has."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.server.body import read
from minerva.server.openai.answers import ChatInputTokens, RenderedPrompt
from minerva.server.openai.convert import chat_input
from minerva.server.openai.schema import ApplyTemplateRequest, ChatRequest
from minerva.server.openapi import LlamaError, operation
from minerva.server.reply import json_response
from minerva.server.stream import unless_gone
from minerva.service.services import Services

BODIES = (ApplyTemplateRequest,)
ANSWERS = (ChatInputTokens, RenderedPrompt)


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(tags=["llama-server"])
    template = operation(RenderedPrompt, ApplyTemplateRequest, error=LlamaError)
    api.add_api_route("/apply-template", routes.apply_template, methods=["POST"], **template)
    count = operation(ChatInputTokens, ChatRequest)
    api.add_api_route("/v1/chat/completions/input_tokens", routes.count, methods=["POST"], **count)
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def apply_template(self, request: Request) -> Response:
        """Show the prompt that a chat makes. What a chat says of its answer changes nothing of it."""
        body = await read(request, ApplyTemplateRequest)
        chat = msgspec.structs.replace(chat_input(body), add_generation_prompt=body.add_generation_prompt is not False)
        prompt = self._services.tokens.render(
            chat, body.model or None, keep_alive_s=body.keep_alive, timeout_s=body.timeout
        )
        return json_response(RenderedPrompt(await unless_gone(request.receive, prompt)))

    async def count(self, request: Request) -> Response:
        """Count the tokens of a chat's prompt. What a chat says of its answer changes nothing of it."""
        body = await read(request, ChatRequest)
        count = self._services.tokens.count(
            chat_input(body), body.model or None, keep_alive_s=body.keep_alive, timeout_s=body.timeout
        )
        return json_response(ChatInputTokens(await unless_gone(request.receive, count)))
