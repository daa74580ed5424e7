"""The request shapes of embeddings in the Ollama API (its API reference, "Embed"; the older "Embeddings")."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from minerva.server.body import Body
from minerva.server.ollama.kinds import KeepAlive, ModelName, Texts, Whole
from minerva.server.ollama.schema import OllamaOptions

_ALL_LOADING = ("num_ctx", "logits_all", "vocab_only", "embedding_only")

EMBED_NO_OPS: dict[str, str] = {
    f"options.{name}": "Nothing is generated, so there is nothing to choose."
    for name in OllamaOptions.model_fields
    if name not in _ALL_LOADING
}
"""Options that are taken and change nothing here, beside those that do so everywhere, and why that is right."""


class OllamaEmbeddingBody(Body):
    """What both kinds of request take."""

    model: ModelName
    options: OllamaOptions | None = None
    keep_alive: KeepAlive | None = Field(
        None, description="How long the model stays loaded; 0 not at all, negative always."
    )


class OllamaEmbedRequest(OllamaEmbeddingBody):
    """The body of POST /api/embed. Without input the model is loaded."""

    input: Texts | None = None
    truncate: bool | None = Field(
        None, description="False refuses a text that is too long; otherwise its end is cut off, and the answer says so."
    )
    dimensions: Annotated[Whole, Field(ge=0)] | None = Field(
        None, description="So many numbers of each embedding, scaled to length 1 again; 0 all of them."
    )


class OllamaEmbeddingsRequest(OllamaEmbeddingBody):
    """The body of POST /api/embeddings. Without a prompt the model is loaded."""

    prompt: str | None = None
