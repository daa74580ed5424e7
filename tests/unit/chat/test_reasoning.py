"""Thinking and text are told apart, wherever the answer is cut into portions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.chat.default import DEFAULT_TEMPLATE
from minerva.chat.reasoning import THINK, Marks, find_marks, is_open, splitter
from tests.unit.chat.formats.drive import Found, run

WRAPPED = Marks("<think>", "</think>", ("<response>",), "</response>")
OPENED = "<|im_start|>assistant\n<think>\n"


def split(answer: str, marks: Marks = THINK, prompt: str = "") -> Found:
    return run(splitter(marks, prompt), answer)


@pytest.mark.parametrize(
    ("answer", "thought", "text"),
    [
        ("<think>\nHm.\n</think>\n\nYes.\n", "Hm.", "Yes.\n"),
        ("\n<think>Hm.</think>Yes.", "Hm.", "Yes."),
        ("<think>\n\n</think>\n\nYes.", "", "Yes."),
        ("<think>Two\n\nparts, </thin and <think>.</think>", "Two\n\nparts, </thin and <think>.", ""),
        ("<think>Cut off", "Cut off", ""),
        ("<think>Cut off</thi", "Cut off</thi", ""),
        ("</think>\n\nYes.", "", "Yes."),
        ("  Yes: `<think>` opens, `</think>` closes.", "", "  Yes: `<think>` opens, `</think>` closes."),
        ("<thin air", "", "<thin air"),
        (" \n", "", " \n"),
        ("", "", ""),
    ],
)
def test_a_block_at_the_beginning_is_thinking(answer: str, thought: str, text: str) -> None:
    found = split(answer)
    assert (found.thought, found.text) == (thought, text)


@pytest.mark.parametrize(
    ("answer", "thought", "text"),
    [
        ("Hm.\n</think>\n\nYes.", "Hm.", "Yes."),
        ("\nHm, no end", "Hm, no end", ""),
        ("</think>Yes.", "", "Yes."),
    ],
)
def test_the_prompt_may_have_opened_the_block(answer: str, thought: str, text: str) -> None:
    found = split(answer, prompt=OPENED)
    assert (found.thought, found.text) == (thought, text)


@pytest.mark.parametrize(
    ("answer", "thought", "text"),
    [
        ("<think>Hm.</think><response>Yes.</response>\n", "Hm.", "Yes."),
        ("<response>Yes, </resp.</response>", "", "Yes, </resp."),
        ("<response>Yes", "", "Yes"),
        ("Yes: </response>", "", "Yes: </response>"),
    ],
)
def test_marks_around_the_answer_are_dropped(answer: str, thought: str, text: str) -> None:
    found = split(answer, WRAPPED)
    assert (found.thought, found.text) == (thought, text)


def test_the_prompt_may_have_opened_the_answer() -> None:
    assert split("Yes.</response>", WRAPPED, "<think></think><response>").text == "Yes."


def test_thinking_and_text_come_at_once() -> None:
    parser = splitter(THINK, OPENED)
    assert [len(parser.feed(portion)) for portion in ("Hm", ".", "\n", "</think>", "\n\n", "Ye", "s.\n")] == [
        1,
        1,
        0,
        0,
        0,
        1,
        1,
    ]


@given(
    st.lists(st.sampled_from(["<think>", "</think>", "<response>", "</response>", " ", "\n", "a", "<"])), st.booleans()
)
@settings(max_examples=100, deadline=None)
def test_portions_change_nothing_and_only_marks_and_space_are_dropped(parts: list[str], opened: bool) -> None:
    prompt = OPENED if opened else ""
    answer = "".join(parts)
    found = run(splitter(WRAPPED, prompt), answer)
    assert found == run(splitter(WRAPPED, prompt), [answer])
    kept = found.thought + found.text
    assert kept.count("a") == answer.count("a")
    assert kept.count("<") >= answer.count("<") - 4


@pytest.mark.parametrize(
    ("template", "marks"),
    [
        ("{{ '<think>\\n' }}", THINK),
        ("content.split('</think>')", THINK),
        ("[THINK]x[/THINK]", Marks("[THINK]", "[/THINK]")),
        ("'<seed:think>'", Marks("<seed:think>", "</seed:think>")),
        ("<|START_THINKING|>", Marks("<|START_THINKING|>", "<|END_THINKING|>")),
        ("{%- set k = ':x' %}'<think{}>'.format(k)", Marks("<think:x>", "</think:x>")),
        ("between <think></think> and <response></response>", WRAPPED),
        (DEFAULT_TEMPLATE, None),
    ],
)
def test_marks_are_found_in_the_template(template: str, marks: Marks | None) -> None:
    assert find_marks(template) == marks


@pytest.mark.parametrize(
    ("end", "opened"), [("<think>\n", True), ("<think>", True), ("<think>\n\n</think>\n\n", False)]
)
def test_whether_a_prompt_ends_in_thoughts(end: str, opened: bool) -> None:
    assert is_open(THINK, f"<|im_start|>assistant\n{end}") == opened
