"""What the chat says of a session, in words. Pure."""

from __future__ import annotations

from minerva.cli.sessions.api import Fit

_SHOWN = 60


def fit_text(fit: Fit) -> str:
    """Return a sentence: whether a conversation fits the window of the model, with the figures."""
    taken = f"The conversation takes {fit.prompt_tokens:,} of the {fit.context_length:,} tokens of its window"
    if fit.fits:
        return f"{taken}."
    if fit.dropped_messages:
        left_out = f"the {fit.dropped_messages} oldest messages, {fit.dropped_tokens:,} tokens, are left out"
        return f"{taken}, and does not fit: {left_out} of what it reads. They stay in the session."
    return (
        f"{taken}, and does not fit: the next message will be refused. /set overflow trim_history leaves out the "
        "oldest messages, and /model goes back to another model."
    )


def begin_of(text: str) -> str:
    """Return the first words of `text`, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
