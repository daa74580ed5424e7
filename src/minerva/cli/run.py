"""`minerva run`: a chat in the terminal, or one answer for a prompt from the command line or a pipe."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import msgspec

from minerva.cli import codes
from minerva.cli.answer import Answer, left_out, summary
from minerva.cli.chat import Chat, remember_lines, stream_answer
from minerva.cli.client import Client
from minerva.cli.connect import connect
from minerva.cli.conversation import Conversation
from minerva.cli.failure import CommandFailed
from minerva.cli.loading import load_model
from minerva.cli.starter import introduction
from minerva.cli.terminal import note, say
from minerva.settings.paths import find_paths


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `minerva run`; `parameters` are `NAME=VALUE` as in `/set NAME VALUE`.

    `overflow` is a policy of `core.request.Overflow`; the server decides what it is called.
    """

    model: str | None
    prompt: str | None
    system: str
    parameters: tuple[str, ...]
    overflow: str | None
    verbose: bool
    url: str | None
    config: Path | None


def run(options: RunOptions) -> None:
    """Chat, or answer once when there is a prompt or standard input is no terminal."""
    conversation = Conversation(options.model, options.system, options.overflow)
    for item in options.parameters:
        name, _, value = item.partition("=")
        conversation.set(name.strip(), value.strip())
    prompt = _whole_prompt(options.prompt)
    client = connect(options.url, options.config)
    conversation.model = load_model(client, options.model)
    if prompt is None:
        remember_lines(find_paths().data / "history.txt")
        say(f"{conversation.model} at {client.url}. /help lists the commands.")
        if sys.stdout.isatty() and (line := introduction(client, conversation.model)):
            say(line)
        Chat(client, conversation, verbose=options.verbose).run()
    else:
        _answer_once(client, conversation, prompt, verbose=options.verbose)


def _answer_once(client: Client, conversation: Conversation, prompt: str, *, verbose: bool) -> None:
    answer = Answer()
    stream_answer(client, conversation.request(prompt), answer)
    if answer.truncation is not None:
        note(f"({left_out(answer.truncation)})")
    if verbose and answer.timings:
        note(summary(answer.timings))


def _whole_prompt(argument: str | None) -> str | None:
    """Return what to answer: the argument, what is piped in, or both, the argument first; `None` for a chat."""
    piped = sys.stdin.read().strip() if _has_piped_input() else ""
    prompt = "\n\n".join(part for part in (argument, piped) if part)
    if prompt:
        return prompt
    if argument is None and sys.stdin.isatty():
        return None
    raise CommandFailed("There is no prompt: neither an argument nor anything on standard input.", codes.USAGE)


def _has_piped_input() -> bool:
    """A terminal is for chatting, and a device like /dev/null holds no prompt."""
    mode = os.fstat(sys.stdin.fileno()).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)
