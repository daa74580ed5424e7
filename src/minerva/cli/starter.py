"""What the chat in the terminal says of the starter model: what it is, and how to get a real one."""

from __future__ import annotations

import msgspec

from minerva.cli.client import NATIVE, Client
from minerva.cli.terminal import visible


class _Model(msgspec.Struct):
    name: str
    shipped: bool = False


class _Models(msgspec.Struct):
    models: list[_Model]
    folders: list[str]


def introduction(client: Client, name: str) -> str | None:
    """Return a line about model `name` if it is the one that ships with Minerva; `None` for any other."""
    found = client.get(f"{NATIVE}/models", _Models)
    if not any(model.shipped and model.name == name for model in found.models):
        return None
    folder = visible(found.folders[0]) if found.folders else "the models folder"
    return (
        f"{name} is a tiny model made by the Minerva project. For a real one, put a .gguf file into {folder}, then: "
        "minerva run NAME"
    )
