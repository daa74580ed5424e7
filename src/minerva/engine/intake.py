"""Commands from the server, on their way to the loop.

One thread reads them, so that a cancel or the server's end is noticed at once, whatever else goes on. A second one
tokenises prompts, in order of arrival, so that neither decoding nor a cancel waits for a long one.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterable
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
        self._prompts: queue.SimpleQueue[Generate] = queue.SimpleQueue()
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._model: tuple[Vocabulary, Interrupt] | None = None
        self._lock = threading.Lock()
        self._tokenizing: dict[int, bool] = {}
        """Requests whose prompt is not tokenised yet, and whether they were cancelled since."""

    def start(self) -> None:
        """Start both threads. When the server's end closes, the process ends, whatever it is doing."""
        for work in (self._read, self._tokenize):
            threading.Thread(target=self._watch, args=(work,), name=work.__name__, daemon=True).start()

    def attach(self, vocabulary: Vocabulary, interrupt: Interrupt) -> None:
        """The model is there. Must be called before the server is told so, for then requests arrive."""
        self._model = (vocabulary, interrupt)

    def take(self, *, wait: bool) -> list[Item]:
        """Return what has arrived; with `wait`, at least one item."""
        items = [self._items.get()] if wait else []
        while not self._items.empty():
            items.append(self._items.get())
        return items

    def _watch(self, work: Callable[[], None]) -> None:
        """Do `work`; when it ends, well or not, end the process.

        A load or a decode may be running in the main thread for seconds more; nothing of it is wanted any longer.
        """
        status = 1
        try:
            work()
            status = 0
        except (ChannelClosed, ValueError, RuntimeError) as error:
            self._log.error("channel broken", error=str(error))
        except Exception:  # noqa: BLE001 - the thread's last line of defence: it is logged, and the process ends
            self._log.exception("intake failed")
        finally:
            os._exit(status)

    def _read(self) -> None:
        for command in self._channel.commands():
            if isinstance(command, Shutdown):
                return
            self._dispatch(command)

    def _dispatch(self, command: Command) -> None:
        if self._model is None:
            raise RuntimeError(f"{type(command).__name__} arrived before the model was ready")
        match command:
            case Generate():
                with self._lock:
                    self._tokenizing[command.id] = False
                self._prompts.put(command)
            case Cancel():
                self._cancel(command, self._model[1])
            case _:
                raise RuntimeError(f"{type(command).__name__} is not a command for a loaded model")

    def _cancel(self, command: Cancel, interrupt: Interrupt) -> None:
        with self._lock:
            if command.id in self._tokenizing:
                self._tokenizing[command.id] = True
                return
        interrupt.cancel(command.id)
        self._items.put(command)

    def _tokenize(self) -> None:
        while True:
            request = self._prompts.get()
            if self._model is None:
                raise RuntimeError("a request arrived before the model was ready")
            vocabulary, interrupt = self._model
            item = _arrive(request, vocabulary)
            with self._lock:
                cancelled = self._tokenizing.pop(request.id)
                self._items.put(item)
                if cancelled:
                    # Only now does the loop know whom to cancel.
                    interrupt.cancel(request.id)
                    self._items.put(Cancel(request.id))


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
