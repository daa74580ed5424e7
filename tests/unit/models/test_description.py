from pathlib import Path

import pytest

from minerva.core.errors import InvalidModelFile
from minerva.models.description import Description, describe
from minerva.models.gguf import read_header
from tests.unit.models.headers import F16, LLAMA, Q4_0, WEIGHTS, Metadata, Tensor, gguf_bytes


def described(tmp_path: Path, metadata: Metadata, tensors: tuple[Tensor, ...] = tuple(WEIGHTS)) -> Description:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf_bytes(metadata, tensors))
    return describe(read_header(path), str(path))


def test_a_model(tmp_path: Path) -> None:
    model = described(tmp_path, {**LLAMA, "tokenizer.chat_template": "{{ messages }}", "general.file_type": 15})
    assert (model.kind, model.title, model.quantisation) == ("model", "Small", "Q4_K_M")
    assert (model.parameters, model.weight_bytes) == (2 * 192, 768 + 108)
    assert model.has_chat_template
    shape = model.shape
    assert shape is not None
    assert (shape.architecture, shape.context_length, shape.vocabulary, shape.layers) == ("llama", 1024, 3, 2)
    assert (shape.heads, shape.kv_heads, shape.key_length, shape.value_length) == (4, (2, 2), 16, 16)


def test_without_a_file_type_the_most_common_tensor_type_names_it(tmp_path: Path) -> None:
    tensors = (("a", (64,), F16), ("b", (64, 64), Q4_0))
    assert described(tmp_path, LLAMA, tensors).quantisation == "Q4_0"
    assert described(tmp_path, {**LLAMA, "general.file_type": 1024}, tensors).quantisation == "Q4_0"
    assert described(tmp_path, {**LLAMA, "general.file_type": 0}, tensors).quantisation == "F32"


@pytest.mark.parametrize(
    ("metadata", "tensors", "kind"),
    [
        ({"general.architecture": "clip", "general.type": "mmproj"}, WEIGHTS, "projector"),
        ({"general.architecture": "clip", "clip.has_vision_encoder": True}, WEIGHTS, "projector"),
        ({"general.architecture": "llama", "general.type": "adapter"}, WEIGHTS, "adapter"),
        ({"general.architecture": "llama", "adapter.type": "lora"}, WEIGHTS, "adapter"),
        ({"general.architecture": "controlvector"}, WEIGHTS, "adapter"),
        (LLAMA, (), "vocabulary"),
        (LLAMA, WEIGHTS, "model"),
    ],
)
def test_kinds(tmp_path: Path, metadata: Metadata, tensors: tuple[Tensor, ...], kind: str) -> None:
    assert described(tmp_path, metadata, tuple(tensors)).kind == kind


@pytest.mark.parametrize(
    ("metadata", "tensors", "reason"),
    [
        ({"general.name": "x"}, WEIGHTS, "no general.architecture"),
        ({"general.architecture": "flux"}, WEIGHTS, "flux.block_count"),
        ({"general.architecture": "llama"}, (), "neither tensors nor a vocabulary"),
        ({"general.architecture": "llama", "general.type": "imatrix"}, WEIGHTS, "importance matrix"),
    ],
)
def test_what_is_no_model(tmp_path: Path, metadata: Metadata, tensors: tuple[Tensor, ...], reason: str) -> None:
    with pytest.raises(InvalidModelFile, match=reason):
        described(tmp_path, metadata, tuple(tensors))


def test_heads_of_each_layer(tmp_path: Path) -> None:
    metadata = {**LLAMA, "llama.attention.head_count_kv": [2, 0], "llama.attention.key_length": 32}
    shape = described(tmp_path, metadata).shape
    assert shape is not None
    assert (shape.kv_heads, shape.key_length, shape.value_length) == ((2, 0), 32, 16)


def test_absurd_dimensions_count_as_silent(tmp_path: Path) -> None:
    metadata = {**LLAMA, "llama.embedding_length": 2**40, "llama.attention.head_count_kv": [2]}
    shape = described(tmp_path, metadata).shape
    assert shape is not None
    assert (shape.embedding, shape.key_length, shape.kv_heads) == (0, 0, (2, 4))
    with pytest.raises(InvalidModelFile, match="block_count"):
        described(tmp_path, {**LLAMA, "llama.block_count": 2**31})


def hybrid(architecture: str, **keys: int) -> Metadata:
    dotted = {key.replace("__", "."): value for key, value in keys.items()}
    common = {"block_count": 8, "context_length": 512, "embedding_length": 64, "attention.head_count": 4}
    return {"general.architecture": architecture} | {
        f"{architecture}.{key}": value for key, value in {**common, **dotted}.items()
    }


@pytest.mark.parametrize(
    ("metadata", "kv_heads", "state_size"),
    [
        (hybrid("mamba", ssm__inner_size=128, ssm__state_size=16, ssm__conv_kernel=4), (0,) * 8, 8 * (384 + 2048)),
        (hybrid("rwkv6", wkv__head_size=16), (0,) * 8, 8 * 64 * 18),
        (hybrid("qwen3next", ssm__inner_size=64, ssm__state_size=8), (0, 0, 0, 4) * 2, 6 * 512),
        (hybrid("qwen3next", full_attention_interval=2), (0, 4) * 4, 0),
        (hybrid("gemma3n", attention__shared_kv_layers=3), (4,) * 5 + (0,) * 3, 0),
        (hybrid("llama"), (4,) * 8, 0),
    ],
)
def test_layers_without_keys_and_values(
    tmp_path: Path, metadata: Metadata, kv_heads: tuple[int, ...], state_size: int
) -> None:
    shape = described(tmp_path, metadata).shape
    assert shape is not None
    assert (shape.kv_heads, shape.state_size) == (kv_heads, state_size)


def test_latent_attention_keeps_keys_alone(tmp_path: Path) -> None:
    keys = {"attention__key_length": 576, "attention__value_length": 512, "attention__key_length_mla": 192}
    shape = described(tmp_path, hybrid("deepseek2", **keys)).shape
    assert shape is not None
    assert (shape.key_length, shape.value_length) == (576, 0)
