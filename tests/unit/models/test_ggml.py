import gguf

from minerva.models.ggml import FILE_TYPES, TENSOR_TYPES, ValueType


def test_tensor_types_agree_with_the_gguf_package() -> None:
    for kind, (block, size) in gguf.GGML_QUANT_SIZES.items():
        # The package says 40 for Q8_1, from when its scales were f32; no file holds that type.
        if kind.name != "Q8_1":
            assert TENSOR_TYPES[kind.value] == (kind.name, block, size)


def test_value_types_agree_with_the_gguf_package() -> None:
    assert {kind.name: kind.value for kind in ValueType} == {kind.name: kind.value for kind in gguf.GGUFValueType}


def test_file_types_agree_with_the_gguf_package() -> None:
    for kind in gguf.LlamaFileType:
        name = kind.name.removeprefix("MOSTLY_").removeprefix("ALL_").removesuffix("_MOE")
        assert name == "GUESSED" or FILE_TYPES[kind.value] == name


def test_a_started_block_counts_whole() -> None:
    assert TENSOR_TYPES[2].bytes_of(33) == 36
