"""Dimensions of real models, for tests of the memory estimate."""

from minerva.core.model import ModelFile, ModelShape

QWEN = ModelShape("qwen2", 32_768, 151_936, 24, 896, 14, (2,) * 24, 64, 64, 4_864)
STORIES = ModelShape("llama", 512, 512, 5, 64, 8, (4,) * 5, 8, 8, 172)
TINY_STORIES = ModelShape("llama", 512, 2_304, 2, 128, 8, (4, 4), 16, 16, 384)
LLAMA_8B = ModelShape("llama", 131_072, 128_256, 32, 4_096, 32, (8,) * 32, 128, 128, 14_336)
MAMBA = ModelShape("mamba", 1 << 20, 50_280, 24, 768, 0, (0,) * 24, 0, 0, 0, state_size=24 * (3 * 1_536 + 16 * 1_536))


def model_of(shape: ModelShape, weight_bytes: int, parameters: int) -> ModelFile:
    """A model of that shape that is nowhere on disk."""
    return ModelFile(
        name=shape.architecture,
        paths=("model.gguf",),
        kind="model",
        size_bytes=weight_bytes,
        modified_s=0,
        parameters=parameters,
        weight_bytes=weight_bytes,
        shape=shape,
    )
