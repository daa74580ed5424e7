"""What a command reports when it cannot do its work: one message for a person, never a traceback."""

from __future__ import annotations

from minerva.cli import codes


class CommandFailed(Exception):
    """The command ends with `exit_code` after `message`. Not in the tree of `core.errors`: no API reports it."""

    def __init__(self, message: str, exit_code: int = codes.PROBLEM) -> None:
        """`message` says what happened and what to do."""
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code


class Unreachable(CommandFailed):
    """No server answers, or the connection to it broke: what was asked may have been done all the same."""
