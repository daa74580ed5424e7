"""`minerva run`: a chat in the terminal, or one answer for a prompt from the command line or a pipe."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import msgspec

from minerva.cli import codes
from minerva.cli.answer import remarks
from minerva.cli.chat import PROMPT, Chat, remember_lines
from minerva.cli.chat_settings import with_parameter
from minerva.cli.client import Client
from minerva.cli.connect import connect
from minerva.cli.conversation import Conversation
from minerva.cli.failure import CommandFailed
from minerva.cli.loading import load_model
from minerva.cli.sessions.commands import HELP, TEMPORARY_HELP, SessionCommands, refused_commands
from minerva.cli.sessions.find import find_session
from minerva.cli.sessions.kept import KeptConversation
from minerva.cli.sessions.table import short_id
from minerva.cli.starter import introduction
from minerva.cli.temporary import TemporaryConversation
from minerva.cli.terminal import note, say
from minerva.core.session import SessionSettings
from minerva.settings.paths import find_paths


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `minerva run`; `parameters` are `NAME=VALUE` as in `/set NAME VALUE`.

    `resume` is what `find_session` takes.
    """

    model: str | None
    prompt: str | None
    system: str
    parameters: tuple[str, ...]
    overflow: str | None
    resume: str | None
    temporary: bool
    verbose: bool
    url: str | None
    config: Path | None

    def applied(self, settings: SessionSettings) -> SessionSettings:
        """Return `settings` with what the arguments say, but for the model. Raises `InvalidRequest`."""
        if self.system:
            settings = msgspec.structs.replace(settings, system=self.system)
        for item in self.parameters:
            name, _, value = item.partition("=")
            settings = with_parameter(settings, name.strip(), value.strip())
        return settings if self.overflow is None else with_parameter(settings, "overflow", self.overflow)


def run(options: RunOptions) -> None:
    """Chat, or answer once when there is a prompt or standard input is no terminal."""
    options = sorted_out(options)
    settings = options.applied(SessionSettings())
    prompt = _whole_prompt(options.prompt)
    client = connect(options.url, options.config)
    if options.resume is not None:
        kept = _resumed(client, options, options.resume)
        if prompt is None:
            _chat_kept(client, kept, options)
        else:
            _answer_once(kept, prompt, verbose=options.verbose)
        return
    settings = msgspec.structs.replace(settings, model=load_model(client, options.model))
    if prompt is not None:
        _answer_once(TemporaryConversation(client, settings), prompt, verbose=options.verbose)
    elif options.temporary:
        _greet(client, settings.model)
        conversation = TemporaryConversation(client, settings)
        Chat(conversation, refused_commands(), TEMPORARY_HELP, verbose=options.verbose).run()
    else:
        _chat_kept(client, KeptConversation(client, settings), options)


def sorted_out(options: RunOptions) -> RunOptions:
    """Return `options` with the one argument beside `--resume` in its place: with a blank in it it is the prompt.

    Whoever resumes a session seldom names a model, and hardly any model has a name of several words.
    """
    if options.resume is None:
        return options
    if options.temporary:
        raise CommandFailed(
            "--temporary keeps nothing, and --resume is for what is kept; use one of them.", codes.USAGE
        )
    if options.prompt is None and options.model and len(options.model.split()) > 1:
        return msgspec.structs.replace(options, model=None, prompt=options.model)
    return options


def _resumed(client: Client, options: RunOptions, text: str) -> KeptConversation:
    """Return the session that `text` means, changed as the other arguments say."""
    kept = KeptConversation(client, SessionSettings())
    found = find_session(kept.sessions, text)
    kept.resume(found)
    try:
        name = load_model(client, options.model or found.settings.model)
    except CommandFailed as error:
        raise CommandFailed(f"{error.message} To name one: minerva run MODEL --resume {short_id(found)}") from error
    kept.change(options.applied)
    if options.model:
        kept.change(lambda settings: msgspec.structs.replace(settings, model=name))
    return kept


def _chat_kept(client: Client, kept: KeptConversation, options: RunOptions) -> None:
    commands = SessionCommands(kept, PROMPT)
    chat = Chat(kept, commands.table(), HELP, verbose=options.verbose)
    _greet(client, kept.settings.model)
    if kept.session is not None:
        chat.report(commands.resume(kept.session.id))
    chat.run()
    if kept.session is not None:
        note(f"Kept as {short_id(kept.session)}: minerva run --resume {short_id(kept.session)}")


def _greet(client: Client, model: str | None) -> None:
    remember_lines(find_paths().data / "history.txt")
    say(f"{model or load_model(client, None)} at {client.url}. /help lists the commands.")
    if model and sys.stdout.isatty() and (line := introduction(client, model)):
        say(line)


def _answer_once(conversation: Conversation, prompt: str, *, verbose: bool) -> None:
    """A script sees by `max_tokens` itself that they were reached; it has no commands to go on with, either."""
    outcome = conversation.ask(prompt)
    if outcome.status == "stopped":
        raise KeyboardInterrupt
    for line in remarks(msgspec.structs.replace(outcome, full=False, kept=False), verbose=verbose):
        note(line)
    if outcome.status == "interrupted":
        raise CommandFailed("The answer is not complete. In a chat, /continue goes on with it.")


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
