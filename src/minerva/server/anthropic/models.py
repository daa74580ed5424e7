"""Models as the Anthropic API lists them (API reference, "Models"), in pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.model import ModelFile

MOST = 1000
_USUAL = 20


class ModelInfo(msgspec.Struct, frozen=True, tag_field="type", tag="model"):
    """A model that requests may name. `max_input_tokens` is the window it was trained with, or what a preset allows."""

    id: str
    display_name: str
    created_at: str
    max_input_tokens: int | None
    lifecycle: Literal["active"] = "active"


class ModelPage(msgspec.Struct, frozen=True):
    """Some of the models; the ids of the first and the last are what the next page is asked for with."""

    data: list[ModelInfo]
    has_more: bool
    first_id: str | None
    last_id: str | None


def model_info(file: ModelFile) -> ModelInfo:
    """Return `file` in this API's words."""
    created = datetime.fromtimestamp(int(file.modified_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ModelInfo(file.name, file.title or file.name, created, file.context_length)


def model_page(models: Sequence[ModelInfo], query: Mapping[str, str]) -> ModelPage:
    """Return the models behind `after_id`, or before `before_id`, at most `limit`. Raises `InvalidRequest`."""
    limit = _limit(query.get("limit"))
    ids = [model.id for model in models]
    after, before = (_place(ids, query.get(name), name) for name in ("after_id", "before_id"))
    if after is not None and before is not None:
        raise InvalidRequest("`after_id` and `before_id` are both set; send one of them.", "before_id")
    if before is not None:
        start, end = max(0, before - limit), before
        has_more = start > 0
    else:
        start = 0 if after is None else after + 1
        end = min(start + limit, len(models))
        has_more = end < len(models)
    shown = list(models[start:end])
    return ModelPage(shown, has_more, shown[0].id if shown else None, shown[-1].id if shown else None)


def _limit(text: str | None) -> int:
    if text is None:
        return _USUAL
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MOST):
        raise InvalidRequest(f"`limit` is {text[:20]!r}; it must be 1 to {MOST}.", "limit")
    return int(text)


def _place(ids: Sequence[str], name: str | None, field: str) -> int | None:
    if name is None:
        return None
    if name not in ids:
        raise InvalidRequest(f"`{field}` is {name[:80]!r}, which is no model here.", field)
    return ids.index(name)
