from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.errors import ErrorInfo, InvalidRequest
from minerva.core.event import Timings, TokenAlternative, TokenLogprob, Truncation, Usage
from minerva.core.message import ToolCall
from minerva.core.sampling import SamplingOptions
from minerva.core.session import ALONE, Session, SessionSettings, StoredMessage
from minerva.sessions.records import AttachmentFile, SessionCopy
from minerva.sessions.transfer.entry import Skipped
from minerva.sessions.transfer.lines import header_line, is_ours, read_lines, session_line
from tests.unit.sessions.transfer.making import NOW_S, file, message, session

# What UTF-8 can say, lines and quotes and all.
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_times = st.floats(0, 1e10, allow_nan=False)
_counts = st.integers(0, 10**6)
_logprobs = st.lists(
    st.builds(
        TokenLogprob,
        id=_counts,
        piece=st.binary(max_size=4),
        logprob=st.floats(-50, 0),
        top=st.lists(st.builds(TokenAlternative, _counts, st.binary(max_size=4), st.floats(-50, 0)), max_size=2).map(
            tuple
        ),
    ),
    max_size=3,
).map(tuple)
_settings = st.builds(
    SessionSettings,
    model=st.none() | _texts,
    system=_texts,
    sampling=st.builds(SamplingOptions, temperature=st.none() | st.floats(0, 2), seed=st.none() | _counts),
    stop=st.lists(_texts, max_size=2).map(tuple),
)


_message = st.builds(
    StoredMessage,
    id=st.just(""),
    session=st.just("ses_0"),
    parent=st.none(),
    branch=st.just(ALONE),
    role=st.sampled_from(["user", "assistant", "tool"]),
    status=st.sampled_from(["complete", "stopped", "interrupted", "failed", "streaming"]),
    content=_texts,
    reasoning=_texts,
    tool_calls=st.tuples() | st.tuples(st.builds(ToolCall, _texts, _texts, _texts)),
    tool_call_id=st.none() | _texts,
    model=st.none() | _texts,
    settings=st.none() | _settings,
    finish_reason=st.sampled_from([None, "stop", "length", "cancelled"]),
    error=st.none() | st.builds(ErrorInfo, _texts, _texts),
    usage=st.none() | st.builds(Usage, _counts, _counts, _counts),
    timings=st.none() | st.builds(Timings, _times, _times, _times, _times, _times),
    ttft_s=st.none() | _times,
    reasoning_s=st.none() | _times,
    truncation=st.none() | st.builds(Truncation, st.just("shift"), _counts, _counts),
    logprobs=st.none() | _logprobs,
    created_s=_times,
    updated_s=_times,
)


@st.composite
def _messages(draw: st.DrawFn) -> tuple[StoredMessage, ...]:
    """A tree of any form: each message is below one that was made before it, or is a first one."""
    made: list[StoredMessage] = []
    for number, drawn in enumerate(draw(st.lists(_message, max_size=4))):
        above = draw(st.none() | st.sampled_from(made)) if made else None
        parent = None if above is None else above.id
        made.append(msgspec.structs.replace(drawn, id=f"msg_{number}", parent=parent))
    return tuple(made)


@st.composite
def _copies(draw: st.DrawFn) -> SessionCopy:
    messages = draw(_messages())
    by_parent: dict[str | None, list[str]] = {}
    for one in messages:
        by_parent.setdefault(one.parent, []).append(one.id)
    chosen = {choice for group in by_parent.values() if (choice := draw(st.none() | st.sampled_from(group)))}
    files = {f"att_{one.id}": file(f"att_{one.id}", draw(st.binary(max_size=9)), draw(_texts)) for one in messages[::2]}
    return SessionCopy(
        session=draw(
            st.builds(
                Session,
                id=st.just("ses_0"),
                title=_texts,
                titled=st.booleans(),
                pinned=st.booleans(),
                archived=st.booleans(),
                tags=st.lists(_texts, max_size=3).map(tuple),
                settings=_settings,
                revision=_counts,
                messages=st.just(len(messages)),
                created_s=_times,
                updated_s=_times,
            )
        ),
        messages=tuple(
            msgspec.structs.replace(one, attachments=(found.attachment,))
            if (found := files.get(f"att_{one.id}"))
            else one
            for one in messages
        ),
        chosen=frozenset(chosen),
        files=files,
    )


@given(st.lists(_copies(), max_size=2))
@settings(max_examples=20, deadline=None)
def test_what_is_written_is_read_again_as_it_was(copies: list[SessionCopy]) -> None:
    data = header_line(NOW_S) + b"".join(map(session_line, copies))
    assert data.count(b"\n") == 1 + len(copies)
    assert is_ours(data)
    assert list(read_lines(data)) == copies


def test_a_file_of_another_version_is_refused_by_its_number() -> None:
    with pytest.raises(InvalidRequest, match="version 2 of minerva-sessions, and this Minerva knows version 1"):
        is_ours(b'{"format": "minerva-sessions", "version": 2}\n')


@pytest.mark.parametrize("data", [b"", b"\n", b"[]", b'{"format": "x", "version": 1}\n', b"\xff\n", b'{"format": 1}'])
def test_other_files_are_not_ours(data: bytes) -> None:
    assert not is_ours(data)


def _line(**said: Any) -> bytes:
    return session_line(SessionCopy(**{"session": session(title="Mine"), "messages": (), **said}))


def _double(one: AttachmentFile) -> dict[str, AttachmentFile]:
    return {one.attachment.id: one}


BAD = [
    (b"{}\n", "", "missing required field `session`"),
    (b'{"session": {"title": "Half"}, "mess', "", "no session"),
    (b'{"session": {"title": "Half"}}\n', "Half", "missing required field `id` - at `$.session`"),
    (b"\xff\n", "", "no session"),
    (b"[" * 100_000 + b"\n", "", "no session"),
    (_line(messages=(message("a"), message("a"))), "Mine", "Two messages have the id 'a'"),
    (_line(messages=(message("a", "b"), message("b"))), "Mine", "The parent 'b' of 'a' is not before it"),
    (_line(messages=(message("a"),), chosen=frozenset({"b"})), "Mine", "'b' is chosen and is not there"),
    (_line(messages=(message("a"), message("b")), chosen=frozenset({"a", "b"})), "Mine", "Beside 'b' another one"),
    (_line(files=_double(file("f"))), "Mine", "The files are not those"),
    (_line(messages=(message("a", attachments=(file("f").attachment,)),)), "Mine", "The files are not those"),
    (
        _line(messages=(message("a", attachments=(file("f").attachment,)),), files={"f": file("g")}),
        "Mine",
        "an id that is not its own",
    ),
]


@pytest.mark.parametrize(("line", "title", "reason"), BAD, ids=[reason[:20] for _, _, reason in BAD])
def test_a_bad_line_is_skipped_with_its_title_and_the_others_are_read(line: bytes, title: str, reason: str) -> None:
    good = SessionCopy(session=session(), messages=(message("a"),), chosen=frozenset({"a"}))
    data = header_line(NOW_S) + b"\n" + session_line(good) + line.rstrip(b"\n") + b"\n" + session_line(good)
    first, bad, last = read_lines(data)
    assert (first, last) == (good, good)
    assert isinstance(bad, Skipped)
    assert bad.title == title
    assert reason in bad.reason


def test_a_file_may_belong_to_several_messages() -> None:
    one = file("f")
    messages = (message("a", attachments=(one.attachment,)), message("b", attachments=(one.attachment,)))
    copy = SessionCopy(session=session(), messages=messages, files={"f": one})
    assert list(read_lines(header_line(NOW_S) + session_line(copy))) == [copy]
