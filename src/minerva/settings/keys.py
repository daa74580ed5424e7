"""The settings as a flat table of keys, derived from `schema`: for resolving, for errors, for documentation."""

from __future__ import annotations

import functools
from typing import Literal, cast

import msgspec
import msgspec.inspect

from minerva.core.units import DURATION_EXAMPLES, SIZE_EXAMPLES, format_duration, format_size
from minerva.settings.schema import Settings

Unit = Literal["duration", "size", "folders", "files"]
ENV_PREFIX = "MINERVA_"


class Key(msgspec.Struct, frozen=True):
    """One setting. `name` is `section.key`; `field` is the attribute of the section's struct.

    `type` is what msgspec converts to; `kind` is the same without `None`, as msgspec describes it.
    """

    name: str
    section: str
    field: str
    type: object
    kind: msgspec.inspect.Type
    nullable: bool
    unit: Unit | None
    default: object
    description: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return ENV_PREFIX + self.name.replace(".", "_").upper()

    @property
    def is_text(self) -> bool:
        """Whether any text is a value of it, so that no word can mean `unset`."""
        return isinstance(self.kind, msgspec.inspect.StrType)

    @property
    def is_list(self) -> bool:
        """Whether it holds several values."""
        return isinstance(self.kind, msgspec.inspect.VarTupleType)


@functools.cache
def keys() -> dict[str, Key]:
    """Return every setting by name, in the order of the schema."""
    return {
        key.name: key
        for section in msgspec.structs.fields(Settings)
        for key in _section_keys(section.name, section.type)
    }


def _section_keys(section: str, struct: type[msgspec.Struct]) -> list[Key]:
    info = cast("msgspec.inspect.StructType", msgspec.inspect.type_info(struct))
    rows = zip(info.fields, msgspec.structs.fields(struct), strict=True)
    return [_key(section, described, field.type) for described, field in rows]


def _key(section: str, field: msgspec.inspect.Field, python_type: object) -> Key:
    kind, extra, description = field.type, None, ""
    if isinstance(kind, msgspec.inspect.Metadata):
        extra, description = kind.extra, (kind.extra_json_schema or {}).get("description", "")
        kind = kind.type
    nullable = isinstance(kind, msgspec.inspect.UnionType)
    if isinstance(kind, msgspec.inspect.UnionType):
        kind = next(item for item in kind.types if not isinstance(item, msgspec.inspect.NoneType))
    return Key(
        name=f"{section}.{field.encode_name}",
        section=section,
        field=field.name,
        type=python_type,
        kind=kind,
        nullable=nullable,
        unit=extra["unit"] if extra else None,
        default={} if isinstance(kind, msgspec.inspect.DictType) else field.default,
        description=description,
    )


def expected(key: Key) -> str:
    """Say in words which values `key` takes: `an integer, 0 to 65535`."""
    text = _kind_text(key)
    if key.nullable and not key.is_text:
        return f"{text}; or auto"
    return text


def show(key: Key, value: object) -> str:
    """Return `value` of `key` as a person would write it in the settings file; `unset` for none."""
    if value is None or value in ((), {}):
        return "unset"
    if key.unit == "duration" and isinstance(value, (int, float)):
        return format_duration(value)
    if key.unit == "size" and isinstance(value, int):
        return format_size(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} = {item}" for name, item in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _kind_text(key: Key) -> str:
    kind = key.kind
    match kind:
        case msgspec.inspect.LiteralType():
            return "one of " + ", ".join(map(str, kind.values))
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.StrType():
            return "ASCII characters without spaces" if kind.pattern else "a text that is not empty"
        case msgspec.inspect.DictType():
            return 'a table of files by the names of models, like "qwen2.5" = "qwen.jinja"'
        case msgspec.inspect.VarTupleType():
            return "a list of folders" if key.unit == "folders" else "a list of texts"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return _number_text(key, kind)
        case _:
            raise AssertionError(f"the schema holds a type that nothing describes: {kind}")


def _number_text(key: Key, kind: msgspec.inspect.IntType | msgspec.inspect.FloatType) -> str:
    noun = "an integer" if isinstance(kind, msgspec.inspect.IntType) else "a number"
    if key.unit == "duration":
        noun = f"a duration ({DURATION_EXAMPLES})"
    elif key.unit == "size":
        noun = f"a size ({SIZE_EXAMPLES})"
    return f"{noun}, {_range_text(key, kind)}"


def _range_text(key: Key, kind: msgspec.inspect.IntType | msgspec.inspect.FloatType) -> str:
    def written(limit: float) -> str:
        return show(key, limit) if key.unit else f"{limit:g}"

    if kind.gt is not None:
        low = f"above {written(kind.gt)}"
        return low if kind.le is None else f"{low} and up to {written(kind.le)}"
    if kind.ge is None:
        return "any" if kind.le is None else f"up to {written(kind.le)}"
    return f"{written(kind.ge)} or more" if kind.le is None else f"{written(kind.ge)} to {written(kind.le)}"
