"""Who comes before whom: in the queue, in a step's prompts, and when memory is short. Pure: time is an argument.

Requests of a higher priority, which is the lower number, come first. Within one priority clients take turns: who sends
sixty requests has one of them among the first of all clients, and the second when each of those had a turn. Nobody
waits for ever for all that: one of `ELDERS_TURN` admissions is for whoever has waited longest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from collections.abc import Sequence as Items

from minerva.engine.sequence import Sequence

AGEING_S = 30.0
"""Who has waited longer than this, and longer than all others, has one admission of `ELDERS_TURN`."""

ELDERS_TURN = 4

_MOST_PREEMPTIONS = 3
"""A sequence that was preempted so often is preempted after all others: what it lost again and again was work."""

Served = dict[int, frozenset[str]]
"""By priority the clients that had their turn in the present round."""


def in_turn(waiting: Collection[Sequence], served: Served, others: int, now_s: float) -> Iterator[Sequence]:
    """Yield who waits, the next to be admitted first. `others`: admissions since the longest-waiting one had one."""
    elder = eldest(waiting) if others >= ELDERS_TURN - 1 else None
    if elder is not None and now_s - elder.arrived_s >= AGEING_S:
        yield elder
    else:
        elder = None
    # Who was preempted has had its turn, and is to go on.
    first = sorted(waiting, key=lambda sequence: (sequence.admitted_s is None, sequence.arrived_s))
    numbered = _numbered(first, lambda sequence: (sequence.priority, sequence.client))

    def turn(item: tuple[int, Sequence]) -> tuple[int, bool, int, float]:
        number, sequence = item
        number += sequence.client in served.get(sequence.priority, ())
        return sequence.priority, sequence.admitted_s is None, number, sequence.arrived_s

    for _, sequence in sorted(numbered, key=turn):
        if sequence is not elder:
            yield sequence


def served_after(served: Served, admitted: Sequence, waiting: Collection[Sequence]) -> Served:
    """Return who has had a turn once `admitted` has left those who are `waiting` still.

    A round ends when everybody who waits has had a turn in it. Who comes again before that has had one, though nothing
    of theirs waited meanwhile; and who waits alone has had one when another comes.
    """
    waits: dict[int, set[str]] = {}
    for sequence in waiting:
        waits.setdefault(sequence.priority, set()).add(sequence.client)
    had = {*served.get(admitted.priority, ()), admitted.client}
    if (left := waits.get(admitted.priority, set())) <= had:
        had = {admitted.client} if left == {admitted.client} else set()
    turns = {**served, admitted.priority: frozenset(had)}
    return {priority: turns[priority] for priority in waits if priority in turns}


def eldest(waiting: Collection[Sequence]) -> Sequence | None:
    """Return who has waited longest."""
    return min(waiting, key=lambda sequence: sequence.arrived_s, default=None)


def overdue(waiting: Iterable[Sequence], now_s: float) -> list[Sequence]:
    """Return who has waited longer than its request allows; who ran before, and was preempted, did not only wait."""
    limited = ((sequence, sequence.request.queue_timeout_s) for sequence in waiting if sequence.admitted_s is None)
    return [sequence for sequence, limit_s in limited if limit_s is not None and now_s - sequence.arrived_s >= limit_s]


def giving_way(waiting: Collection[Sequence], newcomer: Sequence) -> Sequence | None:
    """Return who is refused in place of `newcomer` when the queue is full; `None`: the newcomer itself is.

    The lowest priority gives way first, then the client with the most requests, its youngest one.
    """
    counts = Counter((sequence.priority, sequence.client) for sequence in (*waiting, newcomer))

    def claim(sequence: Sequence) -> tuple[int, int, float]:
        return sequence.priority, counts[sequence.priority, sequence.client], sequence.arrived_s

    never_ran = [sequence for sequence in waiting if sequence.admitted_s is None and sequence.passage is None]
    last = max((newcomer, *never_ran), key=claim)
    return None if last is newcomer else last


def yielding(prompts: Items[Sequence]) -> set[Sequence]:
    """Return which of those that are being read leave most of a step to others.

    Texts to embed do, for nobody waits for one of two thousand of them, and what has not the highest priority.
    """
    first = min((sequence.priority for sequence in prompts if sequence.passage is None), default=0)
    return {sequence for sequence in prompts if sequence.passage is not None or sequence.priority > first}


def prefill_order(
    prompts: Items[Sequence], behind: Collection[Sequence], token_s: float, now_s: float
) -> list[Sequence]:
    """Return in which order prompts are read: clients in turn, each one's shortest first; those `behind` at the end.

    `token_s`: time that a token takes. A second of waiting counts as a second less to compute, so that a long prompt
    waits at most about as long as it takes.
    """

    def urgency(sequence: Sequence) -> float:
        return sequence.pending * token_s - (now_s - sequence.arrived_s)

    numbered = _numbered(sorted(prompts, key=urgency), lambda sequence: (sequence in behind, sequence.client))
    ordered = sorted(numbered, key=lambda item: (item[1] in behind, item[0], urgency(item[1])))
    return [sequence for _, sequence in ordered]


def preemption_order(running: Iterable[Sequence]) -> list[Sequence]:
    """Return who gives up its memory first: the lowest priority, of that the youngest.

    The last one, which is never preempted, is the same until it ends or one of a higher priority comes: so something
    always finishes.
    """

    def claim(sequence: Sequence) -> tuple[bool, int, float]:
        return sequence.preempted < _MOST_PREEMPTIONS, sequence.priority, sequence.arrived_s

    return sorted(running, key=claim, reverse=True)


def _numbered(sequences: Iterable[Sequence], group: Callable[[Sequence], Hashable]) -> list[tuple[int, Sequence]]:
    """Number the sequences of each group, in the order in which they come."""
    seen: Counter[Hashable] = Counter()
    numbered = []
    for sequence in sequences:
        numbered.append((seen[group(sequence)], sequence))
        seen[group(sequence)] += 1
    return numbered
