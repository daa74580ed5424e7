"""The request bodies that the pages of compatibility are about, each with what another maker's client declares."""

from collections.abc import Mapping
from typing import NamedTuple

from anthropic.types import message_create_params as anthropic_messages
from anthropic.types.beta import message_create_params as anthropic_beta
from ollama import _types as ollama
from openai.types import completion_create_params as openai_text
from openai.types import embedding_create_params as openai_embeddings
from openai.types.chat import completion_create_params as openai_chat
from openai.types.responses import response_create_params as openai_responses

from minerva.server.anthropic import schema as anthropic_schema
from minerva.server.body import Body
from minerva.server.ollama import embed_schema as ollama_embed_schema
from minerva.server.ollama import model_schema as ollama_model_schema
from minerva.server.ollama import schema as ollama_schema
from minerva.server.openai import schema as openai_schema
from minerva.server.openai.embeddings import schema as embeddings_schema
from minerva.server.openai.responses import schema as responses_schema
from tools.pages.clients import declared

ANTHROPIC_HEADERS = frozenset({"betas", "user_profile_id", "workspace_id"})
OPENAI_NO_OPS = {**openai_schema.NO_OPS, **openai_schema.NO_OPS_WITHIN}
RESPONSES_NO_OPS = {**responses_schema.NO_OPS, **responses_schema.NO_OPS_WITHIN}
OLLAMA_EMBED_NO_OPS = {**ollama_embed_schema.EMBED_NO_OPS, **ollama_schema.NO_OPS}
ANTHROPIC_NO_OPS = {**anthropic_schema.NO_OPS, **anthropic_schema.NO_OPS_WITHIN}


class Compared(NamedTuple):
    """A request body, and the paths of the fields that the package `client` declares for its route.

    `no_ops`: path → why it changes nothing, for all bodies of its API that share them.
    """

    title: str
    route: str
    body: type[Body]
    no_ops: Mapping[str, str]
    client: str
    declared: tuple[str, ...]


COMPARED = {
    "openai-chat": Compared(
        "OpenAI: chat completions",
        "POST /v1/chat/completions",
        openai_schema.ChatRequest,
        OPENAI_NO_OPS,
        "openai",
        declared(openai_chat.CompletionCreateParamsNonStreaming, openai_chat.CompletionCreateParamsStreaming),
    ),
    "openai-completions": Compared(
        "OpenAI: completions",
        "POST /v1/completions",
        openai_schema.CompletionRequest,
        OPENAI_NO_OPS,
        "openai",
        declared(openai_text.CompletionCreateParamsNonStreaming, openai_text.CompletionCreateParamsStreaming),
    ),
    "openai-embeddings": Compared(
        "OpenAI: embeddings",
        "POST /v1/embeddings",
        embeddings_schema.EmbeddingRequest,
        embeddings_schema.NO_OPS,
        "openai",
        declared(openai_embeddings.EmbeddingCreateParams),
    ),
    "openai-responses": Compared(
        "OpenAI: responses",
        "POST /v1/responses",
        responses_schema.ResponsesRequest,
        RESPONSES_NO_OPS,
        "openai",
        declared(openai_responses.ResponseCreateParamsNonStreaming, openai_responses.ResponseCreateParamsStreaming),
    ),
    "ollama-chat": Compared(
        "Ollama: chat",
        "POST /api/chat",
        ollama_schema.OllamaChatRequest,
        ollama_schema.NO_OPS,
        "ollama",
        declared(ollama.ChatRequest),
    ),
    "ollama-generate": Compared(
        "Ollama: generate",
        "POST /api/generate",
        ollama_schema.OllamaGenerateRequest,
        ollama_schema.NO_OPS,
        "ollama",
        declared(ollama.GenerateRequest),
    ),
    "ollama-embed": Compared(
        "Ollama: embed",
        "POST /api/embed",
        ollama_embed_schema.OllamaEmbedRequest,
        OLLAMA_EMBED_NO_OPS,
        "ollama",
        declared(ollama.EmbedRequest),
    ),
    "ollama-embeddings": Compared(
        "Ollama: embeddings, the older route",
        "POST /api/embeddings",
        ollama_embed_schema.OllamaEmbeddingsRequest,
        OLLAMA_EMBED_NO_OPS,
        "ollama",
        declared(ollama.EmbeddingsRequest),
    ),
    "ollama-create": Compared(
        "Ollama: create",
        "POST /api/create",
        ollama_model_schema.OllamaCreateRequest,
        ollama_model_schema.CREATE_NO_OPS,
        "ollama",
        # Its Python client has to call the field otherwise, for that is a word of the language.
        tuple("from" if path == "from_" else path for path in declared(ollama.CreateRequest)),
    ),
    "anthropic-messages": Compared(
        "Anthropic: messages",
        "POST /v1/messages",
        anthropic_schema.MessagesRequest,
        ANTHROPIC_NO_OPS,
        "anthropic",
        declared(
            anthropic_messages.MessageCreateParamsNonStreaming,
            anthropic_beta.MessageCreateParamsNonStreaming,
            headers=ANTHROPIC_HEADERS,
        ),
    ),
}
