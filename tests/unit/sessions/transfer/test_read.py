from __future__ import annotations

import json

import pytest

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer.entry import Skipped
from minerva.sessions.transfer.lines import header_line, session_line
from minerva.sessions.transfer.read import read
from tests.unit.sessions.transfer.making import NOW_S, copies, message, sample, session

OURS = header_line(NOW_S) + session_line(SessionCopy(session=session(title="Ours"), messages=(message("a"),)))


@pytest.mark.parametrize(
    ("data", "titles"),
    [
        (OURS, ["Ours"]),
        (sample("chatgpt.json"), ["Sorting in Python"]),
        (b"\xef\xbb\xbf\r\n " + sample("open_webui.json"), ["Weather and a picture", "An old one"]),
        (json.dumps(json.loads(sample("chatgpt.json"))[0]).encode(), ["Sorting in Python"]),
        (header_line(NOW_S), []),
        (b"[]", []),
    ],
    ids=["ours", "chatgpt", "open-webui", "one conversation", "none of ours", "none of others"],
)
def test_the_format_is_seen_from_what_stands_in_it(data: bytes, titles: list[str]) -> None:
    assert [copy.session.title for copy in copies(data)] == titles


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04rest", "Unpack it"),
        (b"", "no sessions that are known"),
        (b"# Markdown", "Known are Minerva's own export"),
        (b"\xff\xfe[\0]\0", "not text in UTF-8"),
        (b"\x00\x01", "no sessions that are known"),
    ],
)
def test_a_file_of_no_known_format_is_refused_before_anything_is_read(data: bytes, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        read(data, NOW_S)


def test_entries_that_are_none_are_skipped_one_by_one() -> None:
    chats = json.loads(sample("chatgpt.json"))
    data = json.dumps([1, {"title": "Neither"}, chats[0], {"title": "Empty", "mapping": 5}, []]).encode()
    found = list(read(data, NOW_S))
    assert [entry.title if isinstance(entry, Skipped) else entry.session.title for entry in found] == [
        "",
        "Neither",
        "Sorting in Python",
        "Empty",
        "",
    ]
    assert sum(isinstance(entry, SessionCopy) for entry in found) == 1


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (b"", "breaks off"),
        (b", {", "character"),
        (b", {]", "character"),
        (b" {}]", "breaks off or goes wrong"),
        (b", " + b"[" * 200_000, "cannot be read"),
        (b", " + b"1" * 5000 + b"]", "cannot be read"),
    ],
    ids=["cut", "cut inside", "wrong inside", "wrong between", "deep", "long"],
)
def test_what_comes_before_a_break_is_imported(rest: bytes, words: str) -> None:
    first, last = read(b"[" + json.dumps(json.loads(sample("chatgpt.json"))[0]).encode() + rest, NOW_S)
    assert isinstance(first, SessionCopy)
    assert isinstance(last, Skipped)
    assert words in last.reason
