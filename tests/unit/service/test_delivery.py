"""`service.delivery` and `service.observe`: one terminal event, and what observers hear of a request."""

from __future__ import annotations

import msgspec
import pytest
from structlog.testing import capture_logs

from minerva.core.errors import ErrorInfo
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    Timings,
    ToolCallDelta,
    ToolCallStarted,
    Truncation,
    Usage,
)
from minerva.core.log import get_logger
from minerva.core.request import GenerateRequest, TextInput
from minerva.service.delivery import Delivery
from minerva.service.observe import LogObserver, Observers, RequestRecord

REQUEST = GenerateRequest(request_id="r", input=TextInput("x"), n=2)
FINISHED = Finished(Usage(3, 2, 1), Timings(total_s=4.0))
FAILED = Failed(ErrorInfo("engine_error", "it broke"))


class Clock:
    """Seconds that pass when told."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Diary:
    """An observer that writes down what it hears."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, float]] = []
        self.records: list[RequestRecord] = []

    def started(self, model: str) -> None:
        self.lines.append(("started", model, 0.0))

    def first_token(self, model: str, ttft_s: float) -> None:
        self.lines.append(("first", model, ttft_s))

    def token_gap(self, model: str, gap_s: float) -> None:
        self.lines.append(("gap", model, gap_s))

    def finished(self, record: RequestRecord) -> None:
        self.records.append(record)


def open_delivery() -> tuple[Delivery, Diary, Clock]:
    diary, clock = Diary(), Clock()
    return Delivery(REQUEST, diary, clock), diary, clock


async def received(delivery: Delivery) -> list[Event]:
    return [event async for event in delivery.events()]


@pytest.mark.parametrize("terminal", [FINISHED, FAILED])
async def test_nothing_follows_the_terminal_event(terminal: Finished | Failed) -> None:
    delivery, diary, _ = open_delivery()
    for event in (Started("m", 3, 1), TextDelta(0, "a"), terminal, FINISHED, FAILED, TextDelta(0, "b")):
        delivery.send(event)
    delivery.cancel()
    assert await received(delivery) == [Started("m", 3, 1), TextDelta(0, "a"), terminal]
    assert len(diary.records) == 1


def test_first_text_and_gaps_are_timed_for_each_choice() -> None:
    delivery, diary, clock = open_delivery()
    delivery.found("m")
    for choice, wait_s in ((0, 0.5), (1, 0.25), (0, 1.0), (1, 2.0)):
        clock.now_s += wait_s
        delivery.send(TextDelta(choice, "a"))
    delivery.send(ChoiceFinished(0, "stop"))
    assert diary.lines == [("started", "m", 0.0), ("first", "m", 0.5), ("gap", "m", 1.25), ("gap", "m", 3.0)]


def test_finished_request_is_recorded_as_it_was_reported() -> None:
    delivery, diary, _ = open_delivery()
    delivery.found("m")
    delivery.send(FINISHED)
    assert diary.records == [
        RequestRecord(
            request_id="r", model="m", outcome="finished", usage=FINISHED.usage, timings=FINISHED.timings, choices=2
        )
    ]


def test_request_that_ends_early_is_recorded_with_what_was_delivered() -> None:
    delivery, diary, clock = open_delivery()
    delivery.found("m")
    delivery.load_s = 1.5
    delivery.send(Started("m", 9, 4))
    delivery.send(TextDelta(0, "a"))
    clock.now_s += 3
    delivery.send(FAILED)
    (record,) = diary.records
    assert (record.outcome, record.error, record.usage) == ("engine_error", "it broke", Usage(9, 1, 4))
    assert (record.timings.load_s, record.timings.total_s, record.ttft_s) == (1.5, 3.0, 0.0)


@pytest.mark.parametrize("end", [FAILED, None])
def test_what_was_left_out_is_recorded_however_it_ends(end: Failed | None) -> None:
    delivery, diary, _ = open_delivery()
    delivery.truncation = Truncation("trim_history", 2, 30)
    if end is None:
        delivery.cancel()
    else:
        delivery.send(end)
    shifted = Truncation("shift", shifts=1, shifted_tokens=9)
    other, others_diary, _ = open_delivery()
    other.send(Finished(FINISHED.usage, FINISHED.timings, shifted))
    assert [record.truncation for record in (*diary.records, *others_diary.records)] == [delivery.truncation, shifted]
    with capture_logs() as lines:
        LogObserver(get_logger("service")).finished(others_diary.records[0])
    assert lines[0]["truncation"] == msgspec.structs.asdict(shifted)


def test_what_was_delivered_is_estimated_by_the_deltas_with_text() -> None:
    delivery, diary, _ = open_delivery()
    delivery.send(Started("m", 9, 4))
    call = ToolCallStarted(0, 0, "id", "f")
    deltas: list[Event] = [ReasoningDelta(0, "Hm"), TextDelta(0, ""), call, ToolCallDelta(0, 0, "{}")]
    for delta in deltas:
        delivery.send(delta)
    delivery.cancel()
    assert diary.records[0].usage == Usage(9, 2, 4)


def test_cancelled_request_is_recorded_once() -> None:
    delivery, diary, _ = open_delivery()
    delivery.cancel()
    delivery.cancel()
    assert [(record.outcome, record.error) for record in diary.records] == [("cancelled", None)]


def test_log_has_one_line_per_request_with_all_its_timings() -> None:
    with capture_logs() as lines:
        observer = Observers(LogObserver(get_logger("service")))
        observer.started("m")
        observer.first_token("m", 0.1)
        observer.token_gap("m", 0.1)
        observer.finished(
            RequestRecord(
                request_id="r",
                model="m",
                outcome="engine_error",
                usage=Usage(3, 2, 1),
                timings=Timings(0.1, 0.2, 0.3, 0.4, 1.23456),
                ttft_s=0.5,
                choices=2,
                error="it broke",
            )
        )
    (line,) = [line for line in lines if line["log_level"] == "info"]
    assert set(msgspec.structs.asdict(Timings())) < set(line)
    assert (line["event"], line["outcome"], line["total_s"], line["ttft_s"]) == ("request", "engine_error", 1.2346, 0.5)
    assert (line["prompt_tokens"], line["cached_tokens"], line["completion_tokens"]) == (3, 1, 2)
    assert (line["choices"], line["error"]) == (2, "it broke")
