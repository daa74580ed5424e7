"""The fields of other makers' request bodies, by their paths, as their own Python clients declare them."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel


def declared(*shapes: type, headers: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the path of every field of any of `shapes`: typed dictionaries or pydantic models.

    Those named in `headers` are arguments of the client that it sends as headers.
    """
    paths = (path for shape in shapes for path in _walk(shape, "", ()))
    return tuple(dict.fromkeys(path for path in paths if path not in headers))


def _walk(shape: type, path: str, above: tuple[type, ...]) -> Iterator[str]:
    if shape in above:
        return
    for name, kind in _fields(shape).items():
        here = f"{path}.{name}".removeprefix(".")
        yield here
        yield from _within(kind, here, (*above, shape))


def _fields(shape: type) -> dict[str, Any]:
    if issubclass(shape, BaseModel):
        return {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
    return get_type_hints(shape)


def _within(kind: Any, path: str, above: tuple[type, ...]) -> Iterator[str]:
    """Yield the paths of the fields that a field of the type `kind` has in its turn."""
    origin, members = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        for member in members:
            yield from _within(member, path, above)
    elif isinstance(origin, type) and hasattr(origin, "__iter__") and not issubclass(origin, Mapping):
        yield from _within(members[0], f"{path}[]", above)
    elif isinstance(kind, type) and (issubclass(kind, BaseModel) or _is_typed_dict(kind)):
        yield from _walk(kind, path, above)


def _is_typed_dict(kind: type) -> bool:
    """`typing.is_typeddict` knows none of those that `typing_extensions` makes."""
    return issubclass(kind, dict) and hasattr(kind, "__total__")
