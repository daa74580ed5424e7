"""Prompt templates as one JSON document, which says its format and version as the lines of sessions do."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from minerva.core.decoding import fault_of
from minerva.core.errors import InvalidRequest
from minerva.sessions.records import PromptTemplate, TemplateEntry

FORMAT = "minerva-templates"
VERSION = 1


class TemplateFile(msgspec.Struct, frozen=True, kw_only=True):
    """The document. `exported_s` is when it was written, in seconds since the epoch."""

    format: str
    version: int
    exported_s: float = 0.0
    templates: tuple[TemplateEntry, ...]


class _Header(msgspec.Struct, frozen=True):
    format: str
    version: int
    templates: list[msgspec.Raw]


def template_file(templates: Iterable[PromptTemplate], now_s: float) -> TemplateFile:
    """Return the document with `templates`, written at `now_s`."""
    entries = tuple(TemplateEntry(name=one.name, body=one.body, description=one.description) for one in templates)
    return TemplateFile(format=FORMAT, version=VERSION, exported_s=now_s, templates=entries)


def encode_file(file: TemplateFile) -> bytes:
    """Return the document as people can read and edit it."""
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def read_file(data: bytes) -> tuple[TemplateEntry, ...]:
    """Return the templates in a document. Raises `InvalidRequest`, which names the entry where it is one's fault."""
    try:
        file = msgspec.json.decode(data, type=_Header)
    except msgspec.ValidationError as error:
        raise _refusal(error, "", f"The file is no export of prompt templates (`format` {FORMAT!r}): ") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The body is not valid JSON, as an export of prompt templates is: {error}.") from error
    if file.format != FORMAT:
        raise InvalidRequest(
            f"`format` is {file.format[:80]!r}; that of an export of prompt templates is {FORMAT!r}.", "format"
        )
    if file.version != VERSION:
        raise InvalidRequest(
            f"`version` is {file.version}, and this Minerva knows version {VERSION} of {FORMAT}. Import the file with "
            "the Minerva that wrote it, or a newer one.",
            "version",
        )
    return tuple(_entry(entry, f"templates[{index}]") for index, entry in enumerate(file.templates))


def _entry(source: msgspec.Raw, field: str) -> TemplateEntry:
    try:
        return msgspec.json.decode(source, type=TemplateEntry)
    except msgspec.ValidationError as error:
        raise _refusal(error, field, "") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"`{field}` cannot be read: {error}.", field) from error


def _refusal(error: msgspec.ValidationError, field: str, begin: str) -> InvalidRequest:
    """Return what msgspec says against what stands at `field`, with the whole way to it."""
    what, path = fault_of(str(error))
    place = ".".join(filter(None, [field, path]))
    return InvalidRequest(f"{begin}`{place}`: {what}." if place else f"{begin}{what}.", place or None)
