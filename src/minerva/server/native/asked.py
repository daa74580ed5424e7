"""What a request asks beside its fields: its query, the revision that its sender has seen, a body of another kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeVar
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from minerva.core.decoding import fault_of
from minerva.core.errors import InvalidRequest
from minerva.core.preset import name_key

S = TypeVar("S", bound=msgspec.Struct)
W = TypeVar("W", bound=str)

_ENTITY_TAG = re.compile(r'(?:W/)?"?(?P<revision>[0-9]{1,18})"?')


def whole_number(request: Request, field: str, usual: int, most: int) -> int:
    """Return the number `field` of the query, from 1 to `most`; `usual` if it is not there. Raises `InvalidRequest`."""
    said = request.query_params.get(field)
    if said is None:
        return usual
    if not (said.isascii() and said.isdecimal() and len(said) <= 6 and 1 <= int(said) <= most):
        raise InvalidRequest(f"`{field}` is {said[:20]!r}; it must be 1 to {most}.", field)
    return int(said)


def one_of(request: Request, field: str, words: Sequence[W]) -> W:
    """Return the word `field` of the query, the first of `words` if it is not there. Raises `InvalidRequest`."""
    said = request.query_params.get(field, words[0])
    for word in words:
        if word == said:
            return word
    raise InvalidRequest(f"`{field}` is {said[:40]!r}; it must be one of {', '.join(map(repr, words))}.", field)


def tagged(response: Response, revision: int) -> Response:
    """Return `response` with the revision of what it shows as its `ETag`."""
    response.headers["etag"] = f'"{revision}"'
    return response


def seen_revision(request: Request, unsaid: int | None) -> int | None:
    """Return the revision in the header If-Match: what its sender has seen; `unsaid` without one, `None` for `*`.

    Raises `InvalidRequest`.
    """
    said = request.headers.get("if-match", "").strip()
    if not said:
        return unsaid
    if said == "*":
        return None
    match = _ENTITY_TAG.fullmatch(said)
    if match is None:
        raise InvalidRequest(
            f"The header If-Match is {said[:80]!r}; send the ETag of the answer that you have, or `*` for any.",
            "If-Match",
        )
    return int(match["revision"])


async def read_struct(request: Request, shape: type[S], **fixed: object) -> S:
    """Return the JSON of the body as `shape`, the fields `fixed` instead of its own. Raises `InvalidRequest`."""
    data = await request.body()
    if not data.strip():
        raise InvalidRequest("The body is empty; send a JSON object.")
    try:
        said = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        return msgspec.json.decode(msgspec.json.encode({**said, **fixed}), type=shape)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The body is not valid JSON: {error}.") from error


async def read_named(request: Request, shape: type[S], field: Literal["name", "model"], name: str) -> S:
    """Return the body as `read_struct` does, its `field` being `name`, as the path says; another one is refused."""
    said: str | None = getattr(await read_struct(request, _Named), field)
    if said is not None and name_key(said) != name_key(name):
        raise InvalidRequest(f"`{field}` is {said[:80]!r}, and the path says {name[:80]!r}.", field)
    return await read_struct(request, shape, **{field: name})


class _Named(msgspec.Struct, frozen=True):
    name: str | None = None
    model: str | None = None


async def read_bytes(request: Request) -> bytes:
    """Return a body that is taken as it is, whatever its Content-Type. Raises `InvalidRequest` if there is none."""
    data = await request.body()
    if not data:
        raise InvalidRequest("The body is empty; send the file as it is, as the whole body.")
    return data


def download(name: str) -> dict[str, str]:
    """Return headers with which a browser saves an answer as the file `name` and never shows it (RFC 6266)."""
    plain = re.sub(r'[^ !#-\[\]-~]|[%"\\/]', "_", name)
    return {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        # What is a person's own is no part of another site's page, where its size alone would tell something.
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, no-cache",
    }


def _refusal(message: str) -> InvalidRequest:
    """Return what msgspec says against a body, naming the field as the sender wrote it."""
    what, path = fault_of(message)
    return InvalidRequest(f"`{path}`: {what}." if path else f"The body: {what}.", path or None)
