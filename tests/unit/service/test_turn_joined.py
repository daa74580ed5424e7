"""What is not read in time is joined, and says the same."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from minerva.core.session_event import AnswerEvent, MessageEvent, ReasoningEvent, TextEvent, ToolCallEvent
from minerva.service.turn import Numbered, joined
from tests.support.told import as_json, put_together
from tests.unit.service.test_draft import ANSWER

TEXT = st.text("ab", min_size=1, max_size=3)
EVENTS = st.lists(
    st.one_of(
        TEXT.map(lambda text: TextEvent("msg_1", text)),
        TEXT.map(lambda text: ReasoningEvent("msg_1", text)),
        TEXT.map(lambda text: ToolCallEvent("msg_1", 0, "call_1", "look", text)),
    )
)


@given(EVENTS)
def test_joined_events_say_the_same(events: list[AnswerEvent]) -> None:
    numbered = [Numbered(number, event) for number, event in enumerate([MessageEvent(ANSWER), *events])]
    fewer = joined(numbered)
    before, after = (put_together(as_json(told.event) for told in each) for each in (numbered, fewer))
    assert before == after
    assert fewer[-1].number == numbered[-1].number
    kinds = [type(told.event) for told in fewer if not isinstance(told.event, ToolCallEvent)]
    assert all(one is not other for one, other in itertools.pairwise(kinds)) or len(fewer) > len(kinds)
