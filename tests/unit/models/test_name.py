import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.errors import AmbiguousModelName, ModelNotFound
from minerva.core.model import ModelFile
from minerva.models.name import find


def model(path: str, quantisation: str = "", name: str | None = None) -> ModelFile:
    stem = path.rpartition("/")[2].removesuffix(".gguf")
    return ModelFile(
        name=name or stem, paths=(path,), kind="model", size_bytes=1, modified_s=0, quantisation=quantisation
    )


QWEN_SMALL = model("/m/qwen2.5-0.5b-instruct-q4_0.gguf", "Q4_0")
QWEN_Q8 = model("/m/qwen2.5-7b-instruct-q8_0.gguf", "Q8_0")
QWEN_Q4 = model("/m/qwen2.5-7b-instruct-q4_k_m.gguf", "Q4_K_M")
LLAMA = model("/m/Llama-3.2-1B.gguf", "BF16")
SAME_A = model("/m/a/same.gguf", name="a/same")
SAME_B = model("/m/b/same.gguf", name="b/same")
SPLIT = ModelFile(
    name="big",
    paths=("/m/big-00001-of-00002.gguf", "/m/big-00002-of-00002.gguf"),
    kind="model",
    size_bytes=2,
    modified_s=0,
)
ALL = (QWEN_SMALL, QWEN_Q8, QWEN_Q4, LLAMA, SAME_A, SAME_B, SPLIT)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("qwen2.5-0.5b-instruct-q4_0", QWEN_SMALL),
        ("Qwen2.5-0.5B-Instruct-Q4_0", QWEN_SMALL),
        ("qwen2.5-0.5b-instruct-q4_0.gguf", QWEN_SMALL),
        ("/m/qwen2.5-0.5b-instruct-q4_0.gguf", QWEN_SMALL),
        ("./qwen2.5-0.5b-instruct-q4_0.gguf", QWEN_SMALL),
        ("m/qwen2.5-0.5b-instruct-q4_0", QWEN_SMALL),
        ("qwen2.5-0.5b", QWEN_SMALL),
        ("qwen2.5-0", QWEN_SMALL),
        ("qwen2.5:0.5b", QWEN_SMALL),
        ("qwen2.5-0.5b:latest", QWEN_SMALL),
        ("qwen2.5-7b:q8_0", QWEN_Q8),
        ("qwen2.5-7b:q4_k_m", QWEN_Q4),
        ("qwen2.5:7b-instruct-q4_k_m", QWEN_Q4),
        ("llama-3.2-1b:bf16", LLAMA),
        ("llama", LLAMA),
        ("  llama-3.2 ", LLAMA),
        ("a/same", SAME_A),
        ("B/same.gguf", SAME_B),
        ("m\\b\\same.gguf", SAME_B),
        ("big", SPLIT),
        ("big-00001-of-00002.gguf", SPLIT),
        ("/m/big-00002-of-00002.gguf", SPLIT),
    ],
)
def test_finds(name: str, expected: ModelFile) -> None:
    assert find(name, ALL) is expected


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("qwen2.5-7b", (QWEN_Q8, QWEN_Q4)),
        ("qwen2.5", (QWEN_SMALL, QWEN_Q8, QWEN_Q4)),
        ("qwen2.5:7b", (QWEN_Q8, QWEN_Q4)),
        ("same", (SAME_A, SAME_B)),
        ("same.gguf", (SAME_A, SAME_B)),
    ],
)
def test_lists_the_candidates(name: str, candidates: tuple[ModelFile, ...]) -> None:
    with pytest.raises(AmbiguousModelName) as caught:
        find(name, ALL)
    assert caught.value.candidates == tuple(candidate.name for candidate in candidates)
    assert caught.value.model == name
    for candidate in candidates:
        assert candidate.name in caught.value.message
        assert find(candidate.name, ALL) is candidate


@pytest.mark.parametrize("name", ["", " ", ":", "x:", ":q4_0", ".gguf", "5b", "instruct", "/", "7b:q3_k", "../m"])
def test_does_not_find(name: str) -> None:
    with pytest.raises(ModelNotFound) as caught:
        find(name, ALL)
    assert caught.value.model == name


@pytest.mark.timeout(5)
def test_what_is_too_long_for_a_name_is_compared_with_none() -> None:
    with pytest.raises(ModelNotFound, match=r"'x{80}'…: a name has at most 4096 characters") as caught:
        find("x" * 50_000_000, ALL)
    assert caught.value.model == "x" * 80


def test_suggests_names_that_are_near() -> None:
    with pytest.raises(ModelNotFound, match=r"Did you mean 'Llama-3\.2-1B'"):
        find("lama-3.2-1b", ALL)
    with pytest.raises(ModelNotFound, match="These are here: qwen"):
        find("zzzz", ALL)
    with pytest.raises(ModelNotFound, match="put a GGUF file"):
        find("llama", ())


def test_an_exact_name_is_never_ambiguous() -> None:
    short, long = model("/m/phi.gguf"), model("/m/phi-3.gguf")
    assert find("phi", (short, long)) is short


STEM = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,15}", fullmatch=True)


@given(st.lists(STEM, unique=True, min_size=1, max_size=6), st.text(max_size=20))
def test_every_name_finds_its_own_model(stems: list[str], other: str) -> None:
    models = [model(f"/m/{stem}.gguf") for stem in stems]
    for one in models:
        if not one.name.endswith((".gguf", ":latest")):
            assert find(one.name.upper(), models) is one
    with contextlib.suppress(ModelNotFound, AmbiguousModelName):
        assert find(other, models) in models
