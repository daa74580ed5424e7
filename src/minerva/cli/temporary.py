"""A conversation that nobody keeps: each request carries all of it, and it is gone with the program."""

from __future__ import annotations

import msgspec

from minerva.cli.answer import Outcome, write
from minerva.cli.chat_settings import parameters
from minerva.cli.client import Client
from minerva.cli.completion import CHAT, Completion
from minerva.cli.conversation import Edit
from minerva.cli.loading import load_model
from minerva.core.parameters import BY_NAME
from minerva.core.session import SessionSettings

JsonObject = dict[str, object]


class TemporaryConversation:
    """A `Conversation` over `/v1/chat/completions`."""

    def __init__(self, client: Client, settings: SessionSettings) -> None:
        """Begin with nothing said."""
        self._client = client
        self._settings = settings
        self._messages: list[JsonObject] = []

    @property
    def settings(self) -> SessionSettings:
        """As in `Conversation`."""
        return self._settings

    def change(self, edit: Edit) -> None:
        """As in `Conversation`."""
        self._settings = edit(self._settings)

    def ask(self, text: str) -> Outcome:
        """As in `Conversation`. An exchange without an answer is not remembered, so that roles go on alternating."""
        answer = Completion()
        try:
            # It may have been unloaded since the last message; to load it here shows that it takes a while, and why.
            load_model(self._client, self._settings.model)
            with self._client.stream(CHAT, chat_body(self._settings, self._messages, text)) as events:
                write(answer.pieces(events))
        except KeyboardInterrupt:
            return answer.outcome("stopped")
        finally:
            if answer.text:
                self._messages += [_message("user", text), _message("assistant", answer.text)]
        return answer.outcome("complete")

    def facts(self) -> list[tuple[str, str]]:
        """As in `Conversation`."""
        return [("messages", str(len(self._messages)))]

    def clear(self) -> str:
        """As in `Conversation`."""
        self._messages.clear()
        return "The conversation is forgotten."

    def switch(self, model: str) -> str:
        """As in `Conversation`."""
        name = load_model(self._client, model)
        self.change(lambda settings: msgspec.structs.replace(settings, model=name))
        return f"{name} answers from now on."


def chat_body(settings: SessionSettings, messages: list[JsonObject], text: str) -> JsonObject:
    """Return the body of the streamed chat completion that asks `text` after `messages`."""
    system = [_message("system", settings.system)] if settings.system else []
    body: JsonObject = {
        "messages": [*system, *messages, _message("user", text)],
        "stream": True,
        "stream_options": {"include_usage": True},
        "cache_prompt": "memory",
    }
    if settings.model is not None:
        body["model"] = settings.model
    if settings.overflow is not None:
        body["overflow"] = settings.overflow
    return body | {BY_NAME[name].openai or name: value for name, value in parameters(settings).items()}


def _message(role: str, content: str) -> JsonObject:
    return {"role": role, "content": content}
