"""Files of messages."""

from __future__ import annotations

import pytest

from minerva.core.errors import AttachmentNotFound, InvalidRequest, SessionNotFound
from minerva.sessions.records import AttachmentText, NewMessage
from minerva.sessions.store import SessionStore
from tests.support.sessions import Clock, ask


async def test_a_file_is_kept_and_sent_with_a_message(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    one = await sessions.attach(session, "a\n.txt", "text/plain", b"\xe4\x00", "ä\0")
    two = await sessions.attach(session, " ", "text/csv", b"", "")
    assert (one.name, one.media_type, one.size_bytes, one.text_characters) == ("a .txt", "text/plain", 2, 2)
    assert two.name == "file"
    found = await sessions.attachment(one.id)
    assert (found.attachment, found.data, found.text) == (one, b"\xe4\x00", "ä\0")
    new = NewMessage(session=session, parent=None, role="user", attachments=(two.id, one.id))
    sent = await sessions.add(new)
    assert sent.attachments == (two, one)
    edited = await sessions.add(NewMessage(session=session, parent=None, role="user", attachments=(one.id,)))
    assert [message.attachments for message in await sessions.tree(session)] == [(two, one), (one,)]
    plain = await ask(sessions, session, None)
    assert await sessions.attachment_texts([plain.id, edited.id, sent.id, sent.id, "msg_no"]) == {
        edited.id: (AttachmentText(one, "ä\0"),),
        sent.id: (AttachmentText(two, ""), AttachmentText(one, "ä\0")),
    }


@pytest.mark.parametrize("kind", ["text/plain\r\nx: y", "t\N{CHECK MARK}/x", "text", "", "text/" + "x" * 300])
async def test_a_type_that_no_header_takes_is_none(sessions: SessionStore, kind: str) -> None:
    session = (await sessions.create()).id
    assert (await sessions.attach(session, "a", kind, b"a", "a")).media_type == "application/octet-stream"


async def test_a_file_belongs_to_its_session(sessions: SessionStore) -> None:
    session, other = (await sessions.create()).id, (await sessions.create()).id
    file = await sessions.attach(other, "a", "text/plain", b"a", "a")
    for name in (file.id, "att_no"):
        with pytest.raises(InvalidRequest, match=r"`attachments\[0\]`") as caught:
            await sessions.add(NewMessage(session=session, parent=None, role="user", attachments=(name,)))
        assert caught.value.param == "attachments[0]"
    assert await sessions.tree(session) == ()
    with pytest.raises(SessionNotFound):
        await sessions.attach("ses_no", "a", "text/plain", b"", "")
    await sessions.delete(other)
    for name in (file.id, "att_no"):
        with pytest.raises(AttachmentNotFound, match="not found"):
            await sessions.attachment(name)


async def test_a_file_that_is_too_large_is_refused_with_the_figures(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    await sessions.attach(session, "a", "text/plain", bytes(1000), "")
    with pytest.raises(InvalidRequest, match="at most 1000 B"):
        await sessions.attach(session, "a", "text/plain", bytes(1001), "")


async def test_what_is_never_sent_is_forgotten(sessions: SessionStore, clock: Clock) -> None:
    session = (await sessions.create()).id
    sent, unsent = [await sessions.attach(session, name, "text/plain", b"a", "a") for name in "ab"]
    await sessions.add(NewMessage(session=session, parent=None, role="user", attachments=(sent.id,)))
    assert await sessions.purge() == 0
    clock.now_s += 10
    assert await sessions.purge() == 1
    await sessions.attachment(sent.id)
    with pytest.raises(AttachmentNotFound):
        await sessions.attachment(unsent.id)
    with pytest.raises(InvalidRequest):
        await sessions.add(NewMessage(session=session, parent=None, role="user", attachments=(unsent.id,)))
