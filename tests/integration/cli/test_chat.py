"""The chat in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.program import TIMEOUT_S
from tests.integration.cli.terminal import CLEARED, CTRL_C, chatting


def test_a_chat_from_greeting_to_bye(home: Path, server: str) -> None:
    with chatting(home, "tiny", "--set", "max_tokens=8", "--url", server) as (terminal, process):
        terminal.wait_for("tiny at .*/help lists the commands")
        terminal.wait_for(">>> ")
        terminal.type("Once\n")
        terminal.wait_for(r"Once\r\n.+\r\n")
        terminal.wait_for(">>> ")
        terminal.type("/set verbose\n")
        terminal.wait_for(">>> ")
        terminal.type('"""two\n')
        terminal.wait_for(r"\.\.\. ")
        terminal.type('lines"""\n')
        terminal.wait_for(r"8 tokens \(")
        terminal.type("/show\n")
        terminal.wait_for("messages: 4")
        terminal.type("/clear\n/system Be brief\n/show\n")
        terminal.wait_for("system prompt: Be brief\r\nsession: begins .*\r\nmessages: 0\r\nmax_tokens: 8")
        terminal.type("/set temperature 3\n")
        terminal.wait_for("error: .*0 to 2")
        terminal.type("/nonsense\n")
        terminal.wait_for("no command /nonsense")
        terminal.type("/bye\n")
        assert process.wait(TIMEOUT_S) == 0


@pytest.mark.parametrize("kept", [(), ("--temporary",)], ids=["kept", "temporary"])
def test_ctrl_c_stops_the_answer_and_not_the_program(home: Path, server: str, kept: tuple[str, ...]) -> None:
    with chatting(home, "long", *kept, "--set", "ignore_eos=true", "--url", server) as (terminal, process):
        terminal.wait_for(">>> ")
        terminal.type("Once\n")
        terminal.wait_for(rf"Once\r\n{CLEARED}[^\r]{{20}}")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped")
        terminal.wait_for(">>> ")
        terminal.type("/set max_tokens 4\n")
        terminal.wait_for(">>> ")
        terminal.type("Again\n")
        terminal.wait_for(r"Again\r\n.+\r\n")
        terminal.wait_for(">>> ")
        terminal.type("/show\n")
        # What was said before the stop stays in the conversation.
        terminal.wait_for("messages: 4")
        assert terminal.leave(process) == 0


def test_ctrl_c_at_the_prompt_clears_the_line(home: Path, server: str) -> None:
    with chatting(home, "tiny", "--set", "max_tokens=4", "--url", server) as (terminal, process):
        terminal.wait_for(">>> ")
        terminal.type("half a line")
        terminal.wait_for("half a line")
        terminal.interrupt("Ctrl-D or /bye leaves")
        terminal.wait_for(">>> ")
        terminal.type("a \\\n")
        terminal.wait_for(r"\.\.\. ")
        terminal.interrupt(">>> ")
        terminal.type("/show\n")
        terminal.wait_for("messages: 0")
        assert terminal.leave(process) == 0
    assert (home / "history.txt").stat().st_mode & 0o077 == 0
