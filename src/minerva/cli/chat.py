"""The chat in the terminal: reads entries, writes answers, obeys commands until `/bye` or the end of input."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from minerva.cli.answer import Outcome, remarks
from minerva.cli.chat_input import Command, EntryReader, Say
from minerva.cli.chat_settings import OVERFLOW_RANGE, parameters, with_parameter
from minerva.cli.conversation import Conversation
from minerva.cli.failure import CommandFailed
from minerva.cli.terminal import note, say, visible
from minerva.core.errors import InvalidRequest
from minerva.core.parameters import PARAMETERS

PROMPT, MORE = ">>> ", "... "
HISTORY_LINES = 1000
HELP = '''Type a message and press Enter. Ctrl-C stops an answer, Ctrl-D leaves.
  """ … """        a message of several lines; \\ at the end of a line continues it, too
  //text           a message that begins with a slash
  /clear           begin a new conversation; system prompt and parameters stay
  /model NAME      let another model answer from now on
  /system TEXT     set the system prompt; /system alone removes it
  /set NAME VALUE  set a generation parameter, as in: /set temperature 0.5
                   /set NAME default takes it back; /set alone lists them all
  /set verbose     show token counts and speed after each answer; /set quiet stops that
  /show            show model, system prompt and what was set
  /bye             leave'''

Action = Callable[[str], Outcome | None]
"""What a command does with its argument; what it returns is the end of an answer that it wrote."""


class Chat:
    """One chat with one server. `run` returns when the person leaves."""

    def __init__(
        self, conversation: Conversation, more: Mapping[str, Action], more_help: str, *, verbose: bool = False
    ) -> None:
        """Talk in `conversation`, which has `more` commands of its own; `verbose` shows figures after each answer."""
        self._conversation = conversation
        self._verbose = verbose
        self._help = f"{HELP}\n{more_help}"
        self._commands: dict[str, Action] = {
            "help": lambda _: say(self._help),
            "clear": lambda _: say(conversation.clear()),
            "model": self._model,
            "system": self._system,
            "set": self._set,
            "show": self._show,
            **more,
        }

    def run(self) -> None:
        """Read entries until `/bye` or the end of input. Ctrl-C never ends it."""
        reader = EntryReader()
        while True:
            try:
                entry = reader.feed(input(PROMPT if reader.is_empty else MORE))
                if entry == Command("bye"):
                    return
                if isinstance(entry, Say):
                    self.report(self._conversation.ask(entry.text))
                elif entry is not None:
                    self.report(self._obey(entry))
            except EOFError:
                say("")
                return
            except KeyboardInterrupt:
                say("" if not reader.is_empty else "\nCtrl-D or /bye leaves.")
                reader.clear()
            except (CommandFailed, InvalidRequest) as error:
                note(f"error: {error.message}")

    def report(self, outcome: Outcome | None) -> None:
        """Say how an answer ended, where that is not plain."""
        if outcome is not None:
            for line in remarks(outcome, verbose=self._verbose):
                note(line)

    def _obey(self, command: Command) -> Outcome | None:
        action = self._commands.get(command.name)
        if action is None:
            raise CommandFailed(f"There is no command /{command.name}; /help lists them.")
        return action(command.argument)

    def _model(self, name: str) -> None:
        if not name:
            raise CommandFailed("A name is missing: /model NAME. `minerva list` shows them.")
        say(self._conversation.switch(name))

    def _system(self, text: str) -> None:
        self._conversation.change(lambda settings: msgspec.structs.replace(settings, system=text))
        say("The system prompt is set." if text else "There is no system prompt now.")

    def _set(self, argument: str) -> None:
        name, _, value = argument.partition(" ")
        if not name:
            for row in PARAMETERS:
                say(f"  {row.name:<24}{row.range_text:<28}{row.meaning}")
            say(f"  {'overflow':<24}{OVERFLOW_RANGE:<28}What happens to what does not fit the context window.")
        elif name in {"verbose", "quiet"}:
            self._verbose = name == "verbose"
        elif not value.strip():
            raise CommandFailed(f"A value is missing: /set {name} VALUE.")
        else:
            self._conversation.change(functools.partial(with_parameter, name=name, text=value.strip()))

    def _show(self, _: str) -> None:
        settings = self._conversation.settings
        say(f"model: {settings.model or 'the default one'}")
        say(f"system prompt: {settings.system or 'none'}")
        for name, value in self._conversation.facts():
            say(f"{name}: {visible(value)}")
        for name, parameter in parameters(settings).items():
            say(f"{name}: {parameter}")
        if settings.overflow is not None:
            say(f"overflow: {settings.overflow}")


def remember_lines(path: Path) -> None:
    """Let `input` edit lines and recall earlier ones, also those of earlier chats, where the platform can."""
    try:
        import readline
    except ImportError:
        return
    import atexit

    try:
        readline.read_history_file(path)
    except OSError:
        # None yet, or not readable: then there is nothing to recall.
        readline.clear_history()
    readline.set_history_length(HISTORY_LINES)
    atexit.register(_save_lines, path)


def _save_lines(path: Path) -> None:
    import readline

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        readline.write_history_file(path)
        path.chmod(0o600)
    except OSError as error:
        note(f"The input history could not be saved: {error}.")
