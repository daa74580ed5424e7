from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.cli.chat_input import Command, Entry, EntryReader, Say


def read(*lines: str) -> list[Entry]:
    reader = EntryReader()
    return [entry for line in lines if (entry := reader.feed(line)) is not None]


@pytest.mark.parametrize(
    ("lines", "entries"),
    [
        (["hello"], [Say("hello")]),
        (["  indented"], [Say("  indented")]),
        (["", "  "], []),
        (["one \\", "two"], [Say("one \ntwo")]),
        (["one\\", "\\", "three"], [Say("one\n\nthree")]),
        (["ends with two \\\\"], [Say("ends with two \\\\")]),
        (["three \\\\\\", "on"], [Say("three \\\\\non")]),
        (['"""one', "", 'two"""'], [Say("one\n\ntwo")]),
        (['"""', "one", "two", '"""'], [Say("one\ntwo")]),
        (['"""all on one line"""', "next"], [Say("all on one line"), Say("next")]),
        (['"""a \\', "/b", 'c"""'], [Say("a \\\n/b\nc")]),
        (['""""""', "x"], [Say("x")]),
        (['"""', '"""', "x"], [Say("x")]),
        (['say """ here'], [Say('say """ here')]),
        (["/bye"], [Command("bye")]),
        (["  /Set  temperature 0.5 "], [Command("set", "temperature 0.5")]),
        (["/system You are \\", "brief"], [Command("system", "You are \nbrief")]),
        (["/system", "/clear"], [Command("system"), Command("clear")]),
        (["/etc/hosts is what?"], [Say("/etc/hosts is what?")]),
        (["//bye"], [Say("/bye")]),
        (["/"], [Say("/")]),
        (["one \\", "/bye"], [Say("one \n/bye")]),
    ],
)
def test_lines_become_entries(lines: list[str], entries: list[Entry]) -> None:
    assert read(*lines) == entries


def test_a_reader_knows_whether_it_is_in_the_middle() -> None:
    reader = EntryReader()
    seen = [reader.is_empty]
    reader.feed('"""')
    seen.append(reader.is_empty)
    reader.clear()
    seen.append(reader.is_empty)
    assert seen == [True, False, True]
    assert reader.feed("x") == Say("x")


TEXT = st.text(st.characters(exclude_characters='"\\/\n\r', exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_any_text_can_be_said_between_fences(lines: list[str]) -> None:
    assert read('"""', *lines, '"""') == [Say("\n".join(lines))]


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_any_text_can_be_said_with_continuations(lines: list[str]) -> None:
    assert read(*(line + "\\" for line in lines[:-1]), lines[-1]) == [Say("\n".join(lines))]


@given(st.lists(st.text(max_size=20), max_size=10))
def test_no_input_breaks_the_reader(lines: list[str]) -> None:
    reader = EntryReader()
    for line in lines:
        reader.feed(line)
    reader.clear()
    assert reader.feed("fine") == Say("fine")
