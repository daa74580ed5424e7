from collections import Counter
from itertools import pairwise

import pytest

from benchmarks.client import Target
from benchmarks.serve import body, words
from benchmarks.workloads import FIRST_TURN, LATER_TURN, LONG, MAKERS, STREAM, Tokens, Workload, make

_TOKENS = Tokens(1000, 30_000)


def _make(name: str, run: int = 1) -> Workload:
    return make(name, 1, run, _TOKENS)


def _sizes(workload: Workload) -> Counter[tuple[int, int]]:
    return Counter((len(request.prompt), request.tokens) for request in workload.requests)


@pytest.mark.parametrize(
    ("name", "sizes", "at_once"),
    [
        ("single", {(512, 128): 1}, 1),
        ("together", {(256, 64): 8}, 8),
        ("shared", {(1032, 24): 16}, 8),
        ("arrival", {(64, 160): 3, (3500, 4): 1}, 4),
        ("conversations", {(400, 32): 12, (496, 32): 12, (592, 32): 12, (688, 32): 12}, 1),
    ],
)
def test_a_workload_has_the_lengths_it_says(name: str, sizes: dict[tuple[int, int], int], at_once: int) -> None:
    workload = _make(name)
    assert _sizes(workload) == sizes
    assert workload.at_once == at_once


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_seed_and_run_give_the_same_and_others_share_nothing(name: str) -> None:
    assert _make(name) == _make(name)
    one, other = _make(name), _make(name, run=2)
    assert one.requests[0].prompt[:8] != other.requests[0].prompt[:8]
    assert {token for request in one.requests for token in request.prompt} <= set(range(1000, 30_000))


def test_the_shared_prompts_part_after_a_thousand_tokens() -> None:
    prompts = [request.prompt for request in _make("shared").requests]
    assert len({prompt[:1000] for prompt in prompts}) == 1
    assert len({prompt[1000:] for prompt in prompts}) == len(prompts)


def test_the_long_prompt_comes_last_and_waits_for_the_streams() -> None:
    *streams, long = _make("arrival").requests
    assert {(request.group, request.after) for request in streams} == {(STREAM, 0)}
    assert (long.group, long.after) == (LONG, 20)


def test_a_turn_goes_on_from_the_answer_of_the_one_before() -> None:
    requests = _make("conversations").requests
    assert [request.group for request in requests] == [FIRST_TURN] * 12 + [LATER_TURN] * 36
    for before, later in pairwise(requests[5::12]):
        assert before.forced is not None
        assert before.bias == {str(before.forced): 100.0}
        assert later.turns[:-2] == before.turns
        assert later.turns[-2] == (before.forced,) * before.tokens


def test_a_conversation_that_is_longer_than_a_small_cache_is_so() -> None:
    last = _make("conversations").requests[-12:]
    assert sum(len(request.prompt) + request.tokens for request in last) > 4096


def test_bodies_say_the_same_in_each_manner() -> None:
    request = _make("conversations").requests[13]
    target = Target("http://server", "m", {"ignore_eos": True})
    tokens, text, chat = (body(request, target, api) for api in ("tokens", "text", "chat"))
    assert tokens["prompt"] == list(request.prompt)
    assert tokens["logit_bias"] == request.bias
    assert text["prompt"] == words(request.prompt)
    assert [message["role"] for message in chat["messages"]] == ["user", "assistant", "user"]
    for asked in (tokens, text, chat):
        assert asked["max_tokens"] == 32
        assert asked["ignore_eos"] is True
        assert asked["stream_options"] == {"include_usage": True}
    assert "logit_bias" not in text
    assert "logit_bias" not in body(_make("single").requests[0], target, "tokens")


def test_there_are_as_many_words_as_ids() -> None:
    assert len(words((1, 2, 70, 1)).split()) == 4
