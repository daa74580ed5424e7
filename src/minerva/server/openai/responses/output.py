"""The items of an answer while they are written: each begins empty, grows, and ends. Pure."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import UNSET, UnsetType

from minerva.server.openai.answers import ChatLogprob
from minerva.server.openai.responses.answers import (
    FunctionCallAnswer,
    ItemAnswer,
    ItemStatus,
    OutputMessageAnswer,
    OutputTextAnswer,
    ReasoningAnswer,
    ReasoningTextAnswer,
    SummaryTextAnswer,
)
from minerva.server.openai.responses.events import (
    ArgumentsDelta,
    ArgumentsDone,
    ContentPartAdded,
    ContentPartDone,
    OutputItemAdded,
    OutputTextDelta,
    OutputTextDone,
    ReasoningTextDelta,
    ReasoningTextDone,
    ResponseEvent,
    SummaryPartAdded,
    SummaryPartDone,
    SummaryTextDelta,
    SummaryTextDone,
)


class OpenItem(Protocol):
    """An item that is being written."""

    def begin(self) -> list[ResponseEvent]:
        """Return the events that begin it."""

    def more(self, text: str) -> list[ResponseEvent]:
        """Return the events of more of its text."""

    def end(self, status: ItemStatus) -> list[ResponseEvent]:
        """Return the events that end its parts, but for its own end, in which it has `status`."""

    def item(self, status: ItemStatus) -> ItemAnswer:
        """Return what has been written."""


class OpenMessage:
    """Words."""

    def __init__(self, response_hex: str, index: int) -> None:
        """Write item number `index` of a response."""
        self._id = f"msg_{response_hex}{index:x}"
        self._index = index
        self._texts: list[str] = []
        self._logprobs: list[ChatLogprob] = []

    def begin(self) -> list[ResponseEvent]:
        """Return the item, and its one part."""
        added = OutputItemAdded(self._index, OutputMessageAnswer(self._id, "in_progress", []))
        return [added, ContentPartAdded(self._id, self._index, 0, OutputTextAnswer("", []))]

    def more(self, text: str, logprobs: list[ChatLogprob] | None = None) -> list[ResponseEvent]:
        """Return more text, with the log probabilities of its tokens."""
        self._texts.append(text)
        self._logprobs += logprobs or []
        return [OutputTextDelta(self._id, self._index, 0, text, logprobs or [])]

    def end(self, status: ItemStatus) -> list[ResponseEvent]:
        """Return the whole text."""
        [part] = self.item(status).content
        done = OutputTextDone(self._id, self._index, 0, part.text, part.logprobs)
        return [done, ContentPartDone(self._id, self._index, 0, part)]

    def item(self, status: ItemStatus) -> OutputMessageAnswer:
        """Return the message."""
        return OutputMessageAnswer(self._id, status, [OutputTextAnswer("".join(self._texts), self._logprobs)])


class OpenThought:
    """A thought, told as the content of its item."""

    def __init__(self, response_hex: str, index: int) -> None:
        """Write item number `index` of a response."""
        self._id = f"rs_{response_hex}{index:x}"
        self._index = index
        self._texts: list[str] = []

    def begin(self) -> list[ResponseEvent]:
        """Return the item, and its one part."""
        added = OutputItemAdded(self._index, ReasoningAnswer(self._id, "in_progress", [], []))
        return [added, ContentPartAdded(self._id, self._index, 0, ReasoningTextAnswer(""))]

    def more(self, text: str) -> list[ResponseEvent]:
        """Return more of the thought."""
        self._texts.append(text)
        return [ReasoningTextDelta(self._id, self._index, 0, text)]

    def end(self, status: ItemStatus) -> list[ResponseEvent]:
        """Return the whole thought."""
        text = "".join(self._texts)
        done = ReasoningTextDone(self._id, self._index, 0, text)
        return [done, ContentPartDone(self._id, self._index, 0, ReasoningTextAnswer(text))]

    def item(self, status: ItemStatus) -> ReasoningAnswer:
        """Return the thought."""
        return ReasoningAnswer(self._id, status, [], [ReasoningTextAnswer("".join(self._texts))])


class OpenSummary:
    """A thought, told as the summary of its item."""

    def __init__(self, response_hex: str, index: int) -> None:
        """Write item number `index` of a response."""
        self._id = f"rs_{response_hex}{index:x}"
        self._index = index
        self._texts: list[str] = []

    def begin(self) -> list[ResponseEvent]:
        """Return the item, and its one summary."""
        added = OutputItemAdded(self._index, ReasoningAnswer(self._id, "in_progress", []))
        return [added, SummaryPartAdded(self._id, self._index, 0, SummaryTextAnswer(""))]

    def more(self, text: str) -> list[ResponseEvent]:
        """Return more of the thought."""
        self._texts.append(text)
        return [SummaryTextDelta(self._id, self._index, 0, text)]

    def end(self, status: ItemStatus) -> list[ResponseEvent]:
        """Return the whole thought."""
        text = "".join(self._texts)
        done = SummaryTextDone(self._id, self._index, 0, text)
        cut_off: Literal["incomplete"] | UnsetType = "incomplete" if status == "incomplete" else UNSET
        return [done, SummaryPartDone(self._id, self._index, 0, SummaryTextAnswer(text), status=cut_off)]

    def item(self, status: ItemStatus) -> ReasoningAnswer:
        """Return the thought."""
        return ReasoningAnswer(self._id, status, [SummaryTextAnswer("".join(self._texts))])


class OpenCall:
    """A call of a function."""

    def __init__(self, response_hex: str, index: int, call_id: str, name: str) -> None:
        """Write item number `index` of a response: a call of `name`."""
        self._id = f"fc_{response_hex}{index:x}"
        self._index = index
        self._call_id = call_id
        self._name = name
        self._arguments: list[str] = []

    def begin(self) -> list[ResponseEvent]:
        """Return the item, which says who is called."""
        return [OutputItemAdded(self._index, self.item("in_progress"))]

    def more(self, text: str) -> list[ResponseEvent]:
        """Return more of the arguments."""
        self._arguments.append(text)
        return [ArgumentsDelta(self._id, self._index, text)]

    def end(self, status: ItemStatus) -> list[ResponseEvent]:
        """Return all arguments."""
        return [ArgumentsDone(self._id, self._index, "".join(self._arguments))]

    def item(self, status: ItemStatus) -> FunctionCallAnswer:
        """Return the call."""
        return FunctionCallAnswer(self._id, status, self._call_id, self._name, "".join(self._arguments))
