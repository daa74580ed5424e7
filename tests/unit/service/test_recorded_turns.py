"""What was told of an answer makes what was stored, on recorded answers; `web` checks its reducer on the same ones."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from minerva.core.session import StoredMessage
from minerva.core.session_event import Told
from tests.support.told import Fields, as_json, put_together

RECORDED = sorted((Path(__file__).parents[2] / "recorded_turns").glob("*.json"))


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def recorded(request: pytest.FixtureRequest) -> Fields:
    """A recording: `events` and `message`."""
    path: Path = request.param
    read: Fields = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_there_are_recordings() -> None:
    assert {path.stem for path in RECORDED} == {"plain", "thoughts", "continued"}


def test_events_put_together_are_the_stored_message(recorded: Fields) -> None:
    message = recorded["message"]
    assert put_together(recorded["events"])[message["id"]] == message


def test_before_the_last_event_all_that_was_said_is_there(recorded: Fields) -> None:
    message = recorded["message"]
    before = put_together(recorded["events"][:-1])[message["id"]]
    assert before["status"] == "streaming"
    assert {name: before[name] for name in ("content", "reasoning", "tool_calls")} == {
        name: message[name] for name in ("content", "reasoning", "tool_calls")
    }


def test_recordings_have_the_shapes_of_today(recorded: Fields) -> None:
    assert as_json(msgspec.convert(recorded["message"], StoredMessage)) == recorded["message"]
    for event in recorded["events"]:
        assert as_json(msgspec.convert(event, Told)) == event
