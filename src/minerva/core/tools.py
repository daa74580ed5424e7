"""Tools that a model may call, in no API's dialect."""

from __future__ import annotations

from typing import Literal

import msgspec


class Tool(msgspec.Struct, frozen=True):
    """A function the caller offers. `parameters` is the JSON text of its JSON Schema, `{}` where it takes anything.

    `strict` is what the caller asked for; calls are held to the schema wherever they are constrained at all.
    """

    name: str
    description: str = ""
    parameters: str = "{}"
    strict: bool = False


class NamedTool(msgspec.Struct, frozen=True):
    """The one tool that has to be called."""

    name: str


ToolChoice = Literal["auto", "none", "required"] | NamedTool
"""`auto`: the model decides. `none`: it is not told of the tools, and calls none. `required`: it calls at least one."""
