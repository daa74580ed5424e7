"""What the measurements of computing ahead have in common: a text to copy, a row of figures, a table of them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.worker import BenchWorker
from minerva.chat.template import render
from minerva.core.message import Message
from minerva.wire.messages import Ended

WORDS = (
    *("river", "green", "table", "walked", "seven", "under", "music", "small", "window", "garden", "quickly", "stone"),
    *("yellow", "bread", "carried", "night", "paper", "house", "running", "water", "friend", "summer", "cloud"),
    *("silver", "before", "village", "bright", "letter", "morning", "winter", "quiet", "apple", "forest", "horse"),
    *("kitchen", "open", "blue", "ship", "road", "smiled", "bird", "long", "teacher", "cold", "happy", "market"),
    *("doctor", "island", "sugar", "feather", "mountain", "basket", "candle", "dragon", "pocket", "lantern", "mirror"),
    *("orange", "pencil", "rabbit", "ladder", "turtle", "castle", "button", "farmer", "kettle", "needle", "pillow"),
)
"""Each is in a text once: a tiny model loses its place where a word comes again."""

Row = dict[str, float | int | str]


def copying_prompt(worker: BenchWorker, text: str) -> str:
    """Return the prompt that asks a chat model to repeat `text`."""
    model = worker.model
    message = Message(role="user", content=f"Repeat this: {text}")
    return render(model.chat_template, (message,), bos="", eos=model.eos, control_tokens=model.control_tokens).text


def rate_of(ended: Sequence[Ended]) -> float:
    """Return the tokens per second of the median stream, from the first token on."""
    return median((end.completion_tokens - 1) / end.decode_s for end in ended)


def row_of(what: str, streams: int, without: Sequence[float], with_it: Sequence[float], told: Sequence[Ended]) -> Row:
    """Return the medians of runs in pairs, and of all that was `told` with drafts how many were accepted."""
    return {
        "name": f"{what}, {streams} stream{'s' if streams > 1 else ''}",
        "without": median(without),
        "with": median(with_it),
        "ratio": median(one / other for one, other in zip(with_it, without, strict=True)),
        "accepted": sum(end.accepted_tokens for end in told),
        "rejected": sum(end.rejected_tokens for end in told),
    }


def tell(rows: Sequence[Row], options: argparse.Namespace) -> None:
    """Print the table, or JSON with `--json`."""
    if options.json:
        json.dump({"model": options.model.name, "threads": options.threads, "rows": rows}, sys.stdout, indent=2)
        return
    lines = [f"{'tokens per second':<24}{'without':>10}{'with':>10}{'ratio':>8}{'accepted':>10}{'rejected':>10}"]
    lines += [
        f"{row['name']:<24}{row['without']:>10.1f}{row['with']:>10.1f}{row['ratio']:>8.2f}"
        f"{row['accepted']:>10}{row['rejected']:>10}"
        for row in rows
    ]
    sys.stdout.write("\n".join(lines) + "\n")
