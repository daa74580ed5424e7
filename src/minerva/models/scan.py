"""Which models are on disk, and what is wrong with the files that only look like models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from minerva.core.errors import InvalidModelFile
from minerva.core.model import InvalidFile, ModelFile
from minerva.models.description import Description, describe
from minerva.models.folders import FoundFile, find_files
from minerva.models.gguf import read_header
from minerva.models.parts import Described, Group, group_parts
from minerva.models.scan_cache import ScanCache


class ScanResult(msgspec.Struct, frozen=True):
    """What a scan found: models by name, files that cannot be used by path."""

    models: tuple[ModelFile, ...] = ()
    invalid: tuple[InvalidFile, ...] = ()


def scan(folders: Sequence[Path], cache_path: Path | None = None, shipped: Path | None = None) -> ScanResult:
    """Read the headers of all `*.gguf` files below `folders`; those that `cache_path` knows are not opened.

    `shipped` is the model that comes with Minerva; it is listed if it is there.
    Never raises for what is on disk: a file or folder that cannot be used is in `invalid` with the reason.
    """
    found, invalid = find_files(folders, shipped)
    described, unreadable = _describe_all(found, ScanCache(cache_path))
    groups, incomplete = group_parts(described)
    faults = sorted([*invalid, *unreadable, *incomplete], key=lambda fault: fault.path)
    return ScanResult(tuple(_name_all(groups)), tuple(faults))


def _describe_all(found: Iterable[FoundFile], cache: ScanCache) -> tuple[list[Described], list[InvalidFile]]:
    described: list[Described] = []
    invalid: list[InvalidFile] = []
    for file in found:
        description = cache.get(file)
        try:
            if description is None:
                description = describe(read_header(file.path), file.path)
                cache.put(file, description)
            described.append((file, description))
        except InvalidModelFile as error:
            invalid.append(InvalidFile(file.path, error.message.removeprefix(f"{file.path} ")))
    cache.save()
    return described, invalid


def _name_all(groups: Iterable[Group]) -> list[ModelFile]:
    """Name each group by its stem; where several share one, by as many folders before it as tell them apart.

    `/` separates folders on every platform. The names are unique without regard to case. The shipped model has its stem
    for a name whatever else there is: a person's own file of that stem is the one that gets its folder.
    """
    by_stem: defaultdict[str, list[Group]] = defaultdict(list)
    for group in groups:
        by_stem[group.stem.lower()].append(group)
    models = [
        _model(name, group) for same in by_stem.values() for name, group in zip(_unique_names(same), same, strict=True)
    ]
    return sorted(models, key=lambda model: model.name.lower())


def _unique_names(groups: Sequence[Group]) -> list[str]:
    trails = [_trail(group) for group in groups]
    for depth in range(1, max(len(trail) for trail in trails) + 1):
        names = ["/".join(trail[-depth:]) for trail in trails]
        if len({name.lower() for name in names}) == len(names):
            return names
    # Paths that differ in case alone, or in being split: file names tell them apart.
    return [group.stem if group.shipped else group.files[0].path for group in groups]


def _trail(group: Group) -> tuple[str, ...]:
    return (group.stem,) if group.shipped else (*Path(group.files[0].path).parent.parts, group.stem)


def _model(name: str, group: Group) -> ModelFile:
    first: Description = group.descriptions[0]
    return ModelFile(
        name=name,
        paths=tuple(file.path for file in group.files),
        kind=first.kind,
        size_bytes=sum(file.size_bytes for file in group.files),
        modified_s=max(file.modified_ns for file in group.files) / 1e9,
        title=first.title,
        quantisation=first.quantisation,
        parameters=sum(part.parameters for part in group.descriptions),
        weight_bytes=sum(part.weight_bytes for part in group.descriptions),
        shape=first.shape,
        has_chat_template=first.has_chat_template,
        capabilities=first.capabilities,
        shipped=group.shipped,
    )
