"""A GGUF file with its weights in another format.

In 32 bits what is left of rounding is far smaller than a choice between tokens.
"""

from __future__ import annotations

from pathlib import Path

import gguf

_OF_THE_FILE = ("GGUF.", "general.architecture", "general.file_type")
"""What the writer writes by itself, or what is no longer so."""


def write_as(kind: gguf.GGMLQuantizationType, source: Path, target: Path) -> Path:
    """Write `target`, the model in `source` with the matrices of its blocks as `kind` and all else in float32.

    Returns `target`.
    """
    reader = gguf.GGUFReader(source)
    architecture = reader.get_field("general.architecture")
    if architecture is None:
        raise ValueError(f"{source} names no architecture.")
    writer = gguf.GGUFWriter(target, architecture.contents())
    for name, field in reader.fields.items():
        if not name.startswith(_OF_THE_FILE):
            of_items = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), field.types[0], sub_type=of_items)
    for tensor in reader.tensors:
        weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        if tensor.name.startswith("blk.") and weights.ndim == 2:
            writer.add_tensor(tensor.name, gguf.quants.quantize(weights, kind), raw_dtype=kind)
        else:
            writer.add_tensor(tensor.name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file(progress=False)
    writer.close()
    return target
