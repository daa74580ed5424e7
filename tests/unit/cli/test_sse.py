from __future__ import annotations

from minerva.cli.sse import Sent, sent


def test_events_are_read_from_lines() -> None:
    lines = ["data: one", "", ": ping", "", "event: x", "data:two", "data: lines", "id: 7", "", "", "data: cut off"]
    assert list(sent(lines)) == [Sent("one"), Sent("two\nlines", "7")]


def test_an_id_holds_until_the_next_one() -> None:
    assert [event.id for event in sent(["id: 1", "data: a", "", "data: b", "", "id:2", "data: c", ""])] == [
        "1",
        "1",
        "2",
    ]
