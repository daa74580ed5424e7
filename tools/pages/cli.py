"""The page of commands: what `minerva COMMAND --help` prints."""

import typer.main
from typer.testing import CliRunner

from minerva.cli.main import app

WIDTH = 100
INTRODUCTION = """\
# Commands

What `minerva COMMAND --help` prints. In a checkout the program is `.venv/bin/minerva`.
"""


def page() -> str:
    """Return the page: the program's own help, then one section per command."""
    names = getattr(typer.main.get_command(app), "commands", {})
    sections = [f"## minerva {name}\n\n{_help(name)}" for name in names]
    return "\n".join([INTRODUCTION, _help(), *sections])


def _help(*command: str) -> str:
    runner = CliRunner(env={"COLUMNS": str(WIDTH), "NO_COLOR": "1"})
    result = runner.invoke(app, [*command, "--help"], prog_name="minerva", terminal_width=WIDTH, catch_exceptions=False)
    lines = "\n".join(line.rstrip() for line in result.output.strip().splitlines())
    return f"```text\n{lines}\n```\n"
