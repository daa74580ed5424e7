"""Events into the server-sent events of the OpenAI API ("Streaming"). Pure."""

from __future__ import annotations

import msgspec

from minerva.core.errors import from_info
from minerva.core.event import ChoiceFinished, Event, Failed, Finished, Started
from minerva.server.errors import OPENAI, error_body
from minerva.server.openai.answers import timings_answer, usage_answer
from minerva.server.openai.choices import Choices, Chunk, Shown

DONE = b"data: [DONE]\n\n"


class SseEncoder:
    """Encodes the events of one request. Timings are on the last chunk, so the last choice's end waits for them."""

    def __init__(self, choices: Choices, shown: Shown) -> None:
        """Make chunks with `choices`."""
        self._choices = choices
        self._shown = shown
        self._model = ""
        self._open = shown.choices
        self._last: Chunk | None = None

    def __call__(self, event: Event) -> bytes:
        """Return the frames of `event`, in order; empty when there is nothing to say yet."""
        match event:
            case Started():
                self._model = event.model
                begins = (self._choices.begin(event.model, index) for index in range(self._shown.choices))
                return b"".join(_frame(begin) for begin in begins if begin is not None)
            case ChoiceFinished():
                return self._close(event)
            case Finished():
                return self._finish(event)
            case Failed():
                last = b"" if self._last is None else _frame(self._last)
                return last + b"data: " + error_body(OPENAI, from_info(event.error)) + b"\n\n"
            case _:
                return _frame(self._choices.delta(self._model, event))

    def _close(self, event: ChoiceFinished) -> bytes:
        self._open -= 1
        chunk = self._choices.end(self._model, event)
        if self._open == 0:
            self._last = chunk
            return b""
        return _frame(chunk)

    def _finish(self, event: Finished) -> bytes:
        timings, left_out = timings_answer(event.timings, event.usage), event.truncation or msgspec.UNSET
        frames = []
        if self._last is not None and self._shown.include_usage:
            frames.append(_frame(self._last))
            self._last = None
        last = self._last or self._choices.empty(self._model)
        if self._shown.include_usage:
            last = msgspec.structs.replace(last, usage=usage_answer(event.usage, predicted=self._shown.predicted))
        frames.append(_frame(msgspec.structs.replace(last, timings=timings, truncation=left_out)))
        return b"".join([*frames, DONE])


def _frame(chunk: Chunk) -> bytes:
    return b"data: " + msgspec.json.encode(chunk) + b"\n\n"
