"""What a tool-call format is to the rest of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from minerva.chat.formats.parser import Parser
from minerva.core.tools import Tool


class Format(Protocol):
    """How a family of models writes calls of tools. What it says is constant and shared by all requests."""

    @property
    def name(self) -> str:
        """What the format is called in documents and logs."""
        ...

    @property
    def triggers(self) -> tuple[str, ...]:
        """Texts behind which a call has begun, for lazy constraints: `call_grammar` says how it goes on."""
        ...

    @property
    def marks(self) -> tuple[str, ...]:
        """Texts its parser looks for besides `triggers` and `example`. Control tokens in all of them must be shown."""
        ...

    @property
    def text_openings(self) -> tuple[str, ...]:
        """Texts behind which the text for the user begins, where each part of an answer says what it is.

        With any, the parser finds thoughts and text as well, and so has to read every answer, also without tools.
        """
        ...

    @property
    def example(self) -> str:
        """A call in this form, to teach it with."""
        ...

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """Return a parser for one answer. Calls of other tools, and all but the first if not `parallel`, are text."""
        ...

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """Return a Lark grammar of an answer that is one call of `tools`, or several if `parallel`, and nothing else.

        `special`: texts that are single control tokens of the vocabulary, and their ids.
        """
        ...

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """Return a Lark grammar of what follows a trigger: the rest of one call, or of one group of calls."""
        ...
