"""The chat in the terminal: reads entries, streams answers, obeys commands until `/bye` or the end of input."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from minerva.cli.answer import CHAT, Answer, left_out, summary
from minerva.cli.chat_input import Command, EntryReader, Say
from minerva.cli.client import Client
from minerva.cli.conversation import Conversation
from minerva.cli.failure import CommandFailed
from minerva.cli.loading import load_model
from minerva.cli.terminal import note, say, visible
from minerva.core.errors import InvalidRequest
from minerva.core.parameters import PARAMETERS

PROMPT, MORE = ">>> ", "... "
HISTORY_LINES = 1000
HELP = '''Type a message and press Enter. Ctrl-C stops an answer, Ctrl-D leaves.
  """ … """        a message of several lines; \\ at the end of a line continues it, too
  //text           a message that begins with a slash
  /clear           forget the conversation; the system prompt stays
  /system TEXT     set the system prompt; /system alone removes it
  /set NAME VALUE  set a generation parameter, as in: /set temperature 0.5
                   /set NAME default takes it back; /set alone lists them all
  /set verbose     show token counts and speed after each answer; /set quiet stops that
  /show            show model, system prompt and what was set
  /bye             leave'''


class Chat:
    """One chat with one server. `run` returns when the person leaves."""

    def __init__(self, client: Client, conversation: Conversation, *, verbose: bool = False) -> None:
        """Talk to `client`; `verbose` shows figures after each answer."""
        self._client = client
        self._conversation = conversation
        self._verbose = verbose
        self._commands: dict[str, Callable[[str], None]] = {
            "help": lambda _: say(HELP),
            "clear": self._clear,
            "system": self._system,
            "set": self._set,
            "show": self._show,
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
                    self._answer(entry.text)
                elif entry is not None:
                    self._obey(entry)
            except EOFError:
                say("")
                return
            except KeyboardInterrupt:
                say("" if not reader.is_empty else "\nCtrl-D or /bye leaves.")
                reader.clear()
            except (CommandFailed, InvalidRequest) as error:
                note(f"error: {error.message}")

    def _answer(self, text: str) -> None:
        answer = Answer()
        try:
            # It may have been unloaded since the last message; to load it here shows that it takes a while, and why.
            load_model(self._client, self._conversation.model)
            stream_answer(self._client, self._conversation.request(text), answer)
        except KeyboardInterrupt:
            say("\n(stopped)")
        finally:
            self._conversation.add(text, answer.text)
        if answer.truncation is not None:
            note(f"({left_out(answer.truncation)})")
        if answer.finish == "length":
            note("(ended: the context window, or max_tokens, was reached)")
        if self._verbose and answer.timings:
            note(summary(answer.timings))

    def _obey(self, command: Command) -> None:
        action = self._commands.get(command.name)
        if action is None:
            raise CommandFailed(f"There is no command /{command.name}; /help lists them.")
        action(command.argument)

    def _clear(self, _: str) -> None:
        self._conversation.clear()
        say("The conversation is forgotten.")

    def _system(self, text: str) -> None:
        self._conversation.system = text
        say("The system prompt is set." if text else "There is no system prompt now.")

    def _set(self, argument: str) -> None:
        name, _, value = argument.partition(" ")
        if not name:
            for row in PARAMETERS:
                say(f"  {row.name:<24}{row.range_text:<28}{row.meaning}")
        elif name in {"verbose", "quiet"}:
            self._verbose = name == "verbose"
        elif not value.strip():
            raise CommandFailed(f"A value is missing: /set {name} VALUE.")
        else:
            self._conversation.set(name, value.strip())

    def _show(self, _: str) -> None:
        conversation = self._conversation
        say(f"model: {conversation.model}")
        say(f"system prompt: {conversation.system or 'none'}")
        say(f"messages: {len(conversation.messages)}")
        for name, value in conversation.parameters.items():
            say(f"{name}: {value}")


def stream_answer(client: Client, body: object, answer: Answer) -> None:
    """Send `body` and write the answer as it comes, and a line end. Ctrl-C closes the stream and is passed on."""
    with client.stream(CHAT, body) as events:
        for piece in answer.pieces(events):
            say(visible(piece) if sys.stdout.isatty() else piece, end="")
    if not answer.text.endswith("\n"):
        say("")


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
