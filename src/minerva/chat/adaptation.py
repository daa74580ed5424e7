"""A conversation put for one template: what the template does not know is put in words that it does."""

from __future__ import annotations

import msgspec

from minerva.chat.calls import Messages, separate_calls
from minerva.chat.capabilities import Capabilities, capabilities
from minerva.chat.conversation import CallStyle
from minerva.chat.formats.find import find
from minerva.chat.wording import describe_tools, word_calls, word_results
from minerva.core.message import Message
from minerva.core.tools import Tool

_KNOWS_ALL = Capabilities(tools=True, calls=CallStyle(), parallel=True, results=True)


class Adaptation:
    """What has to be done to a conversation, or a part of it, before a template gets it."""

    def __init__(
        self, source: str, messages: Messages, tools: tuple[Tool, ...], *, tools_in_words: bool = False
    ) -> None:
        """`source` is the template. What it knows is tried out only if the conversation has to do with tools.

        `tools_in_words`: it fails on these tools, though it knows of tools.
        """
        needed = tools or any(message.tool_calls or message.role == "tool" for message in messages)
        able = capabilities(source) if needed else _KNOWS_ALL
        self._able = able
        self._knows_developer = "developer" in source
        self._described = tools if tools_in_words or not able.tools else ()
        self._example = find(source).example
        self.tools = () if self._described else tools
        """The tools that the template gets."""
        self.style = self._able.calls or CallStyle()
        """How it gets calls."""
        self.notes = tuple(self._notes(messages))
        """What people should know of, in words."""

    def apply(self, messages: Messages) -> Messages:
        """Return `messages` as the template gets them."""
        if not self._knows_developer:
            messages = tuple(_as_system(message) for message in messages)
        if not self._able.parallel:
            messages = separate_calls(messages)
        knows_nothing = self._able.calls is None and not self._able.tools
        if knows_nothing or not self._able.results:
            messages = word_results(messages)
        if self._able.calls is None:
            messages = word_calls(messages, self._example)
        return describe_tools(messages, self._described, self._example) if self._described else messages

    def _notes(self, messages: Messages) -> list[str]:
        notes = ["the chat template cannot show these tools: they were described in text"] if self._described else []
        if not self._able.parallel and any(len(message.tool_calls) > 1 for message in messages):
            notes.append("parallel tool calls were put one after another, as the chat template wants them")
        return notes


def _as_system(message: Message) -> Message:
    return msgspec.structs.replace(message, role="system") if message.role == "developer" else message
