"""Chat templates in files of their own, which hold instead of those in model files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from minerva.core.errors import InvalidModelFile
from minerva.core.model import ChatTemplate, ModelFile
from minerva.models.gguf import KEPT_TEXT_BYTES
from minerva.models.parts import stem_of

SUFFIX = ".jinja"


class TemplateFiles:
    """Where they lie. Files are read when they are asked for; its methods may be called from any thread."""

    def __init__(self, named: Mapping[str, Path]) -> None:
        """`named` has the file of some models, by the full name of the model, without regard to case.

        Any other model has the one that lies beside it under its own name, `NAME.jinja` beside `NAME.gguf`, if any.
        """
        self._named = {_key(name): path for name, path in named.items()}

    def find(self, model: ModelFile) -> Path | None:
        """Return the file whose template holds for `model`; `None` leaves it the one in its own file."""
        if (named := self._named.get(_key(model.name))) is not None:
            return named
        first = Path(model.paths[0])
        beside = first.with_name(stem_of(first) + SUFFIX)
        return beside if beside.is_file() else None

    def read(self, model: ModelFile) -> ChatTemplate | None:
        """Return the template that holds for `model` instead of its own. Raises as `read_template` does."""
        path = self.find(model)
        return None if path is None else read_template(path)

    def unused(self, names: frozenset[str]) -> tuple[str, ...]:
        """Return the names for which there is a file and that none of the models `names` has."""
        known = {_key(name) for name in names}
        return tuple(name for name in self._named if name not in known)


def read_template(path: Path) -> ChatTemplate:
    """Return the template in the file at `path`. Raises `InvalidModelFile` if it cannot be read, or is too long."""
    try:
        with path.open("rb") as file:
            data = file.read(KEPT_TEXT_BYTES + 1)
        if len(data) > KEPT_TEXT_BYTES:
            raise InvalidModelFile(f"The chat template {path} has more than {KEPT_TEXT_BYTES:,} bytes.", str(path))
        # Python's `utf-8-sig` takes away the byte order mark with which some editors begin a file.
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidModelFile(f"The chat template {path} cannot be read: {error}.", str(path)) from error
    return ChatTemplate(text.replace("\r\n", "\n"), str(path))


def _key(name: str) -> str:
    return name.lower().removesuffix(":latest")
