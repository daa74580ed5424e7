"""Events of a filled gap into llama-server's shapes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from minerva.core.errors import from_info
from minerva.core.event import ChoiceFinished, Event, Failed, Finished, Started, TextDelta, TokenLogprob, Usage
from minerva.server.errors import LLAMA, error_body
from minerva.server.llama.answers import (
    ChosenProbability,
    InfillAnswer,
    InfillChunk,
    InfillTimings,
    StopType,
    TokenProbability,
)

LOWEST = -9999.0
"""Reported for a token that is next to impossible; JSON has no minus infinity."""

_NO_SLOT = -1


class Shown(msgspec.Struct, frozen=True):
    """What of an answer was asked for. `fields` as in `InfillRequest.response_fields`, without any all."""

    tokens: bool = False
    probabilities: bool = False
    fields: tuple[str, ...] = ()


class InfillEncoder:
    """Encodes the events of one request as server-sent events."""

    def __init__(self, shown: Shown) -> None:
        """Show what `shown` says."""
        self._shown = shown
        self._tally = _Tally()

    def __call__(self, event: Event) -> bytes:
        """Return the frames of `event`; empty when there is nothing to say yet."""
        self._tally.note(event)
        match event:
            case TextDelta():
                shown = self._shown
                chunk = InfillChunk(
                    0, event.text, _ids(event.logprobs, shown), False, _probabilities(event.logprobs, shown)
                )
                return _frame(chunk)
            case Finished():
                return _frame(_selected(self._tally.answer(event, "", (), self._shown), self._shown.fields))
            case Failed():
                return b"data: " + error_body(LLAMA, from_info(event.error)) + b"\n\n"
            case _:
                return b""


def infill_body(events: Iterable[Event], shown: Shown) -> object:
    """Return the body of an answer, to be encoded as JSON. `events` ended with `Finished`."""
    tally, texts, tokens = _Tally(), [], list[TokenLogprob]()
    for event in events:
        tally.note(event)
        match event:
            case TextDelta():
                texts.append(event.text)
                tokens.extend(event.logprobs)
            case Finished():
                return _selected(tally.answer(event, "".join(texts), tokens, shown), shown.fields)
            case _:
                pass
    raise AssertionError("the events of an answer do not end with its end")


class _Tally:
    """What is known of an answer so far."""

    def __init__(self) -> None:
        self._model = ""
        self._has_new_line = False
        self._stop_type: StopType = "limit"
        self._stopping_word = ""

    def note(self, event: Event) -> None:
        match event:
            case Started():
                self._model = event.model
            case TextDelta():
                self._has_new_line = self._has_new_line or "\n" in event.text
            case ChoiceFinished():
                self._stopping_word = event.stop_sequence or ""
                self._stop_type = "limit" if event.reason != "stop" else "word" if self._stopping_word else "eos"
            case _:
                pass

    def answer(self, end: Finished, content: str, tokens: Sequence[TokenLogprob], shown: Shown) -> InfillAnswer:
        return InfillAnswer(
            index=0,
            content=content,
            tokens=_ids(tokens, shown),
            id_slot=_NO_SLOT,
            stop=True,
            model=self._model,
            tokens_predicted=end.usage.completion_tokens,
            tokens_evaluated=end.usage.prompt_tokens,
            has_new_line=self._has_new_line,
            truncated=end.truncation is not None,
            stop_type=self._stop_type,
            stopping_word=self._stopping_word,
            tokens_cached=end.usage.cached_tokens,
            timings=_timings(end.usage, end.timings.prefill_s, end.timings.decode_s),
            completion_probabilities=_probabilities(tokens, shown),
        )


def _ids(tokens: Sequence[TokenLogprob], shown: Shown) -> list[int]:
    return [token.id for token in tokens] if shown.tokens else []


def _probabilities(tokens: Sequence[TokenLogprob], shown: Shown) -> list[ChosenProbability] | UnsetType:
    if not shown.probabilities:
        return UNSET
    return [
        ChosenProbability(
            token.id,
            _text(token.piece),
            list(token.piece),
            _bounded(token.logprob or 0.0),
            [TokenProbability(one.id, _text(one.piece), list(one.piece), _bounded(one.logprob)) for one in token.top],
        )
        for token in tokens
    ]


def _timings(usage: Usage, prefill_s: float, decode_s: float) -> InfillTimings:
    computed, predicted = usage.prompt_tokens - usage.cached_tokens, usage.completion_tokens
    return InfillTimings(
        cache_n=usage.cached_tokens,
        prompt_n=computed,
        prompt_ms=round(prefill_s * 1000, 3),
        prompt_per_token_ms=_ratio(prefill_s * 1000, computed),
        prompt_per_second=_ratio(computed, prefill_s),
        predicted_n=predicted,
        predicted_ms=round(decode_s * 1000, 3),
        predicted_per_token_ms=_ratio(decode_s * 1000, predicted),
        predicted_per_second=_ratio(predicted, decode_s),
    )


def _ratio(whole: float, parts: float) -> float | None:
    return round(whole / parts, 3) if parts > 0 else None


def _selected(answer: InfillAnswer, fields: Sequence[str]) -> object:
    """Return `answer`, or of it only `fields`, each under its whole path; those that are not there are left out."""
    if not fields:
        return answer
    whole, found = msgspec.to_builtins(answer), dict[str, Any]()
    for path in fields:
        place = whole
        for step in path.split("/"):
            place = place.get(step, UNSET) if isinstance(place, dict) else UNSET
        if place is not UNSET:
            found[path] = place
    return found


def _text(piece: bytes) -> str:
    return piece.decode("utf-8", "replace")


def _bounded(logprob: float) -> float:
    return max(logprob, LOWEST)


def _frame(data: object) -> bytes:
    return b"data: " + msgspec.json.encode(data) + b"\n\n"
