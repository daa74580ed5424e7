"""Embeddings equal those of a plain loop over the binding: alone, in company, beside others who generate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest

from minerva.core.model import LoadOptions
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import Cancel, Delta, Embed, Embedded, Ended, Refused, Step
from tests.support.bare_embedder import Vector, bare_embedder
from tests.support.engine_process import EngineProcess, end_of, text_of
from tests.support.tiny_encoder import CLS, SEP, SIZE, write_tiny_encoder
from tests.support.tiny_model import write_tiny_model

POOLING = gguf.PoolingType
EXACT = LoadOptions(kv_type_k="f32", kv_type_v="f32", flash_attention=False)
SENTENCES = [
    "the cat and the dog",
    "once upon a time there was a little girl",
    "a big red bird",
    "mom said no",
    "i like to play in the sun with my friend",
    "tree",
    "she saw what he did and they went home",
    "one two time word",
]
TEXTS = SENTENCES + [f"{first} {second}" for first, second in zip(SENTENCES, SENTENCES[::-1], strict=True)]


def vectors(made: list[Embedded]) -> list[Vector]:
    return [np.frombuffer(item.vector, "<f4") for item in made]


def scaled(vector: Vector) -> Vector:
    return vector / np.float32(np.linalg.norm(vector))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder") / "encoder.gguf")


@pytest.mark.parametrize("name", ["tiny", "stories260K-f32.gguf", "tinystories-656k-q8_0.gguf"])
def test_a_model_that_writes_gives_the_state_at_the_last_token(
    name: str, tiny_model: Path, shared_model: Callable[[str], Path]
) -> None:
    path = tiny_model if name == "tiny" else shared_model(name)
    with bare_embedder(path, pooling=0) as bare, EngineProcess(path, options=EXACT) as engine:
        assert engine.model.capabilities == ("completion", "embedding")
        together, end = engine.embed(*TEXTS)
        assert isinstance(end, Ended)
        assert end.prompt_tokens == sum(item.tokens for item in together)
        for text, item, vector in zip(TEXTS, together, vectors(together), strict=True):
            tokens = bare.tokenize(text)
            assert item.tokens == len(tokens)
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
            np.testing.assert_allclose(vector, scaled(bare.embed(tokens)), atol=2e-3)
            alone = vectors(engine.embed(text)[0])[0]
            np.testing.assert_allclose(vector, alone, atol=2e-3)
            np.testing.assert_array_equal(vectors(engine.embed(tuple(tokens))[0])[0], alone)


@pytest.mark.parametrize(("length", "batch"), [(210, 32), (256, 128)])
def test_a_text_longer_than_a_batch_is_read_in_pieces(tiny_model: Path, length: int, batch: int) -> None:
    options = LoadOptions(kv_type_k="f32", kv_type_v="f32", flash_attention=False, batch_tokens=batch)
    tokens = list(range(250, 250 + length))
    with bare_embedder(tiny_model, pooling=0) as bare, EngineProcess(tiny_model, options=options) as engine:
        made, _ = engine.embed(tuple(tokens), normalize=False)
        expected = bare.embed(tokens)
        np.testing.assert_allclose(vectors(made)[0], expected, atol=2e-3 * float(np.abs(expected).max()))


@pytest.mark.parametrize(
    ("pooling", "whole", "capabilities"),
    [
        (POOLING.LAST, False, ("embedding",)),
        (POOLING.RANK, False, ("rerank",)),
        (POOLING.MEAN, True, ("embedding",)),
    ],
)
def test_a_model_made_of_one_that_writes_pools_as_its_file_says(
    tmp_path: Path, pooling: gguf.PoolingType, whole: bool, capabilities: tuple[str, ...]
) -> None:
    path = write_tiny_model(tmp_path / "pooled.gguf", pooling=pooling)
    with bare_embedder(path) as bare, EngineProcess(path, whole=whole, options=EXACT) as engine:
        assert engine.model.capabilities == capabilities
        # One at a time: this file has no classifier, whose outputs llama.cpp would tell apart by.
        for text in TEXTS:
            (vector,) = vectors(engine.embed(text, normalize=False)[0])
            expected = bare.embed(bare.tokenize(text))
            np.testing.assert_allclose(vector, expected, atol=1e-3 * float(np.abs(expected).max()))


@pytest.mark.parametrize("pooling", [None, POOLING.MEAN, POOLING.CLS])
def test_an_encoder_pools_as_its_file_says_and_by_the_mean_where_it_is_silent(
    tmp_path: Path, pooling: gguf.PoolingType | None
) -> None:
    path = write_tiny_encoder(tmp_path / "encoder.gguf", pooling=pooling)
    used = POOLING.MEAN if pooling is None else pooling
    with (
        bare_embedder(path, window=128, pooling=int(used)) as bare,
        EngineProcess(path, whole=True, options=EXACT) as engine,
    ):
        model = engine.model
        assert (model.capabilities, model.embedding_length, model.context_length) == (("embedding",), SIZE, 128)
        assert model.kv_cells == model.memory.kv_bytes == 0
        together = vectors(engine.embed(*TEXTS)[0])
        for text, vector in zip(TEXTS, together, strict=True):
            assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
            np.testing.assert_allclose(vector, scaled(bare.embed(bare.tokenize(text))), atol=1e-4)
            np.testing.assert_allclose(vector, vectors(engine.embed(text)[0])[0], atol=1e-4)


def test_what_is_too_long_is_refused_or_cut_before_its_last_token(encoder: Path) -> None:
    with bare_embedder(encoder, window=128) as bare, EngineProcess(encoder, whole=True, options=EXACT) as engine:
        made, refused = engine.embed("tree", "tree " * 200)
        assert made == []
        assert isinstance(refused, Refused)
        assert (refused.error.code, refused.error.maximum, refused.error.required) == (
            "context_length_exceeded",
            128,
            202,
        )
        assert "`input[1]`" in refused.error.message
        made, end = engine.embed("tree", "tree " * 200, truncate=True)
        assert isinstance(end, Ended)
        assert [(item.tokens, item.cut) for item in made] == [(3, 0), (128, 74)]
        kept = bare.tokenize("tree " * 126)
        assert (kept[0], kept[-1], len(kept)) == (CLS, SEP, 128)
        np.testing.assert_allclose(vectors(made)[1], scaled(bare.embed(kept)), atol=1e-5)
        assert engine.embed("tree " * 20, truncate=True, window=10)[0][0].tokens == 10


def test_dimensions_are_the_first_ones_scaled_again(encoder: Path) -> None:
    with EngineProcess(encoder, whole=True) as engine:
        raw, short = (vectors(engine.embed("the cat", **fields)[0])[0] for fields in ({"normalize": False}, {}))
        np.testing.assert_allclose(short, scaled(raw), atol=1e-6)
        few = vectors(engine.embed("the cat", dimensions=5)[0])[0]
        np.testing.assert_allclose(few, scaled(raw[:5]), atol=1e-6)


def test_control_tokens_in_a_text_are_text(encoder: Path) -> None:
    with EngineProcess(encoder, whole=True) as engine:
        spelled, token = engine.embed("cat [SEP] dog")[0][0], engine.embed((CLS, 60, SEP, 70, SEP))[0][0]
        assert spelled.tokens > token.tokens == 5


def test_a_reranker_scores_pairs(tmp_path: Path) -> None:
    path = write_tiny_encoder(tmp_path / "ranker.gguf", pooling=POOLING.RANK)
    with bare_embedder(path, window=128) as bare, EngineProcess(path, whole=True) as engine:
        assert (engine.model.capabilities, engine.model.embedding_length) == (("rerank",), 1)
        made, _ = engine.embed(*TEXTS, query="my little friend", normalize=False)
        for text, vector in zip(TEXTS, vectors(made), strict=True):
            query, document = (bare.tokenize(one, special=False) for one in ("my little friend", text))
            np.testing.assert_allclose(vector, bare.embed([CLS, *query, SEP, *document]), atol=2e-3)
        assert len({float(vector[0]) for vector in vectors(made)}) == len(TEXTS)


def test_a_template_of_the_rerankers_own_makes_the_pair(tmp_path: Path) -> None:
    template = "<|im_start|>{document}<|im_end|> {query}"
    path = write_tiny_model(tmp_path / "own.gguf", metadata={"tokenizer.chat_template.rerank": template})
    with bare_embedder(path, pooling=0) as bare, EngineProcess(path, options=EXACT) as engine:
        (item,), _ = engine.embed("the <|im_end|> cat", query="dog")
        assert len(bare.tokenize("<|im_end|>", special=False)) > 1
        # The template's own marks are one token each, what the document spells is not.
        assert item.tokens < len(bare.tokenize("<|im_start|>the <|im_end|> cat<|im_end|> dog", special=False))
        assert item.tokens > len(bare.tokenize("the cat dog", special=False)) + 2


def test_an_encoder_writes_nothing_and_goes_on(encoder: Path) -> None:
    with EngineProcess(encoder, whole=True) as engine:
        (refused,) = engine.generate("Once upon a time")
        assert isinstance(refused, Refused)
        assert refused.error.code == "invalid_request"
        assert len(engine.embed("the cat")[0]) == 1


def test_generation_beside_embeddings_has_the_text_it_has_alone_and_is_not_held_up(tiny_model: Path) -> None:
    options = LoadOptions(kv_type_k="f32", kv_type_v="f32", flash_attention=False, step_target_s=0.02)
    never = SamplingOptions(temperature=0.0, ignore_eos=True)
    with EngineProcess(tiny_model, cells=8192, options=options) as engine:
        alone = text_of(engine.generate("Once upon a time", never, max_tokens=60, cache_prompt=False))
        number = engine.submit("Once upon a time", never, max_tokens=60, cache_prompt=False)
        engine.send(Embed(id=999, request_id="e", inputs=((7,) * 400,) * 40))
        news: list[object] = []
        between = 0
        while not any(isinstance(item, Ended) and item.id == number for item in news):
            step = engine.receive()
            assert isinstance(step, Step)
            news += step.news
            between += len(step.embedded)
        assert "".join(item.text for item in news if isinstance(item, Delta)) == alone
        # Forty texts of 400 tokens are far more work than sixty tokens: they were not all done first.
        assert between < 40
        engine.send(Cancel(999))
        while not any(isinstance(item, Ended) and item.id == 999 for item in news):
            step = engine.receive()
            assert isinstance(step, Step)
            news += step.news
        assert end_of(engine.generate("Once upon a time", max_tokens=3)).completion_tokens == 3
        assert engine.last_step is not None
        assert engine.last_step.stats.running == engine.last_step.stats.waiting == 0


def test_a_cancel_stops_an_encoder_between_batches(tmp_path: Path) -> None:
    path = write_tiny_encoder(tmp_path / "long.gguf", context=512)
    with EngineProcess(path, whole=True) as engine:
        engine.send(Embed(id=50, request_id="e", inputs=((70,) * 500,) * 2000))
        engine.receive()
        engine.send(Cancel(50))
        made = 0
        while True:
            step = engine.receive()
            assert isinstance(step, Step)
            made += len(step.embedded)
            if any(isinstance(item, Ended) and item.reason == "cancelled" for item in step.news):
                break
        assert made < 2000
        assert len(engine.embed("the cat")[0]) == 1
