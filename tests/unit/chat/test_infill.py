"""`chat.infill`: where the parts of a text with a gap go, and that callers write no marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.chat.infill import infill_prompt
from minerva.core.errors import InvalidRequest
from minerva.core.model import InfillMarks
from minerva.core.request import InfillFile, InfillInput

MARKS = InfillMarks("<PRE>", "<SUF>", "<MID>")
ALL_MARKS = InfillMarks("<PRE>", "<SUF>", "<MID>", "<REPO>", "<FILE>")
FILES = (InfillFile("a.py", "x = 1\n"), InfillFile("b.py", "y = 2\n"))

texts = st.text(max_size=8) | st.sampled_from(["<PRE>", "a<MID>b"])


@pytest.mark.parametrize(
    ("source", "marks", "expected"),
    [
        (InfillInput("a", "b"), ALL_MARKS, "<PRE>a<SUF>b<MID>"),
        (InfillInput("", ""), MARKS, "<PRE><SUF><MID>"),
        (InfillInput("a", "b", ()), MARKS, "<PRE>a<SUF>b<MID>"),
        (InfillInput("a", "b", ()), ALL_MARKS, "<REPO>myproject\n<FILE>filename\n<PRE>a<SUF>b<MID>"),
        (
            InfillInput("a", "b", FILES),
            ALL_MARKS,
            "<REPO>myproject\n<FILE>a.py\nx = 1\n<FILE>b.py\ny = 2\n<FILE>filename\n<PRE>a<SUF>b<MID>",
        ),
        (
            InfillInput("a", "b", FILES),
            MARKS,
            "\n\n--- snippet ---\n\nx = 1\n\n\n--- snippet ---\n\ny = 2\n<PRE>a<SUF>b<MID>",
        ),
    ],
)
def test_parts_stand_between_marks(source: InfillInput, marks: InfillMarks, expected: str) -> None:
    assert infill_prompt(source, marks).text == expected


@given(texts, texts, st.none() | st.lists(st.builds(InfillFile, texts, texts), max_size=2).map(tuple))
def test_whatever_is_no_mark_of_ours_is_literal(prefix: str, suffix: str, files: tuple[InfillFile, ...] | None) -> None:
    prompt = infill_prompt(InfillInput(prefix, suffix, files), ALL_MARKS)
    rest, at = "", 0
    for start, end in prompt.literal:
        assert at <= start < end
        rest, at = rest + prompt.text[at:start], end
    rest += prompt.text[at:]
    count = 0 if files is None else len(files) + 1
    assert rest == ("<REPO>" if count else "") + "<FILE>" * count + "<PRE><SUF><MID>"


def test_a_model_without_marks_is_refused_by_the_name_of_the_field() -> None:
    with pytest.raises(InvalidRequest, match="no tokens that mark prefix, suffix and middle") as caught:
        infill_prompt(InfillInput("a", "b"), None)
    assert caught.value.param == "suffix"
