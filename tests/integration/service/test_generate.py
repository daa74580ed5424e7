"""The use case on real models, in real workers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from structlog.testing import capture_logs

from minerva.core.event import ChoiceFinished, Started, TextDelta, Usage
from minerva.core.message import Message
from minerva.core.request import ChatInput, TokensInput
from minerva.core.sampling import SamplingOptions
from minerva.service.services import ServiceSettings
from tests.integration.service.support import (
    Diary,
    collect,
    failed,
    few_cells,
    finished,
    request,
    running,
    text,
    write_long_model,
)
from tests.support.tiny_model import write_tiny_model

ENDLESS = SamplingOptions(temperature=0.0, ignore_eos=True)


async def test_text_of_a_real_model(shared_model: Callable[[str], Path]) -> None:
    async with running(shared_model("stories260K-f32.gguf")) as services:
        events = await collect(services, request(model="stories260K-f32"))
    assert text(events) == ", there was a little girl named Lily. She"
    assert finished(events).usage == Usage(prompt_tokens=5, completion_tokens=12, cached_tokens=0)


async def test_events_and_timings(tiny_model: Path) -> None:
    diary = Diary()
    async with running(tiny_model, diary=diary) as services:
        first = await collect(services, request())
        second = await collect(services, request())
    assert first[0] == Started("tiny", finished(first).usage.prompt_tokens, 0)
    assert text(first) == text(second) != ""
    timings = finished(first).timings
    assert timings.load_s > 0
    assert timings.total_s >= timings.load_s + timings.queue_s + timings.prefill_s + timings.decode_s
    assert finished(second).timings.load_s == 0
    assert finished(second).usage.cached_tokens > 0
    assert [record.outcome for record in diary.records] == ["finished", "finished"]
    deltas = sum(isinstance(event, TextDelta) for event in first + second)
    assert diary.counts == {"started": 2, "first_token": 2, "token_gap": deltas - 2}


async def test_same_seed_gives_the_same_choices_and_others_differ(tiny_model: Path) -> None:
    hot = SamplingOptions(temperature=2.0, seed=7)
    async with running(tiny_model) as services:
        first = await collect(services, request(n=3, sampling=hot))
        again = await collect(services, request(n=3, sampling=hot))
        third = await collect(services, request(sampling=msgspec.structs.replace(hot, seed=9)))
    texts = [text(first, choice) for choice in range(3)]
    assert texts == [text(again, choice) for choice in range(3)]
    assert len(set(texts)) == 3
    assert text(third) == texts[2]
    usage = finished(first).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (finished(third).usage.prompt_tokens, 36)


async def test_echo_and_logprobs(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        plain = await collect(services, request())
        echoed = await collect(services, request(echo=True, n=2))
        events = await collect(services, request(echo=True, logprobs=2, max_tokens=3))
    for choice in range(2):
        assert text(echoed, choice) == "Once upon a time" + text(plain)
    tokens = [token for event in events if isinstance(event, TextDelta) for token in event.logprobs]
    assert len(tokens) == finished(events).usage.prompt_tokens + 3
    assert tokens[0].logprob is None
    assert all(len(token.top) == 2 and token.logprob <= 0 for token in tokens[1:] if token.logprob is not None)
    assert all(not event.logprobs for event in echoed if isinstance(event, TextDelta))


async def test_token_ids_are_taken_and_echoed_as_they_are(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        known = await collect(services, request(echo=True, logprobs=0, max_tokens=1))
        tokens = [token for event in known if isinstance(event, TextDelta) for token in event.logprobs]
        ids = tuple(token.id for token in tokens[: finished(known).usage.prompt_tokens])
        events = await collect(services, request(TokensInput(ids), echo=True, max_tokens=1))
    assert text(events).strip() == text(known).strip()
    assert finished(events).usage.prompt_tokens == len(ids)
    assert all(not event.logprobs for event in events if isinstance(event, TextDelta))


async def test_conversation_goes_through_the_models_template(tiny_model: Path) -> None:
    chat = ChatInput((Message("system", "a"), Message("user", "the cat")))
    async with running(tiny_model) as services:
        events = await collect(services, request(chat, echo=True))
    assert text(events).startswith(
        "<|im_start|>system\na<|im_end|>\n<|im_start|>user\nthe cat<|im_end|>\n<|im_start|>assistant\n"
    )


async def test_refusing_and_broken_templates(tmp_path: Path) -> None:
    refusing = write_tiny_model(tmp_path / "no.gguf", chat_template="{{ raise_exception('Not you.') }}")
    write_tiny_model(tmp_path / "broken.gguf", chat_template="{% if %}")
    chat = ChatInput((Message("user", "x"),))
    async with running(refusing) as services:
        no = failed(await collect(services, request(chat, model="no"))).error
        broken = failed(await collect(services, request(chat, model="broken"))).error
    assert (no.code, no.param) == ("invalid_request", "messages")
    assert "Not you." in no.message
    assert broken.code == "invalid_model_file"
    assert str(tmp_path / "broken.gguf") in broken.message


async def test_stop_string_ends_a_choice_and_is_named(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        whole = text(await collect(services, request()))
        stop = whole[3:6]
        events = await collect(services, request(stop=(stop,)))
    assert text(events) == whole[: whole.index(stop)]
    assert ChoiceFinished(0, "stop", stop) in events


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"model": "nix"}, "model_not_found"),
        ({"source": "the cat " * 600}, "context_length_exceeded"),
        ({"source": TokensInput((10**6,))}, "invalid_request"),
    ],
)
async def test_errors_end_the_stream(tiny_model: Path, fields: dict[str, Any], code: str) -> None:
    diary = Diary()
    async with running(tiny_model, diary=diary) as services:
        events = await collect(services, request(**fields))
    assert len(events) == 1
    assert failed(events).error.code == code
    assert [record.outcome for record in diary.records] == [code]


async def test_request_fails_as_one_when_its_choices_are_refused(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        error = failed(await collect(services, request("the cat " * 600, n=3))).error
    assert error.maximum == 512
    assert error.required is not None
    assert error.required > 512


@pytest.mark.parametrize(("own_s", "server_s"), [(3.0, None), (60.0, 3.0)])
async def test_timeout_keeps_what_was_delivered(tmp_path: Path, own_s: float | None, server_s: float | None) -> None:
    def limited(settings: ServiceSettings) -> ServiceSettings:
        return msgspec.structs.replace(few_cells(settings), timeout_s=server_s)

    async with running(write_long_model(tmp_path), change=limited) as services:
        await services.catalog.load("long")
        asked = request(max_tokens=None, sampling=ENDLESS, timeout_s=own_s, n=2)
        events = await collect(services, asked)
        error = failed(events).error
        assert (error.code, error.timeout_s) == ("generation_timeout", 3.0)
        assert text(events) != ""
        (loaded,) = services.catalog.loaded()
        assert loaded.active == 0


async def test_timeout_covers_the_load(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        error = failed(await collect(services, request(timeout_s=0.01))).error
    assert error.code == "generation_timeout"


async def test_closing_the_stream_cancels_everything(tmp_path: Path) -> None:
    diary = Diary()
    async with running(write_long_model(tmp_path), diary=diary, change=few_cells) as services:
        asked = request(max_tokens=None, sampling=ENDLESS, n=3)
        async with aclosing(services.generate(asked)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        (record,) = diary.records
        assert record.outcome == "cancelled"
        assert record.usage.prompt_tokens > 0
        # The worker is free for the next: it finishes although each of the three would have run for a minute.
        finished(await collect(services, request(timeout_s=30.0)))


async def test_closing_the_stream_during_the_load_gives_the_load_up(tiny_model: Path) -> None:
    diary = Diary()
    async with running(tiny_model, diary=diary) as services:
        events = services.generate(request())
        first = asyncio.ensure_future(anext(events))
        await diary.heard("started")
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        await events.aclose()
        assert [record.outcome for record in diary.records] == ["cancelled"]
        finished(await collect(services, request()))


async def test_keep_alive_of_zero_unloads(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        finished(await collect(services, request(keep_alive_s=0.0)))
        assert {loaded.state for loaded in services.catalog.loaded()} <= {"stopping"}
        assert finished(await collect(services, request())).timings.load_s > 0


async def test_many_at_once_give_what_each_gives_alone(tiny_model: Path) -> None:
    prompts = ["Once upon a time", "the big cat", "he said", "my name is"]
    async with running(tiny_model) as services:
        alone = [text(await collect(services, request(prompt, cache_prompt=False))) for prompt in prompts]
        together = await asyncio.gather(*(collect(services, request(prompt)) for prompt in prompts * 3))
    assert [text(events) for events in together] == alone * 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
async def test_crash_ends_each_open_request_once(tmp_path: Path) -> None:
    diary = Diary()
    async with running(write_long_model(tmp_path), diary=diary, change=few_cells) as services:
        model = await services.catalog.load("long")
        asked = request(max_tokens=None, sampling=ENDLESS, n=2)
        streams = [asyncio.create_task(collect(services, asked)) for _ in range(2)]
        await diary.heard("first_token", 2)
        os.kill(model.pid, signal.SIGKILL)
        for events in await asyncio.gather(*streams):
            assert failed(events).error.code == "worker_crashed"
        finished(await collect(services, request()))


async def test_draining_refuses_new_requests_and_finishes_the_open_ones(tiny_model: Path) -> None:
    diary = Diary()
    async with running(tiny_model, diary=diary) as services:
        open_one = asyncio.create_task(collect(services, request(max_tokens=200, sampling=ENDLESS)))
        await diary.heard("first_token")
        services.begin_drain()
        assert failed(await collect(services, request())).error.code == "shutting_down"
        await services.close(drain_s=60.0)
        assert finished(await open_one).usage.completion_tokens == 200


async def test_closing_the_services_ends_open_requests(tmp_path: Path) -> None:
    diary = Diary()
    async with running(write_long_model(tmp_path), diary=diary, change=few_cells) as services:
        open_one = asyncio.create_task(collect(services, request(max_tokens=None, sampling=ENDLESS)))
        await diary.heard("first_token")
        await services.close(drain_s=0.0)
        assert failed(await open_one).error.code == "shutting_down"


async def test_request_id_is_in_every_line_of_its_log(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
            await collect(services, request(request_id="req-1"))
            await collect(services, request(request_id="req-2", model="nix"))
    ended = [(line["request_id"], line["outcome"]) for line in lines if line["event"] == "request"]
    assert ended == [("req-1", "finished"), ("req-2", "model_not_found")]
    assert {line["request_id"] for line in lines if line["event"] == "model loaded"} == {"req-1"}
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_mistakes_of_our_own_end_the_stream_too(tiny_model: Path) -> None:
    async with running(tiny_model) as services:
        with capture_logs() as lines:
            error = failed(await collect(services, request(model=7))).error
    assert error.code == "internal_error"
    assert any(line["log_level"] == "error" and line["exc_info"] for line in lines)
