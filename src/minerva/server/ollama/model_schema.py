"""The request shapes of what the Ollama API does with models themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from minerva.core.errors import InvalidRequest
from minerva.server.body import Body
from minerva.server.ollama.kinds import ModelName

MODEL_NO_OPS: dict[str, str] = {
    "insecure": "Nothing is downloaded.",
    "username": "Nothing is downloaded, and Ollama passes over it too.",
    "password": "Nothing is downloaded, and Ollama passes over it too.",
}
"""Fields that are taken and change nothing, and why that is right."""


class OllamaModelBody(Body):
    """A model, by `model` or by the older `name`."""

    model: str | None = None
    name: str | None = None

    @property
    def wanted(self) -> str:
        """The name that was given. Raises `InvalidRequest` if there is none."""
        if not (name := self.model or self.name):
            raise InvalidRequest("`model` is missing.", "model")
        return name


class OllamaShowRequest(OllamaModelBody):
    """The body of POST /api/show. `verbose` adds the tensors, and the arrays of the header that are not too long."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = {"system": ("",), "template": ("",), "options": ({},)}

    verbose: bool | None = None


class OllamaPullRequest(OllamaModelBody):
    """The body of POST /api/pull."""

    stream: bool | None = None
    insecure: bool | None = None
    username: str | None = None
    password: str | None = None


class OllamaDeleteRequest(OllamaModelBody):
    """The body of DELETE /api/delete."""


class OllamaCopyRequest(Body):
    """The body of POST /api/copy."""

    source: ModelName
    destination: ModelName
