"""Whether a model can do what is asked of it."""

from __future__ import annotations

import re

import pytest

from minerva.core.embedding import EmbedRequest
from minerva.core.errors import InvalidRequest
from minerva.core.model import Capability, LoadedModel, MemoryPlan
from minerva.core.sampling import SamplingOptions
from minerva.service.capability import MAX_NUMBERS, check_dimensions, check_size, require

MODEL = LoadedModel(
    name="m",
    context_length=64,
    kv_cells=64,
    max_sequences=1,
    vocabulary=10,
    threads=1,
    device="CPU",
    gpu_layers=0,
    chat_template=None,
    bos="",
    eos="",
    embedding_length=1024,
    sampling=SamplingOptions(),
    memory=MemoryPlan(0, 0, 0, 0),
    load_s=0.0,
    pid=1,
)


@pytest.mark.parametrize(
    ("wanted", "capabilities", "words"),
    [
        (
            "completion",
            ("embedding",),
            "writes no text; it gives embeddings (/v1/embeddings, /api/embed). Name",
        ),
        ("embedding", ("rerank",), "gives no embeddings; it scores documents (/v1/rerank). Name an embedding model"),
        ("rerank", ("completion", "embedding"), "is no reranker; it writes text and gives embeddings"),
    ],
)
def test_what_a_model_cannot_do_is_refused_with_what_it_can(
    wanted: Capability, capabilities: tuple[Capability, ...], words: str
) -> None:
    with pytest.raises(InvalidRequest, match=re.escape(words)) as caught:
        require(wanted, "m", capabilities)
    assert caught.value.param == "model"
    require(wanted, "m", ())
    require(wanted, "m", (*capabilities, wanted))


@pytest.mark.parametrize("asked", [0, 1025])
def test_no_more_dimensions_than_there_are(asked: int) -> None:
    with pytest.raises(InvalidRequest, match="must be 1 to 1024") as caught:
        check_dimensions(asked, MODEL)
    assert caught.value.param == "dimensions"
    for fine in (None, 1, 1024):
        check_dimensions(fine, MODEL)


@pytest.mark.parametrize("dimensions", [None, 256])
def test_no_more_numbers_than_an_answer_may_hold(dimensions: int | None) -> None:
    most = MAX_NUMBERS // (dimensions or 1024)
    check_size(EmbedRequest(request_id="r", inputs=("x",) * most, dimensions=dimensions), MODEL)
    with pytest.raises(InvalidRequest, match=f"Send at most {most:,} texts at once") as caught:
        check_size(EmbedRequest(request_id="r", inputs=("x",) * (most + 1), dimensions=dimensions), MODEL)
    assert caught.value.param == "input"
