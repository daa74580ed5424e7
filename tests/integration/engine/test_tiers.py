"""What left the context comes back from RAM and from disk, also to another process, and changes no answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

import minerva
from minerva.core.model import CacheOptions, LoadOptions
from minerva.engine.tiers import block_file
from minerva.engine.tiers.block import Block
from tests.support.engine_process import EngineProcess, admitted, end_of, text_of, tokens_of
from tests.support.tiny_recurrent import write_tiny_recurrent

STARTER = Path(minerva.__file__).parent / "models" / "starter.gguf"
_WORDS = ["apple", "river", "stone", "lamp", "green", "horse", "window", "paper", "cloud", "spoon", "market", "yellow"]
RAM = CacheOptions(ram_bytes=64 * 1024 * 1024)


def prompt_of(number: int, words: int = 90) -> str:
    """Return a question of about 300 tokens that begins like no other; of its answer the model is sure."""
    text = " ".join(f"{_WORDS[(number * 7 + word * word) % len(_WORDS)]}{number}" for word in range(words))
    return f"<|im_start|>user\nRepeat: {text}<|im_end|>\n<|im_start|>assistant\n"


def start(path: Path, cache: CacheOptions | None = None, **options: str) -> EngineProcess:
    return EngineProcess(
        path,
        context=1024,
        cells=1024,
        cache=cache,
        options=LoadOptions(max_sequences=4, **options),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("kv_type", ["f16", "q8_0"])
def test_conversations_that_have_no_room_together_come_back_from_ram(kv_type: str) -> None:
    with start(STARTER, kv_type_k=kv_type, kv_type_v=kv_type) as plain:
        expected = [text_of(plain.generate(prompt_of(number), max_tokens=8, cache_prompt=False)) for number in range(6)]
    with start(STARTER, RAM, kv_type_k=kv_type, kv_type_v=kv_type) as engine:
        for turn in range(3):
            for number in range(6):
                news = engine.generate(prompt_of(number), max_tokens=8)
                assert text_of(news) == expected[number]
                prompt = admitted(news)
                if turn:
                    assert prompt.cached_tokens >= prompt.prompt_tokens - 16
        assert engine.last_step is not None
        assert engine.last_step.stats.restored_tokens > 1000


def test_another_process_goes_on_from_the_disk(tmp_path: Path) -> None:
    cache = CacheOptions(ram_bytes=0, folder=str(tmp_path), disk_bytes=10**9)
    with start(STARTER, cache) as engine:
        first = engine.generate(prompt_of(1), max_tokens=12)
        wait_for(engine, lambda: len(list(tmp_path.glob("*/*.kv"))) >= 3)
    with start(STARTER, cache) as engine:
        news = engine.generate(prompt_of(1), max_tokens=12)
        assert admitted(news).cached_tokens >= admitted(news).prompt_tokens - 16
        assert text_of(news) == text_of(first)
        assert end_of(news).cached_tokens == admitted(news).cached_tokens


def test_a_damaged_file_is_computed_anew(tmp_path: Path) -> None:
    cache = CacheOptions(ram_bytes=0, folder=str(tmp_path), disk_bytes=10**9)
    with start(STARTER, cache) as engine:
        first = engine.generate(prompt_of(1), max_tokens=8)
        wait_for(engine, lambda: len(list(tmp_path.glob("*/*.kv"))) >= 3)
    for path in tmp_path.glob("*/*.kv"):
        raw = bytearray(path.read_bytes())
        raw[-1] ^= 255
        path.write_bytes(raw)
    with start(STARTER, cache) as engine:
        news = engine.generate(prompt_of(1), max_tokens=8)
        assert admitted(news).cached_tokens == 0
        assert text_of(news) == text_of(first)


def test_what_is_for_memory_alone_is_written_nowhere(tmp_path: Path) -> None:
    cache = CacheOptions(ram_bytes=64 * 1024 * 1024, folder=str(tmp_path), disk_bytes=10**9)
    with start(STARTER, cache) as engine:
        for number in range(5):
            engine.generate(prompt_of(number), max_tokens=4, cache_disk=False)
        assert admitted(engine.generate(prompt_of(0), max_tokens=4, cache_disk=False)).cached_tokens > 200
        # Another one is written, so the tier does work.
        engine.generate(prompt_of(9), max_tokens=4)
        wait_for(engine, lambda: len(list(tmp_path.glob("*/*.kv"))) >= 3)
    # All that is there is of one text.
    assert sum(block.start == 0 for block in blocks_in(tmp_path)) == 1


def test_memory_that_cannot_be_cut_comes_back_whole(tmp_path: Path) -> None:
    path = write_tiny_recurrent(tmp_path / "recurrent.gguf")
    prompts = [list(range(3 + number, 83 + number)) for number in range(12)]
    options = LoadOptions(max_sequences=1)
    with (
        EngineProcess(path, cells=256, options=options) as plain,
        EngineProcess(path, cells=256, options=options, cache=RAM) as engine,
    ):
        for _ in range(3):
            expected = [plain.generate(prompt, max_tokens=4, logprobs=0, cache_prompt=False) for prompt in prompts]
            news = [engine.generate(prompt, max_tokens=4, logprobs=0) for prompt in prompts]
            assert [text_of(one) for one in news] == [text_of(one) for one in expected]
            prompts = [[*prompt, *tokens_of(one), 7] for prompt, one in zip(prompts, news, strict=True)]
        assert engine.last_step is not None
        assert engine.last_step.stats.restored_tokens > 1000


def blocks_in(root: Path) -> list[Block]:
    """Return the blocks on disk."""
    found = [block_file.read_block(path, bytes.fromhex(path.parent.name)) for path in root.glob("*/*.kv")]
    return [block for block in found if block is not None]


def wait_for(engine: EngineProcess, condition: Callable[[], bool]) -> None:
    """Let the engine go on until `condition` holds: each request brings it a step further."""
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        engine.generate([5, 6], max_tokens=1)
