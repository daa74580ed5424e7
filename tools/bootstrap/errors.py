"""What can go wrong during set-up, as messages for the person who started it."""

from pathlib import Path


class SetupError(Exception):
    """Set-up cannot go on; the message says what happened and what to do."""


class CommandFailed(SetupError):
    """A program ended with an error; its output is in `log`, and the end of it in the message."""

    def __init__(self, what: str, log: Path, tail: list[str]) -> None:
        """`what` is the step in words; `tail` the last lines of the log."""
        lines = "\n".join(f"    {line}" for line in tail)
        super().__init__(f"{what} failed. The end of its output:\n{lines}\nAll of it: {log}")
