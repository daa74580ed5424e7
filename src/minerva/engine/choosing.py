"""The tokens of a step's sequences: chosen in a few threads where that takes less time than one after the other.

To choose a token from a vocabulary of 150,000 takes llama.cpp's samplers from a quarter of a millisecond to 17 (without
`top_k`, which leaves the others little to sort), and log probabilities take two. A sequence's choice depends on its own
logits, sampler and guide alone, so it does not matter who makes it when. The library works without the interpreter's
lock, and so does numpy.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from minerva.core.errors import MinervaError
from minerva.engine.backend import Backend
from minerva.engine.chooser import Chooser, Chosen
from minerva.engine.sequence import Sequence

_WORTH_SHARING_S = 0.001
"""What takes less time than this all together is done in turn: a thread has to be woken, and waited for."""

_LEARNING_RATE = 0.3
_LOOK_AGAIN = 64
"""So many times the better way is taken until the other one is tried again: machines, and requests, change."""

_MOST_THREADS = 8
"""More would wait for memory, or for the interpreter."""

Turn = tuple[Sequence, int]
"""A sequence that is to go on, and the batch index of its last token."""

_Choice = list[Chosen] | MinervaError


class Experience:
    """Knows from what both ways took of late which is the faster one.

    On a machine whose processors are all taken, a thread that is woken waits for one: then sharing pays late, or never.
    """

    def __init__(self) -> None:
        """Know nothing: then choices are made in turn, and once they turn out to take long, shared."""
        self._alone_s: float | None = None
        self._shared_s: float | None = None
        self._taken = 0

    def pays(self, count: int) -> bool:
        """Whether `count` choices that take long should be shared. Each call is followed by one of `learn`."""
        if self._alone_s is None or count * self._alone_s < _WORTH_SHARING_S:
            return False
        if self._shared_s is None:
            return True
        self._taken += 1
        return (self._shared_s < self._alone_s) != (self._taken % _LOOK_AGAIN == 0)

    def learn(self, each_s: float, *, shared: bool) -> None:
        """Take note of what a choice took, by the clock."""
        if shared:
            self._shared_s = _mixed(self._shared_s, each_s)
        else:
            self._alone_s = _mixed(self._alone_s, each_s)


class Choosing:
    """Chooses for sequence after sequence what `Chooser` chooses, some of it ahead."""

    def __init__(self, backend: Backend, threads: int) -> None:
        """Read logits of `backend`; use no more than `threads` threads, the calling one among them."""
        self._backend = backend
        self._chooser = Chooser(backend)
        self._threads = min(threads, _MOST_THREADS)
        self._helpers = ThreadPoolExecutor(max(1, self._threads - 1), thread_name_prefix="choosing")
        self._experience = Experience()
        self._ahead: dict[int, _Choice] = {}

    def look_ahead(self, turns: Iterable[Turn]) -> None:
        """Choose now for those of `turns` that take long. `choose` has to be called for each turn, in any order."""
        self._ahead.clear()
        if self._threads == 1:
            return
        slow = [turn for turn in turns if _takes_long(turn[0])]
        lanes = _lanes(slow)
        if len(lanes) < 2:
            return
        # The first look makes the view of all rows; from there on they are only read by row.
        self._backend.logits(slow[0][1])
        shared = self._experience.pays(len(slow))
        started = time.perf_counter()
        self._run(deque(lanes), self._threads if shared else 1)
        self._experience.learn((time.perf_counter() - started) / len(slow), shared=shared)

    def choose(self, sequence: Sequence, row: int) -> list[Chosen]:
        """Return what `Chooser.choose` does, and raise what it raises."""
        choice = self._ahead.pop(row, None)
        if choice is None:
            return self._chooser.choose(sequence, row)
        if isinstance(choice, MinervaError):
            raise choice
        return choice

    def _run(self, lanes: deque[list[Turn]], threads: int) -> None:
        helpers = min(threads, len(lanes)) - 1
        running = [self._helpers.submit(self._work, lanes) for _ in range(helpers)]
        self._work(lanes)
        for future in running:
            # One that has not begun would find nothing left to do.
            if not future.cancel():
                future.result()

    def _work(self, lanes: deque[list[Turn]]) -> None:
        """Take lane after lane until none is left; several threads do so at once."""
        while True:
            try:
                lane = lanes.popleft()
            except IndexError:
                return
            for sequence, row in lane:
                self._ahead[row] = self._attempt(sequence, row)

    def _attempt(self, sequence: Sequence, row: int) -> _Choice:
        try:
            return self._chooser.choose(sequence, row)
        except MinervaError as error:
            return error


def _takes_long(sequence: Sequence) -> bool:
    """Whether more is to be done than to take the largest of the logits, which takes 0.02 ms of 150,000."""
    if sequence.sampler is None or sequence.room <= 0:
        return False
    return not sequence.sampler.is_argmax or sequence.guide is not None or sequence.request.logprobs is not None


def _lanes(turns: Iterable[Turn]) -> list[list[Turn]]:
    """Return what can be done at the same time, the longest first: sequences held to one grammar share its lexer."""
    lanes: dict[int, list[Turn]] = {}
    for sequence, row in turns:
        shared = None if sequence.guide is None else sequence.guide.grammar
        lanes.setdefault(id(sequence if shared is None else shared), []).append((sequence, row))
    return sorted(lanes.values(), key=len, reverse=True)


def _mixed(old: float | None, new: float) -> float:
    return new if old is None else old + _LEARNING_RATE * (new - old)
