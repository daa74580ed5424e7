"""What kept cells belong to: a model's file, and the settings that what is computed depends on."""

from __future__ import annotations

from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from minerva.core.model import ModelSpec
from minerva.engine.tiers.block import BLOCK_TOKENS

_HEAD_BYTES = 1024 * 1024
_SAMPLES, _SAMPLE_BYTES = 256, 4096


def key_of(spec: ModelSpec) -> bytes:
    """Return 16 bytes that differ where the cells of the same tokens may: weights, number formats, version, blocks."""
    options = spec.options
    settings = (
        _binding_version(),
        BLOCK_TOKENS,
        options.kv_type_k,
        options.kv_type_v,
        options.flash_attention,
    )
    found = blake2b(repr((*settings, spec.gpu_layers)).encode(), digest_size=16)
    for path in spec.paths:
        found.update(_fingerprint(Path(path)))
    return found.digest()


def _binding_version() -> str:
    try:
        return version("llama-cpp-python")
    except PackageNotFoundError:
        return "unknown"


def _fingerprint(path: Path) -> bytes:
    """Return a digest of a file's size, its beginning, and samples of all of it.

    Reading 40 GB to know them takes a minute. Two files of one size that agree in a megabyte and in 256 places are the
    same weights; what fine-tuning changes is spread over all tensors.
    """
    size = path.stat().st_size
    found = blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as file:
        found.update(file.read(_HEAD_BYTES))
        for index in range(_SAMPLES):
            file.seek((size - _SAMPLE_BYTES) * index // _SAMPLES if size > _SAMPLE_BYTES else 0)
            found.update(file.read(_SAMPLE_BYTES))
        file.seek(max(0, size - _SAMPLE_BYTES))
        found.update(file.read(_SAMPLE_BYTES))
    return found.digest()
