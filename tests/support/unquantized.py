"""A GGUF file's weights as 32-bit floats: what is left of rounding is then far smaller than a choice between tokens."""

from __future__ import annotations

from pathlib import Path

import gguf

_OF_THE_FILE = ("GGUF.", "general.architecture", "general.file_type")
"""What the writer writes by itself, or what is no longer so."""


def write_unquantized(source: Path, target: Path) -> Path:
    """Write `target`, the model in `source` with each tensor in float32; return `target`."""
    reader = gguf.GGUFReader(source)
    architecture = reader.get_field("general.architecture")
    if architecture is None:
        raise ValueError(f"{source} names no architecture.")
    writer = gguf.GGUFWriter(target, architecture.contents())
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    for name, field in reader.fields.items():
        if not name.startswith(_OF_THE_FILE):
            kind = field.types[0]
            of_items = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), kind, sub_type=of_items)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file(progress=False)
    writer.close()
    return target
