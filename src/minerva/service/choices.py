"""Pure: what the workers' sequences report about the choices of one request, as one stream of events."""

from __future__ import annotations

import dataclasses

import msgspec

from minerva.core.errors import ErrorInfo
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Failed,
    Finished,
    Started,
    TextDelta,
    Timings,
    TokenLogprob,
    Truncation,
    Usage,
)
from minerva.service.reading import Reading
from minerva.wire.messages import Admitted, Delta, Ended, News, Refused


@dataclasses.dataclass(frozen=True)
class Echo:
    """How the prompt is repeated before each choice.

    `text` is the prompt, or `None` if the engine's report on its tokens is to be joined. `reported`: such a report
    comes, as the first `Delta`. `logprobs`: the caller wants it.
    """

    text: str | None
    reported: bool
    logprobs: bool


class Choices:
    """The state of a request's choices. `take` news until `over`; every event is for the caller, in order."""

    def __init__(
        self,
        model: str,
        count: int,
        *,
        echo: Echo | None = None,
        logprobs: bool = True,
        reading: Reading | None = None,
        has_form: bool = False,
        truncation: Truncation | None = None,
    ) -> None:
        """Expect `count` choices by `model`; without `logprobs` those in the news are dropped.

        With a `reading` thinking and tool calls are told from text; without one all is text. `has_form`: the request
        asks for a form. `truncation`: what was left out of the conversation.
        """
        self._truncation = truncation
        self._blames_tools = reading is not None and bool(reading.tools) and not has_form
        self._model = model
        self._assemblers = [reading.assembler(index) for index in range(count)] if reading is not None else []
        self._echo = echo
        self._logprobs = logprobs
        self._open = set(range(count))
        self._to_echo = set(range(count)) if echo is not None else set()
        self._started = False
        self._ended: list[Ended] = []
        self.failed = False
        """One was refused; its `Failed` was returned."""

    @property
    def over(self) -> bool:
        """Whether nothing more is to be expected: all have ended, or one was refused and the others are of no use."""
        return self.failed or not self._open

    def take(self, choice: int, news: News) -> list[Event]:
        """Return the events that `news` of one choice makes. A refusal makes the one `Failed`."""
        if self.failed or choice not in self._open:
            return []
        match news:
            case Admitted():
                return [*self._start(news), *self._echo_on_admission(choice)]
            case Delta():
                return self._text(choice, news)
            case Ended():
                self._open.discard(choice)
                self._ended.append(news)
                return self._end(choice, news)
            case Refused():
                self.failed = True
                return [*self.flush(), Failed(self._told(news.error))]

    def flush(self) -> list[Event]:
        """Return what is held back of choices that will not end by themselves: it was generated, so it is not lost."""
        return [event for index in sorted(self._open) if self._assemblers for event in self._assemblers[index].finish()]

    def finish(self, load_s: float, total_s: float) -> Finished:
        """Return the terminal event; all choices must have ended.

        The prompt counts once, and as cached what the luckless choice found: the others found its work. Choices run at
        the same time, so each time is that of the slowest.
        """
        ended = self._ended
        usage = Usage(
            prompt_tokens=ended[0].prompt_tokens,
            completion_tokens=sum(one.completion_tokens for one in ended),
            cached_tokens=min(one.cached_tokens for one in ended),
            accepted_tokens=sum(one.accepted_tokens for one in ended),
            rejected_tokens=sum(one.rejected_tokens for one in ended),
        )
        timings = Timings(
            load_s=load_s,
            queue_s=max(one.queue_s for one in ended),
            prefill_s=max(one.prefill_s for one in ended),
            decode_s=max(one.decode_s for one in ended),
            total_s=total_s,
        )
        return Finished(usage, timings, self._left_out())

    def _left_out(self) -> Truncation | None:
        shifts = sum(one.shifts for one in self._ended)
        if not shifts:
            return self._truncation
        return Truncation("shift", shifts=shifts, shifted_tokens=sum(one.shifted_tokens for one in self._ended))

    def _told(self, error: ErrorInfo) -> ErrorInfo:
        """Return `error` with the field at fault: only here is known whether a grammar was one of tools."""
        is_of_tools = error.param == "form" and self._blames_tools
        return msgspec.structs.replace(error, param="tools") if is_of_tools else error

    def _start(self, news: Admitted) -> list[Event]:
        if self._started:
            return []
        self._started = True
        return [Started(self._model, news.prompt_tokens, news.cached_tokens)]

    def _echo_on_admission(self, choice: int) -> list[Event]:
        if self._echo is None or self._echo.reported or choice not in self._to_echo:
            return []
        self._to_echo.discard(choice)
        return [TextDelta(choice, self._echo.text or "")]

    def _end(self, choice: int, news: Ended) -> list[Event]:
        if not self._assemblers:
            return [ChoiceFinished(choice, news.reason, news.stop_sequence)]
        assembler = self._assemblers[choice]
        left = assembler.finish()
        return [*left, ChoiceFinished(choice, news.reason, news.stop_sequence, assembler.calls)]

    def _text(self, choice: int, news: Delta) -> list[Event]:
        if self._echo is not None and choice in self._to_echo:
            self._to_echo.discard(choice)
            text = _spell(news.logprobs) if self._echo.text is None else self._echo.text
            return [TextDelta(choice, text + news.text, news.logprobs if self._echo.logprobs else ())]
        delta = TextDelta(choice, news.text, news.logprobs if self._logprobs else ())
        return [*self._assemblers[choice].take(delta)] if self._assemblers else [delta]


def _spell(tokens: tuple[TokenLogprob, ...]) -> str:
    return b"".join(token.piece for token in tokens).decode("utf-8", errors="replace")
