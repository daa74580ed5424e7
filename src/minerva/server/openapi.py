"""The OpenAPI document. Routes decode and encode by themselves, so they say here what their bodies look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from minerva.server.body import Body
from minerva.server.stream import SERVER_SENT_EVENTS

_REFERENCE = "#/components/schemas/"
_BYTES = {"schema": {"type": "string", "format": "binary"}}


class ErrorDetail(msgspec.Struct, frozen=True):
    """What went wrong; `param` is the path of the field at fault. The facts of some errors stand beside these."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorBody(msgspec.Struct, frozen=True):
    """The body of every answer with a status of 400 or more."""

    error: ErrorDetail


class LlamaErrorDetail(msgspec.Struct, frozen=True):
    """What went wrong; `code` is the status. The facts of some errors stand beside these."""

    code: int
    message: str
    type: str


class LlamaError(msgspec.Struct, frozen=True):
    """The body of an error at the paths that are llama-server's own, see `server.errors.LLAMA_PATHS`."""

    error: LlamaErrorDetail


def operation(
    answer: type[msgspec.Struct] | None,
    body: type[Body] | type[msgspec.Struct] | None = None,
    *,
    chunk: type[msgspec.Struct] | Sequence[type[msgspec.Struct]] | None = None,
    stream: str = SERVER_SENT_EVENTS,
    error: type[msgspec.Struct] | None = None,
    path: Sequence[str] = (),
    query: Mapping[str, Mapping[str, Any]] | None = None,
    takes: Sequence[str] = (),
    gives: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the arguments of `add_api_route` that document a route.

    `chunk` is the data of one frame of its answer as a `stream` of that media type, or all shapes that it may have.
    `error` is the body of its errors, where that is not `ErrorBody`. `path` names the variables of its path: an
    endpoint reads them from the request, because FastAPI takes 65 ms of every start to prepare for the first parameter
    of a function. `query` has the JSON schemas of what may stand in its query, by their names. `takes` and `gives` are
    the media types of a body and an answer that are not JSON; without `answer` there is no other one.
    """
    content: dict[str, Any] = dict.fromkeys(gives, _BYTES)
    if answer is not None:
        content["application/json"] = _reference(answer)
    if chunk is not None:
        content[stream] = _reference(chunk) if isinstance(chunk, type) else _any_of(chunk)
    extra: dict[str, Any] = {
        "responses": {
            "200": {"description": "Done.", "content": content},
            "default": {"description": "An error.", "content": {"application/json": _reference(error or ErrorBody)}},
        }
    }
    string = {"type": "string"}
    variables = [{"name": name, "in": "path", "required": True, "schema": string} for name in path]
    variables += [{"name": name, "in": "query", "schema": schema} for name, schema in (query or {}).items()]
    if variables:
        extra["parameters"] = variables
    if body is not None:
        extra["requestBody"] = {"required": True, "content": {"application/json": _reference(body)}}
    if takes:
        extra["requestBody"] = {"required": True, "content": dict.fromkeys(takes, _BYTES)}
    return {"openapi_extra": extra, "response_model": None}


def install(app: FastAPI, bodies: Sequence[type[Body]], answers: Sequence[type[msgspec.Struct]]) -> None:
    """Make `app.openapi` describe the routes together with the shapes they refer to; built when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, bodies, answers)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _document(app: FastAPI, bodies: Sequence[type[Body]], answers: Sequence[type[msgspec.Struct]]) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    _, definitions = models_json_schema([(body, "validation") for body in bodies], ref_template=_REFERENCE + "{model}")
    _, components = msgspec.json.schema_components([*answers, ErrorBody], ref_template=_REFERENCE + "{name}")
    schemas = {**components, **definitions.get("$defs", {})}
    for body in bodies:
        body.describe_parameters(schemas[body.__name__])
    document["components"] = {"schemas": dict(sorted(schemas.items()))}
    for path in document["paths"].values():
        for method in path.values():
            # FastAPI's own validation error, which no route here answers with.
            method["responses"].pop("422", None)
    return document


def _reference(shape: type) -> dict[str, Any]:
    return {"schema": {"$ref": _REFERENCE + shape.__name__}}


def _any_of(shapes: Sequence[type]) -> dict[str, Any]:
    return {"schema": {"anyOf": [_reference(shape)["schema"] for shape in shapes]}}
