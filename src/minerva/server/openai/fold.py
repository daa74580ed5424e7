"""All events of a request into one body of the OpenAI API. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from minerva.core.event import (
    ChoiceFinished,
    Event,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    Timings,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Truncation,
    Usage,
)
from minerva.server.openai.answers import (
    AnswerMessage,
    CalledFunction,
    ChatChoice,
    ChatCompletion,
    FinishReason,
    TextChoice,
    TextCompletion,
    TextLogprobs,
    ToolCallAnswer,
    timings_answer,
    usage_answer,
)
from minerva.server.openai.choices import FINGERPRINT, Shown, finish_reason
from minerva.server.openai.logprobs import TextOffsets, chat_logprobs, text_logprobs


class _Choice:
    """What has come of one choice."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.thoughts: list[str] = []
        self.calls: list[tuple[ToolCallStarted, list[str]]] = []
        self.logprobs: list[TokenLogprob] = []
        self.reason: FinishReason = "length"


class _Answer(msgspec.Struct, frozen=True):
    model: str
    choices: list[_Choice]
    usage: Usage
    timings: Timings
    truncation: Truncation | None


def chat_completion(events: Iterable[Event], shown: Shown) -> ChatCompletion:
    """Return the body of a chat completion. `events` ended with `Finished`."""
    answer = _fold(events, shown.choices)
    choices = [
        ChatChoice(
            index,
            _message(choice),
            None if shown.logprobs is None else chat_logprobs(choice.logprobs),
            choice.reason,
        )
        for index, choice in enumerate(answer.choices)
    ]
    usage = usage_answer(answer.usage, predicted=shown.predicted)
    timings = timings_answer(answer.timings, answer.usage)
    left_out = answer.truncation or msgspec.UNSET
    return ChatCompletion(shown.id, shown.created, answer.model, FINGERPRINT, choices, usage, timings, left_out)


def _message(choice: _Choice) -> AnswerMessage:
    """A field is absent where there is nothing to say; `content` is `null` beside calls alone."""
    text = "".join(choice.texts)
    calls = [
        ToolCallAnswer(start.id, CalledFunction(start.name, "".join(arguments))) for start, arguments in choice.calls
    ]
    return AnswerMessage(
        "assistant",
        text if text or not calls else None,
        reasoning_content="".join(choice.thoughts) or msgspec.UNSET,
        tool_calls=calls or msgspec.UNSET,
    )


def text_completion(events: Iterable[Event], shown: Shown) -> TextCompletion:
    """Return the body of a text completion. `events` ended with `Finished`."""
    answer = _fold(events, shown.choices)
    choices = [
        TextChoice(
            index,
            "".join(choice.texts),
            _text_logprobs(choice, shown.logprobs),
            choice.reason,
        )
        for index, choice in enumerate(answer.choices)
    ]
    usage, timings = usage_answer(answer.usage), timings_answer(answer.timings, answer.usage)
    left_out = answer.truncation or msgspec.UNSET
    return TextCompletion(shown.id, shown.created, answer.model, FINGERPRINT, choices, usage, timings, left_out)


def _text_logprobs(choice: _Choice, alternatives: int | None) -> TextLogprobs | None:
    if alternatives is None:
        return None
    return text_logprobs(choice.logprobs, "".join(choice.texts), TextOffsets(), alternatives)


def _fold(events: Iterable[Event], choice_count: int) -> _Answer:
    model, usage, timings, truncation = "", Usage(0, 0), Timings(), None
    choices = [_Choice() for _ in range(choice_count)]
    for event in events:
        match event:
            case Started():
                model = event.model
            case TextDelta():
                choices[event.choice].texts.append(event.text)
                choices[event.choice].logprobs.extend(event.logprobs)
            case ReasoningDelta():
                choices[event.choice].thoughts.append(event.text)
                choices[event.choice].logprobs.extend(event.logprobs)
            case ToolCallStarted():
                choices[event.choice].calls.append((event, []))
            case ToolCallDelta():
                choices[event.choice].calls[event.index][1].append(event.arguments)
            case ChoiceFinished():
                choices[event.choice].reason = finish_reason(event)
            case Finished():
                usage, timings, truncation = event.usage, event.timings, event.truncation
            case _:
                raise AssertionError(f"{event!r} has no place in a finished answer")
    return _Answer(model, choices, usage, timings, truncation)
