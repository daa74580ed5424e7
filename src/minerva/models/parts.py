"""Split models: `NAME-00001-of-00003.gguf` and its fellows are one model."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from minerva.core.model import InvalidFile
from minerva.models.description import Description
from minerva.models.folders import FoundFile

_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
"""The form that `llama_split_path` of llama.cpp writes and expects."""

Described = tuple[FoundFile, Description]


class Group(msgspec.Struct, frozen=True):
    """The files of one model in order, of which there is one unless it is split. `stem` names it."""

    stem: str
    files: tuple[FoundFile, ...]
    descriptions: tuple[Description, ...]

    @property
    def shipped(self) -> bool:
        """Whether the model came with Minerva."""
        return self.files[0].shipped


def stem_of(path: Path) -> str:
    """Return the name of the model whose file, or part, is `path`."""
    part = _PART.fullmatch(path.name)
    return part["stem"] if part else path.stem


def group_parts(described: Iterable[Described]) -> tuple[list[Group], list[InvalidFile]]:
    """Put the parts of split models together; a group that is not whole is invalid, and its first file says why."""
    groups: list[Group] = []
    invalid: list[InvalidFile] = []
    split: defaultdict[tuple[str, str, int], dict[int, Described]] = defaultdict(dict)
    for file, description in described:
        path = Path(file.path)
        if match := _PART.fullmatch(path.name):
            key = (str(path.parent), match["stem"], int(match["count"]))
            split[key][int(match["number"])] = (file, description)
        elif description.parts > 1:
            place = f"part {description.part + 1} of {description.parts}"
            advice = "give it back its name, NAME-00001-of-00003.gguf"
            invalid.append(InvalidFile(file.path, f"it is {place} of a split model and was renamed; {advice}"))
        else:
            groups.append(Group(path.stem, (file,), (description,)))
    for (_, stem, count), parts in split.items():
        ordered = [parts[number] for number in sorted(parts)]
        if reason := _fault(stem, count, parts):
            invalid.append(InvalidFile(ordered[0][0].path, reason))
        else:
            files, descriptions = zip(*ordered, strict=True)
            groups.append(Group(stem, files, descriptions))
    return groups, invalid


def _fault(stem: str, count: int, parts: dict[int, Described]) -> str | None:
    """Say why `parts`, by the numbers in their names, are not the `count` parts of one model; `None` if they are."""
    missing = [number for number in range(1, min(count, 1_000) + 1) if number not in parts]
    if missing:
        names = ", ".join(f"{stem}-{number:05}-of-{count:05}.gguf" for number in missing[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        return f"{len(missing)} of its {count} parts are missing: {names}{more}. Download them, or all parts again"
    if len(parts) != count:
        return f"its name claims {count} parts and {len(parts)} are there"
    for number, (file, description) in parts.items():
        if (description.part + 1, description.parts) != (number, count):
            inside = f"part {description.part + 1} of {description.parts}"
            return f"{Path(file.path).name} says of itself that it is {inside}; its name is wrong"
    tensors = sum(description.tensors for _, description in parts.values())
    expected = parts[1][1].all_tensors
    if expected and tensors != expected:
        return f"its parts hold {tensors} tensors of {expected}: they are not of one model. Download them again"
    return None
