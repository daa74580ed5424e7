"""The exit codes of every command. They are part of the interface: scripts may rely on them."""

from __future__ import annotations

OK = 0
PROBLEM = 1
"""It did not work, and the message says why: no server, an unknown model, an error of the server, a failed check."""
USAGE = 2
"""The command line, a variable or the settings file is wrong; nothing was done."""
INTERRUPTED = 130
"""Ctrl-C ended the command: 128 + SIGINT, as shells count."""

EXPLAINED = "Exit codes: 0 done · 1 it failed, the message says why · 2 wrong flags or settings · 130 interrupted."
