"""What people call a model, and which one they mean. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from minerva.core.errors import AmbiguousModelName, ModelNotFound
from minerva.core.model import ModelFile
from minerva.core.preset import name_key

_SPLIT = re.compile(r"-\d{5}-of-\d{5}$")
_BORDERS = "-_.: "
_SHOWN = 8
_SHOWN_CHARACTERS = 80
_MOST_CHARACTERS = 4096
"""Of a name, and of a path on most systems: what is longer is no name, and comparing it would take seconds."""

Rule = Callable[[str, ModelFile], bool]


def find(name: str, models: Sequence[ModelFile], suggestions: Sequence[str] = ()) -> ModelFile:
    """Return the one model that `name` means.

    The first of these rules that fits any model decides, all without regard to case: the full name; the path of one of
    its files; the file name, alone or after the last folders of its path; `NAME:TAG`, where the file name starts with
    NAME and has TAG behind it or is quantised so (`:latest` is no tag); the start of the file name, up to one of `-_.`;
    any start of it.

    Raises:
        ModelNotFound: No rule fits any model; the message suggests names that look like it, also of `suggestions`.
        AmbiguousModelName: The rule that decides fits several; the message lists them.
    """
    if len(name) > _MOST_CHARACTERS:
        begin = name[:_SHOWN_CHARACTERS]
        raise ModelNotFound(f"There is no model {begin!r}…: a name has at most {_MOST_CHARACTERS} characters.", begin)
    wanted = _simplify(name)
    for rule in _RULES:
        fitting = [model for model in models if wanted and rule(wanted, model)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise _ambiguous(name, fitting)
    raise ModelNotFound(f"There is no model {name!r}. {_suggest(wanted, models, suggestions)}", name)


def find_exactly(name: str, models: Iterable[ModelFile]) -> ModelFile | None:
    """Return the model whose full name is `name`. Case does not matter, and `:latest` is no part of a name."""
    key = name_key(name)
    return next((model for model in models if name_key(model.name) == key), None)


def _simplify(name: str) -> str:
    """Bring a name, or a path, to the form in which all are compared."""
    text = name.strip().replace("\\", "/").lower().removesuffix(":latest").removesuffix(".gguf")
    return _SPLIT.sub("", text)


def _stem(model: ModelFile) -> str:
    return _trails(model)[0][-1]


def _trails(model: ModelFile) -> list[list[str]]:
    """The parts of the path of each file of the model; the last is its stem, that of a group for a split one."""
    return [_simplify(path).split("/") for path in model.paths]


def _is_name(wanted: str, model: ModelFile) -> bool:
    return wanted == model.name.lower()


def _is_path(wanted: str, model: ModelFile) -> bool:
    return any(wanted == "/".join(trail) for trail in _trails(model))


def _ends_path(wanted: str, model: ModelFile) -> bool:
    parts = wanted.removeprefix("./").split("/")
    return any(trail[-len(parts) :] == parts for trail in _trails(model))


def _has_tag(wanted: str, model: ModelFile) -> bool:
    start, colon, tag = wanted.rpartition(":")
    stem = _stem(model)
    if not colon or not start or not tag or not stem.startswith(start):
        return False
    rest = stem[len(start) :]
    return tag == model.quantisation.lower() or any(
        _ends_at_border(rest, at + len(tag)) and (at == 0 or rest[at - 1] in _BORDERS) for at in _places(tag, rest)
    )


def _places(part: str, text: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(re.escape(part), text))


def _ends_at_border(text: str, end: int) -> bool:
    return end == len(text) or text[end] in _BORDERS


def _starts_to_border(wanted: str, model: ModelFile) -> bool:
    stem = _stem(model)
    return stem.startswith(wanted) and _ends_at_border(stem, len(wanted))


def _starts(wanted: str, model: ModelFile) -> bool:
    return _stem(model).startswith(wanted)


_RULES: tuple[Rule, ...] = (_is_name, _is_path, _ends_path, _has_tag, _starts_to_border, _starts)


def _ambiguous(name: str, fitting: Sequence[ModelFile]) -> AmbiguousModelName:
    names = tuple(model.name for model in fitting)
    return AmbiguousModelName(f"{name!r} may be any of {_list(names)}. Use one of these names.", name, names)


def _suggest(wanted: str, models: Sequence[ModelFile], more: Sequence[str]) -> str:
    if not models and not more:
        return "No model is on this machine: put a GGUF file into the models folder."
    by_key = {key: model.name for model in models for key in (model.name.lower(), _stem(model))}
    by_key.update((name.lower(), name) for name in more)
    near = difflib.get_close_matches(wanted, by_key, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(dict.fromkeys(repr(by_key[key]) for key in near))}?"
    return f"These are here: {_list((*(model.name for model in models), *more))}."


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
