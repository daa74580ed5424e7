"""A template with all that it is given but the messages, to be tried on a conversation, its parts and its repairs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minerva.chat.adaptation import Adaptation
from minerva.chat.calls import Messages
from minerva.chat.conversation import as_item, as_tools
from minerva.chat.program import Program
from minerva.chat.sandbox import TemplateRaised
from minerva.core.errors import InvalidModelFile


class Rendering:
    """One prompt in the making."""

    def __init__(
        self, program: Program, adaptation: Adaptation, *, callers: dict[str, Any], fixed: dict[str, Any]
    ) -> None:
        """`callers` are the variables that a caller has set, `fixed` those that no caller can.

        Raises `InvalidRequest` for parameters of a tool that are no JSON object.
        """
        self._program = program
        self._adaptation = adaptation
        self._callers = callers
        self._fixed = {**fixed, "tools": as_tools(adaptation.tools)}

    def attempt(self, messages: Messages, *, without: Iterable[str] = ()) -> str:
        """Return the text of adapted `messages`, with the caller's variables `without` left out.

        Raises what `Program.run` raises.
        """
        left_out = frozenset(without)
        variables = {name: value for name, value in self._callers.items() if name not in left_out}
        items = [as_item(message, self._adaptation.style) for message in messages]
        return self._program.run({**variables, **self._fixed, "messages": items})

    def attempt_part(self, messages: Messages) -> str:
        """Do as `attempt` for a part of the conversation as the caller gave it."""
        return self.attempt(self._adaptation.apply(messages))

    def is_accepted(self, messages: Messages, *, without: Iterable[str]) -> bool:
        """Whether the template takes adapted `messages` if those of the variables `without` that are set are not."""
        if self._callers.keys().isdisjoint(without):
            return False
        try:
            self.attempt(messages, without=without)
        except (TemplateRaised, InvalidModelFile):
            return False
        return True
