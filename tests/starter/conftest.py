"""A briefly trained starter model, for all tests of this folder; they are skipped where its tools are not installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from starter.model import Llama


@dataclass(frozen=True)
class Trained:
    """A network with random weights, its tokenizer, and both as files."""

    model: Llama
    tokenizer: Tokenizer
    file: Callable[[str], Path]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Weights are random, but not as small as at the start of training: each part changes the logits."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("tokenizers")
    from starter.export import Card, export
    from starter.model import Llama, Shape
    from starter.render import Renderer
    from starter.tokenizer import corpus_texts, train

    torch.manual_seed(0)
    tokenizer = train(corpus_texts(Renderer(), 1, 600), 640)
    model = Llama(Shape(tokenizer.get_vocab_size(), 64, 2, 4, 2, 96, 256))
    for weights in model.parameters():
        torch.nn.init.normal_(weights, std=weights.shape[-1] ** -0.5) if weights.ndim == 2 else None
        torch.nn.init.uniform_(weights, 0.5, 1.5) if weights.ndim == 1 else None
    folder = tmp_path_factory.mktemp("starter")

    def file(kind: str) -> Path:
        path = folder / f"{kind}.gguf"
        if not path.exists():
            export(model, tokenizer, Card(7, "abc", 3, 5), path, kind)
        return path

    return Trained(model, tokenizer, file)
