"""What a header means: the kind of file, its size, its quantisation."""

from __future__ import annotations

from collections import Counter

import msgspec

from minerva.core.errors import InvalidModelFile
from minerva.core.model import Capability, FileKind, ModelShape
from minerva.models.ggml import FILE_TYPES
from minerva.models.gguf import Header
from minerva.models.shape import read_capabilities, read_shape


class Description(msgspec.Struct, frozen=True):
    """One file. `part` counts from 0 among `parts`; a part that is not the first knows its tensors alone."""

    kind: FileKind
    title: str
    quantisation: str
    parameters: int
    weight_bytes: int
    shape: ModelShape | None
    has_chat_template: bool
    part: int = 0
    parts: int = 1
    tensors: int = 0
    all_tensors: int = 0
    capabilities: tuple[Capability, ...] = ()


def describe(header: Header, path: str) -> Description:
    """Say what the file at `path` is.

    Raises:
        InvalidModelFile: It is a sound GGUF file and nothing that Minerva can use, or says of which model it is not.
    """
    part, parts = header.integer("split.no") or 0, header.integer("split.count") or 1
    architecture = header.text("general.architecture")
    if part == 0 and not architecture:
        raise _unusable(path, "its header has no general.architecture")
    kind = _kind(header, architecture or "", path)
    shape = read_shape(header, architecture) if architecture and kind in {"model", "vocabulary"} else None
    if kind == "model" and part == 0 and (shape is None or not shape.layers or not shape.context_length):
        raise _unusable(
            path, f"it holds no language model: its header has no {architecture}.block_count or .context_length"
        )
    return Description(
        kind=kind,
        title=header.text("general.name") or header.text("general.basename") or "",
        quantisation=_quantisation(header),
        parameters=sum(tensor.elements for tensor in header.tensors),
        weight_bytes=sum(tensor.size_bytes for tensor in header.tensors),
        shape=shape,
        has_chat_template="tokenizer.chat_template" in header.metadata,
        part=part,
        parts=parts,
        tensors=len(header.tensors),
        all_tensors=header.integer("split.tensors.count") or 0,
        capabilities=read_capabilities(header, architecture) if architecture and kind == "model" else (),
    )


def _kind(header: Header, architecture: str, path: str) -> FileKind:
    """Decide by `general.type` as current converters write it, and by the keys that older ones left."""
    declared = header.text("general.type")
    if declared == "imatrix" or architecture == "imatrix":
        raise _unusable(path, "it is an importance matrix, an input of quantisation, and no model")
    if declared == "mmproj" or architecture == "clip":
        return "projector"
    if declared == "adapter" or "adapter.type" in header.metadata or architecture == "controlvector":
        return "adapter"
    if header.tensors or header.integer("split.count"):
        return "model"
    if "tokenizer.ggml.tokens" in header.metadata:
        return "vocabulary"
    raise _unusable(path, "it has neither tensors nor a vocabulary")


def _quantisation(header: Header) -> str:
    """Name `general.file_type`, or else the type that holds the most weights, as `llama-quantize` would name it."""
    file_type = header.integer("general.file_type")
    if file_type in FILE_TYPES and header.tensors:
        return FILE_TYPES[file_type]
    weights = Counter[str]()
    for tensor in header.tensors:
        weights[tensor.type.name] += tensor.elements
    return weights.most_common(1)[0][0] if weights else ""


def _unusable(path: str, reason: str) -> InvalidModelFile:
    return InvalidModelFile(f"{path} is not a usable model file: {reason}", path)
