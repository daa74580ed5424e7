"""The request shapes of what the Ollama API does with models themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from minerva.core.errors import InvalidRequest
from minerva.core.request import Overflow
from minerva.server.body import Body
from minerva.server.ollama.kinds import ModelName, NoAdapters, NoFiles, NoQuantisation, Texts
from minerva.server.ollama.schema import NO_OPS, OllamaMessage, OllamaOptions

MODEL_NO_OPS: dict[str, str] = {
    "insecure": "Nothing is downloaded.",
    "username": "Nothing is downloaded, and Ollama passes over it too.",
    "password": "Nothing is downloaded, and Ollama passes over it too.",
}
"""Fields that are taken and change nothing, and why that is right."""

CREATE_NO_OPS: dict[str, str] = {path.replace("options.", "parameters."): why for path, why in NO_OPS.items()}
"""The same for what is created: its parameters are the options of requests."""


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


class OllamaParameters(OllamaOptions):
    """What `options` of a request may be, kept in a preset. Extension: `overflow`, the policy of what does not fit."""

    overflow: Overflow | None = None


class OllamaCreateRequest(OllamaModelBody):
    """The body of POST /api/create: a model by `from`, and what is added to it; or all of that in a `modelfile`."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "quantization": ("",),
        "path": ("",),
        "remote_host": ("",),
        "renderer": ("",),
        "parser": ("",),
        "requires": ("",),
        "capabilities": ([],),
        "info": ({},),
        "draft_files": ({},),
        "draft_quantize": ("",),
    }

    stream: bool | None = None
    from_: str | None = Field(None, alias="from")
    modelfile: str | None = Field(None, description="The older way; none of the fields beside it may be set then.")
    system: str | None = None
    template: str | None = Field(None, description="In Jinja, instead of the chat template of the model's file.")
    license: Texts | None = None
    parameters_: OllamaParameters | None = Field(None, alias="parameters")
    messages: Annotated[list[OllamaMessage], Field(fail_fast=True)] | None = None
    files: NoFiles | None = None
    adapters: NoAdapters | None = None
    quantize: NoQuantisation | None = None


class OllamaCopyRequest(Body):
    """The body of POST /api/copy."""

    source: ModelName
    destination: ModelName
