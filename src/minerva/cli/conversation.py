"""What the chat in the terminal asks of a conversation, whether or not it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from minerva.cli.answer import Outcome
from minerva.core.session import SessionSettings

Edit = Callable[[SessionSettings], SessionSettings]


class Conversation(Protocol):
    """One conversation after another with one server. Methods raise `CommandFailed`."""

    @property
    def settings(self) -> SessionSettings:
        """What it is asked with; `model` is a full name, or `None` for the server's default."""

    def change(self, edit: Edit) -> None:
        """Ask from now on with what `edit` makes of the settings."""

    def ask(self, text: str) -> Outcome:
        """Say `text`, and write the answer as it comes. Ctrl-C ends the answer; what was written stays."""

    def facts(self) -> list[tuple[str, str]]:
        """Return names and values of what there is to know of it, beside its settings."""

    def clear(self) -> str:
        """Begin anew, with the settings that there are; return a sentence that says so."""

    def switch(self, model: str) -> str:
        """Let `model` answer from now on; return a sentence that says so."""
