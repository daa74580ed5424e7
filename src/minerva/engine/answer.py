"""One sequence's news: a sampled token becomes text, log probabilities, and perhaps the end."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from minerva.core.event import FinishReason, TokenLogprob
from minerva.engine.backend import Vocabulary
from minerva.engine.sequence import Sequence
from minerva.engine.text import Shown
from minerva.wire.messages import Delta, Ended, News


@dataclass(slots=True)
class Answer:
    """Turns tokens into news. Log probabilities are delivered with the text that their tokens brought."""

    sequence: Sequence
    vocabulary: Vocabulary
    _held: deque[tuple[int, TokenLogprob]] = field(default_factory=deque)

    def take(self, token: int, logprob: TokenLogprob | None, now_s: float, *, completes: bool = False) -> list[News]:
        """Append a chosen token to the sequence and return what it brings; an `Ended` is the last of it.

        `completes` says that nothing can come after this token.
        """
        sequence = self.sequence
        if sequence.first_token_s is None:
            sequence.first_token_s = now_s
        sequence.append(token)
        if self.vocabulary.is_end(token) and not sequence.request.sampling.ignore_eos:
            return self._end(sequence.text.finish(), "stop", now_s)
        if logprob is not None:
            self._held.append((sequence.text.decoded, logprob))
        shown = sequence.text.feed(self._piece(token))
        if shown.stop is not None:
            return self._end(shown, "stop", now_s)
        if completes or sequence.room <= 0:
            reason: FinishReason = "stop" if completes else "length"
            return [*self._show(shown), *self._end(sequence.text.finish(), reason, now_s)]
        return self._show(shown)

    def end(self, reason: FinishReason, now_s: float) -> list[News]:
        """End the sequence for a reason that no token gave; held-back text is delivered."""
        return self._end(self.sequence.text.finish(), reason, now_s)

    def _piece(self, token: int) -> bytes:
        """Return the bytes a token shows as; control tokens show as nothing, but for those the request wants."""
        piece, wanted = self.vocabulary.piece(token), self.sequence.request.shown
        if piece or not wanted:
            return piece
        spelling = self.vocabulary.spelling(token)
        return spelling if spelling.decode("utf-8", errors="replace") in wanted else piece

    def _show(self, shown: Shown, *, last: bool = False) -> list[News]:
        logprobs: list[TokenLogprob] = []
        while self._held and (last or self._held[0][0] < shown.end):
            logprobs.append(self._held.popleft()[1])
        if not shown.text and not logprobs:
            return []
        return [Delta(self.sequence.request.id, shown.text, tuple(logprobs))]

    def _end(self, shown: Shown, reason: FinishReason, now_s: float) -> list[News]:
        sequence = self.sequence
        admitted = now_s if sequence.admitted_s is None else sequence.admitted_s
        first = now_s if sequence.first_token_s is None else sequence.first_token_s
        ended = Ended(
            id=sequence.request.id,
            reason=reason,
            stop_sequence=shown.stop,
            prompt_tokens=sequence.prompt_length,
            cached_tokens=sequence.cached,
            completion_tokens=sequence.generated,
            queue_s=admitted - sequence.arrived_s,
            prefill_s=first - admitted,
            decode_s=now_s - first,
            shifts=sequence.shifts,
            shifted_tokens=sequence.shifted,
            accepted_tokens=sequence.accepted,
            rejected_tokens=sequence.rejected,
        )
        # Tokens that show as nothing come with the last text; those past a stop string are no part of the answer.
        return [*self._show(shown, last=shown.stop is None), ended]
