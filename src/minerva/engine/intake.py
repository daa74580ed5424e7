"""The thread that reads commands: it tokenises prompts, so that decoding never waits for that, and queues the rest."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from minerva.core.errors import InvalidRequest, MinervaError
from minerva.core.log import Logger
from minerva.engine.backend import Vocabulary
from minerva.engine.interrupt import Interrupt
from minerva.wire.channel import ChannelClosed, WorkerChannel
from minerva.wire.messages import Cancel, Command, Generate, Refused, Shutdown


@dataclass(slots=True, frozen=True)
class Arrived:
    """A request with its prompt's token ids."""

    request: Generate
    tokens: list[int]


Item = Arrived | Cancel | Refused


class Intake:
    """Commands on their way from the channel to the loop."""

    def __init__(self, channel: WorkerChannel, log: Logger) -> None:
        """Read from `channel` once `start` is called."""
        self._channel = channel
        self._log = log
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._model: tuple[Vocabulary, Interrupt] | None = None

    def start(self) -> None:
        """Start the reading thread. When the server's end closes, the process ends, whatever it is doing."""
        threading.Thread(target=self._read, name="intake", daemon=True).start()

    def attach(self, vocabulary: Vocabulary, interrupt: Interrupt) -> None:
        """The model is there. Must be called before the server is told so, for then requests arrive."""
        self._model = (vocabulary, interrupt)

    def take(self, *, wait: bool) -> list[Item]:
        """Return what has arrived; with `wait`, at least one item."""
        items = [self._items.get()] if wait else []
        while not self._items.empty():
            items.append(self._items.get())
        return items

    def _read(self) -> None:
        try:
            for command in self._channel.commands():
                if isinstance(command, Shutdown):
                    break
                self._dispatch(command)
        except (ChannelClosed, ValueError, RuntimeError) as error:
            self._log.error("channel_broken", error=str(error))
        finally:
            # A load or a decode may be running in the other thread for seconds more; nothing of it is wanted.
            os._exit(0)

    def _dispatch(self, command: Command) -> None:
        if self._model is None:
            raise RuntimeError(f"{type(command).__name__} arrived before the model was ready")
        vocabulary, interrupt = self._model
        match command:
            case Generate():
                self._items.put(_arrive(command, vocabulary))
            case Cancel():
                interrupt.cancel(command.id)
                self._items.put(command)
            case _:
                raise RuntimeError(f"{type(command).__name__} is not a command for a loaded model")


def _arrive(request: Generate, vocabulary: Vocabulary) -> Item:
    try:
        tokens = _prompt_tokens(request, vocabulary)
        _check_ids("prompt", tokens, vocabulary)
        _check_ids("logit_bias", request.sampling.logit_bias, vocabulary)
    except MinervaError as error:
        return Refused(request.id, error.info())
    return Arrived(request, tokens)


def _prompt_tokens(request: Generate, vocabulary: Vocabulary) -> list[int]:
    if isinstance(request.prompt, str):
        tokens = vocabulary.tokenize(
            request.prompt, add_special=request.add_special, parse_special=request.parse_special
        )
    else:
        tokens = request.prompt
    if not tokens:
        raise InvalidRequest("The prompt is empty; it must have at least one token.", "prompt")
    return tokens


def _check_ids(name: str, ids: Iterable[int], vocabulary: Vocabulary) -> None:
    wrong = next((token for token in ids if not 0 <= token < vocabulary.size), None)
    if wrong is not None:
        last = vocabulary.size - 1
        raise InvalidRequest(f"`{name}` has token id {wrong}; this model's ids are 0 to {last}.", name)
