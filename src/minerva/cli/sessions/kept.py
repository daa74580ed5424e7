"""A conversation that the server keeps: a session there, from its first message on."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import UNSET, UnsetType

from minerva.cli.answer import Outcome, write
from minerva.cli.client import Client
from minerva.cli.conversation import Edit
from minerva.cli.failure import CommandFailed, Unreachable
from minerva.cli.loading import load_model
from minerva.cli.sessions.api import JsonObject, Path, Sessions
from minerva.cli.sessions.follow import Following
from minerva.cli.sessions.table import short_id
from minerva.cli.sessions.wording import fit_text
from minerva.core.session import Session, SessionSettings, StoredMessage
from minerva.core.session_calls import waiting_calls
from minerva.server.openai.answers import timings_answer


class KeptConversation:
    """A `Conversation` that is a session. `session` is `None` until something is said."""

    def __init__(self, client: Client, settings: SessionSettings) -> None:
        """Begin with nothing said."""
        self.session: Session | None = None
        self.sessions = Sessions(client)
        self._client = client
        self._settings = settings
        self._title = ""
        # Where the next message goes: below this one, `None` for a first one. Unset: to the end of the active path.
        self._end: str | UnsetType | None = UNSET

    @property
    def settings(self) -> SessionSettings:
        """As in `Conversation`."""
        return self._settings

    def change(self, edit: Edit) -> None:
        """As in `Conversation`. They are the session's settings, as they are by now, that are changed."""
        if self.session is None:
            self._settings = edit(self._settings)
            return
        now = self.sessions.read(self.session.id).session
        settings = edit(now.settings)
        if settings != now.settings:
            now = self.sessions.update(now.id, {"settings": settings, "revision": now.revision})
        self.session, self._settings = now, settings

    def ask(self, text: str) -> Outcome:
        """As in `Conversation`."""
        return self._write(lambda: self.sessions.turn(self._begun().id, {"content": text, **self._place()}))

    def answer(self, question: StoredMessage) -> Outcome:
        """Have a message of the user, or a tool's result, answered, again perhaps, and write the answer."""
        return self._write(lambda: self.sessions.turn(question.session, {"parent": question.id}))

    def give_result(self, text: str) -> Outcome:
        """Say what the first call that waits for it gave back. Once all have, the model goes on."""
        path = self.path()
        waiting = waiting_calls(path)
        if not waiting:
            raise CommandFailed("No call of a tool waits for its result.")
        result = self.sessions.give_result(path[-1].session, path[-1].id, waiting[0].id, text)
        self._end = UNSET
        if len(waiting) == 1:
            return self.answer(result)
        return Outcome(status="complete", kept=True, calls=waiting[1:])

    def go_on(self, message: StoredMessage, model: str | None = None) -> Outcome:
        """Go on with an answer, by its own model or by `model`, and write what comes; one being written is followed."""
        if message.status == "streaming":
            return self._write(lambda: message)
        return self._write(lambda: self.sessions.go_on(message.id, model), message.content)

    def path(self) -> tuple[StoredMessage, ...]:
        """Return the messages that the next one follows."""
        if self.session is None or self._end is None:
            return ()
        messages = self.sessions.read(self.session.id).messages
        if self._end is UNSET:
            return messages
        ids = [message.id for message in messages]
        return messages[: ids.index(self._end) + 1] if self._end in ids else messages

    def go_to(self, place: str | UnsetType | None) -> None:
        """Let the next message go below the message `place`, `None` for a first one; unset: to where the path ends."""
        self._end = place

    def resume(self, found: Session) -> Path:
        """Go on in a session that there is; return it. Raises `CommandFailed` if its model cannot be loaded."""
        path = self.sessions.read(found.id)
        self.session, self._settings, self._title, self._end = path.session, path.session.settings, "", UNSET
        return path

    def retitle(self, title: str) -> None:
        """Give the session, or the one that begins with the next message, a title."""
        if self.session is None:
            self._title = title
        else:
            self.session = self.sessions.update(self.session.id, {"title": title})

    def facts(self) -> list[tuple[str, str]]:
        """As in `Conversation`."""
        count = ("messages", str(len(self.path())))
        if self.session is None:
            return [("session", "begins with the first message"), count]
        now = self.sessions.read(self.session.id).session
        return [("session", f"{now.id}, {now.title!r}"), count]

    def clear(self) -> str:
        """As in `Conversation`. The session stays."""
        if self.session is None:
            return "Nothing was said yet."
        old, self.session, self._title, self._end = self.session, None, "", UNSET
        return f"A new conversation. The one before is kept: /resume {short_id(old)} goes back to it."

    def switch(self, model: str) -> str:
        """As in `Conversation`; with figures of what there is for it to read."""
        name = load_model(self._client, model)
        self.change(lambda settings: msgspec.structs.replace(settings, model=name))
        said = f"{name} answers from now on."
        if self.session is None or not self.path():
            return said
        return f"{said} {fit_text(self.sessions.count(self.session.id, self._place()))}"

    def _begun(self) -> Session:
        if self.session is None:
            self.session = self.sessions.create(self._settings, self._title)
        return self.session

    def _place(self) -> JsonObject:
        return {} if self._end is UNSET else {"parent": self._end}

    def _write(self, begin: Callable[[], StoredMessage], shown: str = "") -> Outcome:
        """Write the answer that `begin` begins, of which `shown` is on the screen. Ctrl-C ends it on the server."""
        following: Following | None = None
        try:
            # It may have been unloaded since the last message; to load it here shows that it takes a while, and why.
            load_model(self._client, self._settings.model)
            following = Following(self.sessions, begin(), shown)
            self._end = UNSET
            write(following.pieces())
        except KeyboardInterrupt:
            return self._stop(following)
        except Unreachable as error:
            raise self._kept(error) from error
        return _outcome(following.message)

    def _stop(self, following: Following | None) -> Outcome:
        """End what is being written. Whether it has begun at all, the server knows, if Ctrl-C came in between."""
        if following is None:
            for message in self.path()[-1:]:
                if message.status == "streaming":
                    following = Following(self.sessions, message)
        if following is None:
            return Outcome(status="stopped")
        write([following.see(self.sessions.stop(following.message.id))])
        return _outcome(following.message)

    def _kept(self, error: Unreachable) -> CommandFailed:
        if self.session is None:
            return error
        name = short_id(self.session)
        return Unreachable(f"{error.message} What was written is kept in {name}, and can go on once a server is there.")


def _outcome(message: StoredMessage) -> Outcome:
    """Return how an answer ended. Raises `CommandFailed` if it failed."""
    if message.status == "failed":
        raise CommandFailed("The answer failed." if message.error is None else message.error.message)
    figures = None
    if message.timings is not None and message.usage is not None:
        figures = timings_answer(message.timings, message.usage)
    return Outcome(
        status=message.status,
        full=message.finish_reason == "length",
        truncation=message.truncation,
        timings=figures,
        kept=True,
        calls=waiting_calls((message,)),
    )
