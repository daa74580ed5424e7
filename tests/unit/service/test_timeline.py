from __future__ import annotations

from minerva.core.event import Timings, Usage
from minerva.service.observe import RequestRecord
from minerva.service.timeline import MOST_REQUESTS, Timeline


def test_the_last_requests_are_remembered_the_newest_first() -> None:
    now_s = 1000.0
    timeline = Timeline(lambda: now_s)
    timeline.started("m")
    timeline.first_token("m", 0.1)
    timeline.token_gap("m", 0.1)
    assert timeline.entries() == []
    for number in range(MOST_REQUESTS + 2):
        record = RequestRecord(
            request_id=str(number),
            model="m",
            outcome="finished",
            usage=Usage(number, 1),
            timings=Timings(queue_s=0.5),
            ttft_s=0.25,
            error=None,
        )
        timeline.finished(record)
    entries = timeline.entries()
    assert [entry.request_id for entry in entries] == [str(number) for number in range(MOST_REQUESTS + 1, 1, -1)]
    assert (entries[0].ended_s, entries[0].usage, entries[0].timings) == (1000, Usage(201, 1), Timings(queue_s=0.5))
