"""The commands of a chat that is kept: which session it is, and what becomes of its last exchange."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from msgspec import UNSET

from minerva.cli.answer import Outcome
from minerva.cli.failure import CommandFailed
from minerva.cli.sessions.find import find_session
from minerva.cli.sessions.kept import KeptConversation
from minerva.cli.sessions.table import UNTITLED, last_answered, last_question, say_exchange, say_sessions
from minerva.cli.sessions.wording import begin_of
from minerva.cli.terminal import say, visible
from minerva.core.session import StoredMessage

LATEST = 10
HELP = """  /retry           answer the last message, or the last result of a tool, again; the answer that there is
                   stays beside the new one
  /continue        go on with an answer that was stopped or interrupted, or reached max_tokens; with
                   /continue MODEL another model than its own does
  /result TEXT     say what the tool gave back that the answer called; the model then goes on
  /undo            delete the last exchange; /redo brings it back
  /title TEXT      give the conversation a title
  /sessions        list the latest conversations; `minerva sessions TEXT` searches them
  /resume ID       go on with another one: its id or title, or the beginning of one"""
TEMPORARY_HELP = "This conversation is temporary: it is gone when you leave."


class SessionCommands:
    """What a person does with the session of a chat; `table` names it."""

    def __init__(self, conversation: KeptConversation, prompt: str) -> None:
        """Work on `conversation`, in a chat whose input is behind `prompt`."""
        self._kept = conversation
        self._prompt = prompt
        self._undone: list[str] = []

    def table(self) -> dict[str, Callable[[str], Outcome | None]]:
        """Return all commands, by name."""
        return {
            "retry": self._retry,
            "continue": self._continue,
            "result": self._kept.give_result,
            "undo": self._undo,
            "redo": self._redo,
            "title": self._title,
            "sessions": self._list,
            "resume": self.resume,
        }

    def resume(self, text: str) -> Outcome | None:
        """Go on with the session that `text` means: show its last exchange, and what is being written in it."""
        if not text:
            raise CommandFailed("An id or a title is missing: /resume ID. /sessions lists the latest.")
        path = self._kept.resume(find_session(self._kept.sessions, text))
        self._undone.clear()
        model = path.session.settings.model or "the default model"
        say(f"{visible(path.session.title) or UNTITLED}: {len(path.messages)} messages so far, and {model} goes on.")
        say_exchange(path.messages, self._prompt)
        last = path.messages[-1:]
        return self._kept.go_on(last[0]) if last and last[0].status == "streaming" else None

    def _retry(self, _: str) -> Outcome:
        path = self._kept.path()
        return self._kept.answer(_said(path, last_answered(path)))

    def _continue(self, model: str) -> Outcome:
        path = self._kept.path()
        if not path or path[-1].role != "assistant":
            raise CommandFailed("There is no answer to go on with; /retry asks for one.")
        return self._kept.go_on(path[-1], model or None)

    def _undo(self, _: str) -> None:
        path = self._kept.path()
        question = _said(path, last_question(path))
        self._kept.sessions.delete(question.id)
        # Below its parent another version of it may be chosen now, which is not where the person is.
        self._kept.go_to(question.parent)
        self._undone.append(question.id)
        say(f"Deleted, with its answer: {visible(begin_of(question.content))!r}. /redo brings it back.")

    def _redo(self, _: str) -> None:
        if not self._undone:
            raise CommandFailed("There is nothing to bring back: /undo deleted nothing in this conversation.")
        self._kept.sessions.restore(self._undone.pop())
        self._kept.go_to(UNSET)
        say_exchange(self._kept.path(), self._prompt)

    def _title(self, text: str) -> None:
        if not text:
            raise CommandFailed("A title is missing: /title TEXT.")
        self._kept.retitle(text)
        say("The title is set.")

    def _list(self, _: str) -> None:
        latest = list(itertools.islice(self._kept.sessions.all(), LATEST))
        if not latest:
            raise CommandFailed("There is no session yet; one begins with the first message.")
        say_sessions(latest)


def refused_commands() -> dict[str, Callable[[str], Outcome | None]]:
    """Return the same commands for a chat that is not kept: each says why it does nothing."""
    names = ("retry", "continue", "result", "undo", "redo", "title", "sessions", "resume")
    return dict.fromkeys(names, _refuse)


def _said(path: tuple[StoredMessage, ...], place: int) -> StoredMessage:
    if place == len(path):
        raise CommandFailed("Nothing was said yet.")
    return path[place]


def _refuse(_: str) -> None:
    raise CommandFailed("This conversation is temporary, so there is nothing kept; start without --temporary for that.")
