"""An answer that the server keeps, followed while it is written, over connections that break."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec

from minerva.cli.failure import CommandFailed, Unreachable
from minerva.cli.sessions.api import Sessions
from minerva.core.session import StoredMessage
from minerva.core.session_event import AnswerEvent, MessageEvent, TextEvent

PAUSES_S = (0.0, 0.2, 0.5, 1.0, 2.0)
"""How long is waited before each new try to connect; so many fail, one after another, before it is given up."""


class Following:
    """One answer. `message` is how it is known to be; its text up to there has been yielded."""

    def __init__(self, sessions: Sessions, message: StoredMessage, shown: str = "") -> None:
        """Follow `message`, of whose text `shown` is on the screen already."""
        self.message = message
        self._sessions = sessions
        self._shown = shown
        self._last: str | None = None

    def pieces(self) -> Iterator[str]:
        """Yield the text as it comes, until the answer is over. Raises `CommandFailed`."""
        failed = 0
        while self.message.status == "streaming":
            broken: Unreachable | None = None
            try:
                with self._sessions.events(self.message.id, self._last) as events:
                    for event in events:
                        failed = 0
                        self._last = event.id or self._last
                        yield self._take(_decode(event.data))
            except Unreachable as error:
                broken = error
            if self.message.status == "streaming":
                if failed == len(PAUSES_S):
                    raise broken or Unreachable("The server does not tell an answer to its end.")
                time.sleep(PAUSES_S[failed])
                failed += 1

    def see(self, message: StoredMessage) -> str:
        """Take the message as it is now, and return what is new of its text.

        A server that was killed may have kept less than it has told.
        """
        text, shown = message.content, self._shown
        self.message, self._shown = message, text
        return text.removeprefix(shown) if text.startswith(shown) else ""

    def _take(self, event: AnswerEvent) -> str:
        match event:
            case MessageEvent():
                return self.see(event.message)
            case TextEvent():
                self._shown += event.text
                return event.text
            case _:
                return ""


def _decode(data: str) -> AnswerEvent:
    try:
        event: AnswerEvent = msgspec.json.decode(data, type=AnswerEvent)
    except msgspec.MsgspecError as error:
        raise CommandFailed(f"The server sent something that is no event of an answer: {error}.") from error
    return event
