"""For each family: a recorded answer becomes the same neutral calls, streamed by single characters or otherwise cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.tools import Tool
from tests.unit.chat.formats.drive import run
from tests.unit.chat.formats.recorded import RECORDED, TOOLS, Recorded

IDS = [f"{number}-{recorded.call_format.name}" for number, recorded in enumerate(RECORDED)]


@pytest.mark.parametrize("recorded", RECORDED, ids=IDS)
def test_single_characters_give_the_calls(recorded: Recorded) -> None:
    found = run(recorded.call_format.parser(TOOLS), recorded.answer)
    assert found.values == recorded.calls
    assert found.ended == len(recorded.calls)
    assert (found.text, found.thought) == (recorded.text, recorded.thought)
    assert tuple(found.ids) == recorded.ids[: len(recorded.calls)]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_portions_give_the_same(data: st.DataObject) -> None:
    recorded = data.draw(st.sampled_from(RECORDED))
    answer = recorded.answer[: data.draw(st.integers(1, len(recorded.answer)))]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(answer)))))
    portions = [answer[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
    assert run(recorded.call_format.parser(TOOLS), portions) == run(recorded.call_format.parser(TOOLS), [answer])


@pytest.mark.parametrize("recorded", RECORDED, ids=IDS)
def test_calls_of_other_tools_are_text(recorded: Recorded) -> None:
    found = run(recorded.call_format.parser((Tool("other"),)), recorded.answer)
    assert found.calls == []
    if recorded.call_format.text_openings:
        assert "Paris" in found.text or not recorded.calls
    else:
        assert found.text == recorded.answer


@pytest.mark.parametrize("recorded", [one for one in RECORDED if len(one.calls) > 1], ids=lambda one: one.answer[:20])
def test_one_call_at_most_leaves_the_others_as_text(recorded: Recorded) -> None:
    found = run(recorded.call_format.parser(TOOLS, parallel=False), [recorded.answer])
    assert found.values == recorded.calls[:1]
    assert "search" in found.text
    assert "rain, or sun" in found.text


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_and_nothing_raises_whatever_comes(data: st.DataObject) -> None:
    """Pieces of answers in any order, with signs put between them that are part of no markup."""
    recorded = data.draw(st.sampled_from(RECORDED))
    size = len(recorded.answer)
    spans = data.draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, size)), max_size=4))
    answer = "§".join(recorded.answer[min(span) : max(span)] for span in spans)
    found = run(recorded.call_format.parser(TOOLS), answer)
    assert found == run(recorded.call_format.parser(TOOLS), [answer])
    assert found.ended == len(found.calls)
    delivered = found.text + found.thought + "".join(arguments for _, arguments in found.calls)
    assert delivered.count("§") == answer.count("§")
