"""Types of fields, with the latitude that Ollama's own server has."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.core.request import FOREVER
from minerva.core.units import parse_duration
from minerva.server.durations import Duration


def _whole(value: object) -> object:
    """Some clients know no integers: 4096.0 is one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _lowered(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _for_ever(value: object) -> object:
    """Any negative duration means for ever, `"-1m"` too."""
    if isinstance(value, str) and value.startswith("-"):
        with suppress(ValueError):
            parse_duration(value[1:])
            return FOREVER
    return FOREVER if isinstance(value, int | float) and value < 0 else value


def _name(value: object) -> object:
    if isinstance(value, str) and value.strip():
        return value
    raise PydanticCustomError("name", "the name of a model")


def _think(value: object) -> object:
    if isinstance(value, bool) or value in ("low", "medium", "high"):
        return value
    raise PydanticCustomError("think", 'true, false, "low", "medium" or "high"')


def _format(value: object) -> object:
    if isinstance(value, dict) or value in ("", "json"):
        return value
    raise PydanticCustomError("format", '"json" or a JSON schema')


def _no_images(value: object) -> object:
    if value == []:
        return value
    raise PydanticCustomError("images", "empty: images are not supported yet")


def _no_files(value: object) -> object:
    if value == {}:
        return value
    raise PydanticCustomError(
        "files", "empty: files cannot be sent here; put a GGUF file into a models folder and name it in `from`"
    )


def _no_adapters(value: object) -> object:
    if value == {}:
        return value
    raise PydanticCustomError("adapters", "empty: adapters are not supported; merge it into the model's file")


def _no_quantisation(value: object) -> object:
    if value == "":
        return value
    raise PydanticCustomError("quantize", "empty: files are used as they are; llama.cpp's llama-quantize makes others")


def _off(value: object) -> object:
    if value is False:
        return value
    raise PydanticCustomError("off", "false: this server has no such mode")


Whole = Annotated[int, BeforeValidator(_whole)]
Texts = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
Role = Annotated[Literal["system", "developer", "user", "assistant", "tool"], BeforeValidator(_lowered)]
KeepAlive = Annotated[Duration, BeforeValidator(_for_ever, json_schema_input_type=float | str)]
ModelName = Annotated[str, BeforeValidator(_name)]
Think = Annotated[bool | str, BeforeValidator(_think, json_schema_input_type=bool | Literal["low", "medium", "high"])]
Format = Annotated[
    str | dict[str, Any], BeforeValidator(_format, json_schema_input_type=Literal["", "json"] | dict[str, Any])
]
NoImages = Annotated[
    list[str], BeforeValidator(_no_images, json_schema_input_type=Annotated[list[str], Field(max_length=0)])
]
_NOTHING = Annotated[dict[str, str], Field(max_length=0)]
NoFiles = Annotated[dict[str, str], BeforeValidator(_no_files, json_schema_input_type=_NOTHING)]
NoAdapters = Annotated[dict[str, str], BeforeValidator(_no_adapters, json_schema_input_type=_NOTHING)]
NoQuantisation = Annotated[str, BeforeValidator(_no_quantisation, json_schema_input_type=Literal[""])]
Off = Annotated[bool, BeforeValidator(_off, json_schema_input_type=Literal[False])]
Context = Annotated[list[Whole], Field(fail_fast=True)]
