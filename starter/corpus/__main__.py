"""Look at the corpus: `python -m starter.corpus --show memory --split test --count 5`, or `--stats`."""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import time
from collections import Counter

from starter.corpus import ABILITIES, cases, generate
from starter.corpus.example import SPLITS, Split
from starter.corpus.render import segments, text

_PIECE = re.compile(r"<\|?\w+\|?>|</\w+>| ?[A-Za-z]+|\d| ?[^\sA-Za-z\d]+|\s+")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m starter.corpus", description=__doc__)
    parser.add_argument("--show", choices=ABILITIES, help="print examples of this ability")
    parser.add_argument("--stats", action="store_true", help="print tokens, distinct n-grams and shares")
    parser.add_argument("--split", choices=SPLITS, default="train")
    parser.add_argument("--count", type=int, default=5, help="how many; 20000 is good for --stats")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.show:
        for example in cases(given.show, given.split, given.count, given.seed):
            sys.stdout.write(f"{text(example)}{example.check}\n{'-' * 80}\n")
    if given.stats:
        _print_stats(given.split, given.count, given.seed)


def _print_stats(split: Split, count: int, seed: int) -> None:
    start = time.perf_counter()
    examples = list(itertools.islice(generate(split, seed), count))
    speed = count / (time.perf_counter() - start)
    tokens: Counter[str] = Counter()
    trained: Counter[str] = Counter()
    number = Counter(example.ability for example in examples)
    grams: tuple[set[tuple[str, ...]], ...] = (set(), set(), set())
    longest = 0
    for example in examples:
        pieces = _PIECE.findall(text(example))
        longest = max(longest, len(pieces))
        tokens[example.ability] += len(pieces)
        trained[example.ability] += sum(
            len(_PIECE.findall(part)) for part, is_trained in segments(example) if is_trained
        )
        for size, seen in enumerate(grams, 1):
            seen.update(zip(*(pieces[shift:] for shift in range(size)), strict=False))
    total = sum(tokens.values())
    write = sys.stdout.write
    write(f"{count} conversations, {speed:.0f}/s, about {total} tokens (words, digits, marks), longest {longest}\n")
    write(f"distinct 1-, 2-, 3-grams: {', '.join(str(len(seen)) for seen in grams)}\n")
    write(f"{'ability':<12}{'count':>8}{'tokens':>10}{'share':>8}{'trained':>9}{'mean':>7}\n")
    for ability in ABILITIES:
        share, mean = tokens[ability] / total, tokens[ability] / max(1, number[ability])
        row = f"{number[ability]:>8}{tokens[ability]:>10}{share:>8.1%}{trained[ability]:>9}{mean:>7.0f}"
        write(f"{ability:<12}{row}\n")


if __name__ == "__main__":
    main()
