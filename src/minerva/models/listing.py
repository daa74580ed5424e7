"""Files and presets as one list. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from minerva.core.model import InvalidFile, ModelFile
from minerva.core.preset import Preset, name_key
from minerva.models.scan import ScanResult


def preset_entry(preset: Preset, file: ModelFile) -> ModelFile:
    """Return `preset`, which is one of the model in `file`, as an entry of a list."""
    return msgspec.structs.replace(
        file,
        name=preset.name,
        title="",
        modified_s=preset.modified_s,
        has_chat_template=file.has_chat_template or bool(preset.template),
        shipped=False,
        preset_of=file.name,
        context_limit=preset.context_length,
    )


def with_presets(files: ScanResult, presets: Sequence[Preset], invalid: Iterable[InvalidFile]) -> ScanResult:
    """Return `files` with an entry for each preset; `invalid` are those whose own file cannot be used.

    A preset whose model is not there cannot be used either, and nor can a file whose name a preset has: who asks for
    that name gets the preset.
    """
    names = {name_key(preset.name) for preset in presets}
    models = [file for file in files.models if name_key(file.name) not in names]
    hidden = (file for file in files.models if name_key(file.name) in names)
    hiding = (InvalidFile(file.paths[0], f"a preset has its name, {file.name!r}; rename the file") for file in hidden)
    faults = [*files.invalid, *invalid, *hiding]
    usable = {name_key(file.name): file for file in files.models if file.kind == "model"}
    for preset in presets:
        model = usable.get(name_key(preset.model))
        if model is None:
            faults.append(InvalidFile(preset.name, f"it is a preset of {preset.model!r}, which is not here"))
        else:
            models.append(preset_entry(preset, model))
    return ScanResult(
        tuple(sorted(models, key=lambda model: model.name.lower())),
        tuple(sorted(faults, key=lambda fault: fault.path)),
    )
