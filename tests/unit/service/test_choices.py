"""`service.choices`: for any interleaving of the sequences' news, a sound stream of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.errors import ErrorInfo
from minerva.core.event import ChoiceFinished, Event, Failed, Started, TextDelta, TokenLogprob, Truncation
from minerva.service.choices import Choices, Echo
from minerva.wire.messages import Admitted, Delta, Ended, News, Refused

PROMPT_TOKENS = 7


def ended(completion: int = 1, cached: int = 0, times: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Ended:
    return Ended(0, "stop", None, PROMPT_TOKENS, cached, completion, *times)


@st.composite
def sequences(draw: st.DrawFn) -> list[list[News]]:
    """Return what one to four sequences report, each sound by itself."""
    result = []
    for _ in range(draw(st.integers(1, 4))):
        texts = draw(st.lists(st.text(max_size=3), max_size=4))
        cached = draw(st.integers(0, PROMPT_TOKENS - 1))
        news: list[News] = [Admitted(0, PROMPT_TOKENS, cached, 0.0), *(Delta(0, text) for text in texts)]
        if draw(st.integers(0, 9)) == 0:
            news = [*news[: draw(st.integers(0, len(news)))], Refused(0, ErrorInfo("engine_error", "no"))]
        else:
            news.append(ended(len(texts), cached, (draw(st.floats(0, 9)), 1.0, 2.0)))
        result.append(news)
    return result


def interleave(rows: list[list[News]], order: st.DataObject) -> Iterator[tuple[int, News]]:
    left = [list(row) for row in rows]
    while open_rows := [index for index, row in enumerate(left) if row]:
        index = order.draw(st.sampled_from(open_rows))
        yield index, left[index].pop(0)


@given(rows=sequences(), order=st.data())
def test_any_interleaving(rows: list[list[News]], order: st.DataObject) -> None:
    choices = Choices("m", len(rows))
    events: list[Event] = []
    for index, news in interleave(rows, order):
        before = choices.over
        more = choices.take(index, news)
        assert not (before and more)
        events += more
    assert choices.over
    refused = any(isinstance(row[-1], Refused) for row in rows)
    assert choices.failed == refused
    assert sum(isinstance(event, Failed) for event in events) == refused
    starts = [index for index, event in enumerate(events) if isinstance(event, Started)]
    assert starts in ([0], []) if refused else starts == [0]
    if refused:
        assert isinstance(events[-1], Failed)
        return
    texts: dict[int, str] = defaultdict(str)
    finished: set[int] = set()
    for event in events:
        if isinstance(event, TextDelta):
            assert event.choice not in finished
            texts[event.choice] += event.text
        elif isinstance(event, ChoiceFinished):
            finished.add(event.choice)
    assert finished == set(range(len(rows)))
    for index, row in enumerate(rows):
        assert texts[index] == "".join(news.text for news in row if isinstance(news, Delta))
    usage = choices.finish(0.0, 1.0).usage
    assert usage.prompt_tokens == PROMPT_TOKENS
    assert usage.completion_tokens == sum(len(row) - 2 for row in rows)
    assert usage.cached_tokens == min(news.cached_tokens for row in rows for news in row if isinstance(news, Ended))


def test_times_are_those_of_the_slowest_choice() -> None:
    choices = Choices("m", 2)
    choices.take(0, ended(times=(1.0, 2.0, 3.0)))
    choices.take(1, ended(times=(2.0, 1.0, 4.0)))
    timings = choices.finish(load_s=5.0, total_s=12.0).timings
    assert (timings.load_s, timings.queue_s, timings.prefill_s, timings.decode_s) == (5.0, 2.0, 2.0, 4.0)
    assert timings.total_s == 12.0


def test_what_was_left_out_is_told_of_all_choices_together() -> None:
    trimmed = Truncation("trim_history", 4, 100)
    for shifts, told in (((0, 0), trimmed), ((1, 2), Truncation("shift", shifts=3, shifted_tokens=30))):
        choices = Choices("m", 2, truncation=trimmed if not any(shifts) else None)
        for index, count in enumerate(shifts):
            choices.take(index, msgspec.structs.replace(ended(), shifts=count, shifted_tokens=10 * count))
        assert choices.finish(0.0, 1.0).truncation == told


REPORT = (TokenLogprob(1, b"", None), TokenLogprob(2, b"caf\xc3", -1.0), TokenLogprob(3, b"\xa9", -2.0))
ANSWER = (TokenLogprob(4, b"!", -0.5),)


@pytest.mark.parametrize(
    ("echo", "expected"),
    [
        (Echo("prompt ", reported=False, logprobs=False), [("prompt ", ()), ("", ()), ("!", ())]),
        (Echo("prompt ", reported=True, logprobs=True), [("prompt ", REPORT), ("!", ANSWER)]),
        (Echo(None, reported=True, logprobs=True), [("café", REPORT), ("!", ANSWER)]),
        (Echo(None, reported=True, logprobs=False), [("café", ()), ("!", ())]),
    ],
)
def test_echo_comes_once_before_each_choice(echo: Echo, expected: list[tuple[str, tuple[TokenLogprob, ...]]]) -> None:
    choices = Choices("m", 2, echo=echo, logprobs=echo.logprobs)
    for index in range(2):
        events = [
            event
            for news in (Admitted(0, 3, 0, 0.0), Delta(0, "", REPORT), Delta(0, "!", ANSWER), ended())
            for event in choices.take(index, news)
        ]
        deltas = [event for event in events if isinstance(event, TextDelta)]
        assert [(delta.text, delta.logprobs) for delta in deltas] == expected
        assert {delta.choice for delta in deltas} == {index}
