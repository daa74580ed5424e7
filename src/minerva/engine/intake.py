"""Commands from the server, on their way to the loop.

One thread reads them, so that a cancel or the server's end is noticed at once, whatever else goes on. A second one
tokenises prompts, in order of arrival, so that neither decoding nor a cancel waits for a long one. A third one compiles
the grammars of the requests that have one, so that only those wait for a schema that takes long.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from minerva.core.errors import InferenceError, MinervaError
from minerva.core.log import Logger
from minerva.engine.backend import Vocabulary
from minerva.engine.grammar_compiler import STACK_BYTES, GrammarCompiler
from minerva.engine.guide import Guide, make_guide
from minerva.engine.interrupt import Interrupt
from minerva.engine.passage import Passage, read_input
from minerva.engine.queries import answer, check_ids, prompt_tokens
from minerva.wire.channel import ChannelClosed, WorkerChannel
from minerva.wire.messages import (
    Cancel,
    Command,
    CountTokens,
    Detokenize,
    Embed,
    Generate,
    Query,
    Refused,
    Result,
    Shutdown,
    Tokenize,
)


@dataclass(slots=True, frozen=True)
class Arrived:
    """A request with its prompt's token ids, and what binds its answer."""

    request: Generate
    tokens: list[int]
    guide: Guide | None = None


@dataclass(slots=True, frozen=True)
class ArrivedTexts:
    """A request to embed, with its inputs' token ids: all of them, in order, once it is handed on."""

    request: Embed
    passages: list[Passage]


_INPUTS_AT_ONCE = 16
"""Inputs of a request that are tokenised before others have their turn."""

Item = Arrived | ArrivedTexts | Cancel | Refused | Result


class Intake:
    """Commands on their way from the channel to the loop."""

    def __init__(self, channel: WorkerChannel, log: Logger) -> None:
        """Read from `channel` once `start` is called."""
        self._channel = channel
        self._log = log
        self._prompts: queue.SimpleQueue[Generate | ArrivedTexts | Query] = queue.SimpleQueue()
        self._bound: queue.SimpleQueue[Arrived] = queue.SimpleQueue()
        """Requests with a grammar that is to be compiled."""
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._model: tuple[Vocabulary, Interrupt] | None = None
        self._lock = threading.Lock()
        self._preparing: dict[int, bool] = {}
        """Requests that the loop does not know yet, and whether they were cancelled since."""

    def start(self) -> None:
        """Start the threads. When the server's end closes, the process ends, whatever it is doing."""
        for work in (self._read, self._tokenize):
            self._begin(work)
        usual = threading.stack_size(STACK_BYTES)
        self._begin(self._compile)
        threading.stack_size(usual)

    def _begin(self, work: Callable[[], None]) -> None:
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
                    self._preparing[command.id] = False
                self._prompts.put(command)
            case Embed():
                with self._lock:
                    self._preparing[command.id] = False
                self._prompts.put(ArrivedTexts(command, []))
            case Cancel():
                self._cancel(command, self._model[1])
            case CountTokens() | Tokenize() | Detokenize():
                self._prompts.put(command)
            case _:
                raise RuntimeError(f"{type(command).__name__} is not a command for a loaded model")

    def _cancel(self, command: Cancel, interrupt: Interrupt) -> None:
        with self._lock:
            if command.id in self._preparing:
                self._preparing[command.id] = True
                return
        interrupt.cancel(command.id)
        self._items.put(command)

    def _tokenize(self) -> None:
        while True:
            request = self._prompts.get()
            vocabulary, _ = self._loaded()
            if isinstance(request, ArrivedTexts):
                self._read_inputs(request, vocabulary)
                continue
            if not isinstance(request, Generate):
                self._items.put(answer(request, vocabulary))
                continue
            item = _arrive(request, vocabulary)
            if isinstance(item, Arrived) and request.constraint is not None:
                self._bound.put(item)
            else:
                self._deliver(request.id, item)

    def _read_inputs(self, texts: ArrivedTexts, vocabulary: Vocabulary) -> None:
        """Tokenise some more inputs; a request with others left goes to the end of the queue."""
        request, passages = texts.request, texts.passages
        try:
            # One that nobody waits for any more is handed on as it is, with its cancel behind it.
            if not self._preparing[request.id]:
                for index in range(len(request.inputs))[len(passages) :][:_INPUTS_AT_ONCE]:
                    passages.append(read_input(request, index, vocabulary))
                if len(passages) < len(request.inputs):
                    self._prompts.put(texts)
                    return
            self._deliver(request.id, texts)
        except MinervaError as error:
            self._deliver(request.id, Refused(request.id, error.info()))

    def _compile(self) -> None:
        compiler: GrammarCompiler | None = None
        while True:
            arrived = self._bound.get()
            vocabulary, _ = self._loaded()
            try:
                compiler = compiler or GrammarCompiler(vocabulary)
                is_wanted = not self._preparing[arrived.request.id]
                item: Item = _bind(arrived, vocabulary, compiler) if is_wanted else arrived
            except MinervaError as error:
                item = Refused(arrived.request.id, error.info())
            except Exception as error:  # noqa: BLE001 - logged, and its request ends: a schema must not end a model
                self._log.exception("compiling a grammar failed unexpectedly")
                failure = InferenceError(f"The grammar could not be compiled ({type(error).__name__}).")
                item = Refused(arrived.request.id, failure.info())
            self._deliver(arrived.request.id, item)

    def _deliver(self, request_id: int, item: Item) -> None:
        _, interrupt = self._loaded()
        with self._lock:
            cancelled = self._preparing.pop(request_id)
            self._items.put(item)
            if cancelled:
                # Only now does the loop know whom to cancel.
                interrupt.cancel(request_id)
                self._items.put(Cancel(request_id))

    def _loaded(self) -> tuple[Vocabulary, Interrupt]:
        if self._model is None:
            raise RuntimeError("a request arrived before the model was ready")
        return self._model


def _arrive(request: Generate, vocabulary: Vocabulary) -> Item:
    try:
        tokens = prompt_tokens(request, vocabulary)
        check_ids("prompt", tokens, vocabulary)
        check_ids("logit_bias", request.sampling.logit_bias, vocabulary)
    except MinervaError as error:
        return Refused(request.id, error.info())
    return Arrived(request, tokens, make_guide(request, vocabulary, None))


def _bind(arrived: Arrived, vocabulary: Vocabulary, compiler: GrammarCompiler) -> Arrived:
    """Return the request with its grammar compiled. Raises `MinervaError`."""
    request = arrived.request
    compiled = None if request.constraint is None else compiler.compile(request.constraint.grammar)
    return Arrived(request, arrived.tokens, make_guide(request, vocabulary, compiled))
