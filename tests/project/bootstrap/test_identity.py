import pytest

from tools.bootstrap.identity import key_of, parse_cpuinfo, wheel_identity

X86 = """\
processor\t: 0
flags\t\t: fpu sse sse2 avx2 avx512f fma constant_tsc arat

processor\t: 1
flags\t\t: fpu sse sse2 avx2 fma constant_tsc arat
"""
ARM = """\
processor\t: 0
Features\t: fp asimd crc32 i8mm
"""


def test_of_x86_flags_only_instructions_count_and_only_those_of_every_processor() -> None:
    assert parse_cpuinfo(X86) == ["avx2", "fma", "sse", "sse2"]


def test_a_new_kernel_flag_changes_nothing() -> None:
    assert parse_cpuinfo(X86.replace("arat", "arat flush_l1d ibrs")) == parse_cpuinfo(X86)


def test_of_arm_all_features_count() -> None:
    assert parse_cpuinfo(ARM) == ["asimd", "crc32", "fp", "i8mm"]


def test_an_unknown_format_still_gives_something() -> None:
    assert parse_cpuinfo("") != []


def test_the_same_machine_and_choice_give_the_same_key() -> None:
    assert key_of(wheel_identity("a", "n", "", {})) == key_of(wheel_identity("a", "n", "", {}))


def test_spaces_between_arguments_do_not_matter() -> None:
    assert key_of(wheel_identity("a", "n", " -DX=1   -DY=2", {})) == key_of(wheel_identity("a", "n", "-DX=1 -DY=2", {}))


@pytest.mark.parametrize(
    "other",
    [
        wheel_identity("b", "n", "", {}),
        wheel_identity("a", "m", "", {}),
        wheel_identity("a", "n", "-DGGML_CUDA=on", {}),
        wheel_identity("a", "n", "", {"CXX": "clang++"}),
        {**wheel_identity("a", "n", "", {}), "cpu": ["sse"]},
        {**wheel_identity("a", "n", "", {}), "platform": "elsewhere"},
    ],
    ids=["source", "native", "cmake_args", "compiler", "cpu", "platform"],
)
def test_whatever_may_need_other_code_gives_another_key(other: dict[str, object]) -> None:
    assert key_of(other) != key_of(wheel_identity("a", "n", "", {}))


def test_unrelated_variables_do_not_matter() -> None:
    assert wheel_identity("a", "n", "", {"EDITOR": "vi", "CC": ""}) == wheel_identity("a", "n", "", {})
