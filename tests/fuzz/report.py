"""What became of a run, as a table and as a list of what is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.fuzz.attack import Attack
from tests.fuzz.send import Outcome

_SHOWN = 1500


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the counts by route and status."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        counts[str(outcome.attack.route)][outcome.status] += 1
    statuses = sorted({outcome.status for outcome in outcomes})
    rows = [_row("", statuses)]
    rows += [_row(route, [str(found[status] or "") for status in statuses]) for route, found in sorted(counts.items())]
    total = Counter(outcome.status for outcome in outcomes)
    return "\n".join([*rows, _row(f"{len(outcomes)} together", [str(total[status]) for status in statuses])])


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:<42}" + "".join(f"{cell:>8}" for cell in cells)


def complaints(outcomes: Sequence[Outcome], most: int = 30) -> Iterator[str]:
    """Yield a paragraph for everything that is wrong, one for each kind of it on each route."""
    seen: set[tuple[str, ...]] = set()
    for outcome in sorted(outcomes, key=lambda outcome: len(outcome.attack.content)):
        key = (str(outcome.attack.route), outcome.status, *(fault[:30] for fault in outcome.faults))
        if outcome.faults and key not in seen and len(seen) < most:
            seen.add(key)
            yield complaint(outcome)


def complaint(outcome: Outcome) -> str:
    """Return what was sent, what came back, and what is wrong with it."""
    attack = outcome.attack
    wrong = "; ".join(outcome.faults)[:_SHOWN] or "all is well"
    head = f"number {outcome.number}: {attack.method} {attack.path[:200]} -> {outcome.status}: {wrong}"
    return f"{head}\n  changed: {attack.what[:300]}\n  sent:    {_sent(attack)}\n  answer:  {_shown(outcome.answer)}"


def _sent(attack: Attack) -> str:
    how = f"  {attack.headers}" if len(attack.headers) > 1 else ""
    return f"{_shown(attack.content)}{how}{'  (in chunks)' if attack.streamed else ''}"


def _shown(data: bytes) -> str:
    text = data[:_SHOWN].decode("utf-8", "replace")
    return text if len(data) <= _SHOWN else f"{text}… ({len(data)} bytes)"
