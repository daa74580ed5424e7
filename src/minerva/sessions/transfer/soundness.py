"""What makes a copy of a session sound, and the path that is shown of it."""

from __future__ import annotations

from collections.abc import Iterator

from minerva.core.errors import InvalidRequest
from minerva.core.session import StoredMessage
from minerva.sessions.records import SessionCopy


def check_copy(copy: SessionCopy) -> None:
    """Raise `InvalidRequest` unless it is a tree with its files, and of siblings one at most is chosen."""
    known: set[str] = set()
    for message in copy.messages:
        if message.id in known:
            raise InvalidRequest(f"Two messages have the id {message.id!r}.", "messages")
        if message.parent is not None and message.parent not in known:
            raise InvalidRequest(f"The parent {message.parent!r} of {message.id!r} is not before it.", "messages")
        known.add(message.id)
    _check_chosen(copy, known)
    _check_files(copy)


def active_path(copy: SessionCopy) -> tuple[StoredMessage, ...]:
    """Return the messages that are shown, from the first one on."""
    next_of = {message.parent: message for message in copy.messages if message.id in copy.chosen}
    return tuple(_follow(next_of))


def _check_chosen(copy: SessionCopy, known: set[str]) -> None:
    if unknown := copy.chosen - known:
        raise InvalidRequest(f"The message {min(unknown)!r} is chosen and is not there.", "chosen")
    groups: set[str | None] = set()
    for message in copy.messages:
        if message.id in copy.chosen:
            if message.parent in groups:
                raise InvalidRequest(f"Beside {message.id!r} another one is chosen.", "chosen")
            groups.add(message.parent)


def _check_files(copy: SessionCopy) -> None:
    """A file is of one message at least, and each attachment of a message has its file."""
    if {one.id for message in copy.messages for one in message.attachments} != set(copy.files):
        raise InvalidRequest("The files are not those that the messages have as attachments.", "files")
    if any(file.attachment.id != one for one, file in copy.files.items()):
        raise InvalidRequest("A file stands under an id that is not its own.", "files")


def _follow(next_of: dict[str | None, StoredMessage]) -> Iterator[StoredMessage]:
    message = next_of.get(None)
    while message is not None:
        yield message
        message = next_of.get(message.id)
