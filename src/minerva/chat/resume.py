"""An answer that goes on where it was broken off: its beginning as the model wrote it, which is not told again.

The beginning is put behind the prompt, and read once more, so that what comes is told from where it stands: within a
thought, behind one, in a channel for the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from minerva.chat.assemble import Assembler
from minerva.chat.disguise import Span
from minerva.chat.formats.format import Format
from minerva.chat.reasoning import Marks, is_open
from minerva.core.event import Delta, ReasoningDelta, TextDelta, ToolCallDelta, ToolCallStarted
from minerva.core.request import Begun


class Beginning:
    """What stands behind a prompt of an answer that is `begun`."""

    def __init__(self, begun: Begun, prompt: str, template: str, marks: Marks | None, call_format: Format) -> None:
        """`template` made the `prompt`, and its model thinks between `marks` and writes in `call_format`.

        A model without marks for thoughts is not told of any.
        """
        self.text = ""
        self.literal: tuple[Span, ...] = ()
        """Spans of `text` that are no marks, whatever they spell."""
        self.is_thought = False
        """It ends within the thoughts."""
        self._template = template
        if marks is not None:
            self._think(begun, marks, opened=is_open(marks, prompt))
        if begun.content:
            openings = call_format.text_openings or (marks.answer_openings if marks is not None else ())
            if openings and not (prompt + self.text).endswith(openings):
                self.text += openings[0]
            self._quote(begun.content)

    def _think(self, begun: Begun, marks: Marks, *, opened: bool) -> None:
        if not opened and not begun.reasoning:
            return
        if not opened:
            self.text += marks.opening + self._lines_at(marks.opening, behind=True)
        self._quote(begun.reasoning)
        self.is_thought = not begun.content
        if begun.content:
            before = self._lines_at(marks.closing, behind=False) if begun.reasoning else ""
            self.text += before + marks.closing + self._lines_at(marks.closing, behind=True) + marks.between

    def _quote(self, text: str) -> None:
        if text:
            self.literal += ((len(self.text), len(self.text) + len(text)),)
            self.text += text

    def _lines_at(self, mark: str, *, behind: bool) -> str:
        """Return the line feeds that the template writes before or behind `mark`; in its strings they are escapes."""
        lines, mark = r"((?:\n|\\n)+)", re.escape(mark)
        found = re.findall(mark + lines if behind else lines + mark, self._template)
        return max((each.replace(r"\n", "\n") for each in found), key=len, default="")


class Resumed:
    """An assembler that has read the beginning, and tells only what comes behind it."""

    def __init__(self, assembler: Assembler, beginning: str, begun: Begun) -> None:
        """`beginning` is the text of the `Beginning` that was made of `begun`."""
        self._assembler = assembler
        read = assembler.take(TextDelta(0, beginning))
        # What might yet become a mark was held back. It was told before, so it is taken off what comes.
        self._thoughts = _held_back(begun.reasoning, [each.text for each in read if isinstance(each, ReasoningDelta)])
        self._text = _held_back(begun.content, [each.text for each in read if isinstance(each, TextDelta)])

    @property
    def calls(self) -> int:
        """How many calls have begun."""
        return self._assembler.calls

    def take(self, delta: TextDelta) -> list[Delta]:
        """As `Assembler.take`."""
        return self._untold(self._assembler.take(delta))

    def finish(self) -> list[Delta]:
        """As `Assembler.finish`."""
        return self._untold(self._assembler.finish())

    def _untold(self, events: list[Delta]) -> list[Delta]:
        return [left for event in events if (left := self._left(event)) is not None]

    def _left(self, event: Delta) -> Delta | None:
        if isinstance(event, ToolCallStarted | ToolCallDelta):
            self._thoughts = self._text = ""
            return event
        held = self._thoughts if isinstance(event, ReasoningDelta) else self._text
        if not event.text.startswith(held[: len(event.text)]):
            # White space around marks is dropped, not told.
            held = held.lstrip()
        told = min(len(held), len(event.text))
        if isinstance(event, ReasoningDelta):
            self._thoughts = held[told:]
        else:
            self._thoughts, self._text = "", held[told:]
        left = type(event)(event.choice, event.text[told:], event.logprobs)
        return left if left.text or left.logprobs or not told else None


def _held_back(begun: str, told: Iterable[str]) -> str:
    """Return the end of `begun` that is not `told`; white space at its beginning may be missing there."""
    said = "".join(told)
    return begun[len(said) :] if begun.startswith(said) else begun.lstrip()[len(said) :]
