"""Commands from the server, on their way to the loop.

One thread reads them, so that a cancel or the server's end is noticed at once, whatever else goes on. A second one
tokenises prompts, in order of arrival, so that neither decoding nor a cancel waits for a long one. A third one compiles
the grammars of the requests that bring a new one, so that only those wait for a schema that takes long.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from minerva.core.errors import InferenceError, MinervaError, QueueFull
from minerva.core.log import Logger
from minerva.engine.backend import Vocabulary
from minerva.engine.grammar import CompiledGrammar
from minerva.engine.grammar_compiler import STACK_BYTES, GrammarCompiler
from minerva.engine.guide import Guide, make_guide
from minerva.engine.interrupt import Interrupt
from minerva.engine.passage import Passage, read_input
from minerva.engine.queries import answer, check_ids, prompt_tokens
from minerva.engine.stats import ServiceTime
from minerva.wire.channel import ChannelClosed, WorkerChannel
from minerva.wire.messages import (
    Cancel,
    Command,
    Constraint,
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
    """A request with the token ids of its prompt and of its prediction, and what binds its answer.

    `arrived_s`: when it was read here, by `time.monotonic`, for the loop takes it only after the step that it is in.
    """

    request: Generate
    tokens: list[int]
    guide: Guide | None = None
    foretold: list[int] = field(default_factory=list)
    arrived_s: float | None = None


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
        self._prompts: queue.SimpleQueue[Arrived | ArrivedTexts | Query] = queue.SimpleQueue()
        self._bound: queue.SimpleQueue[Arrived] = queue.SimpleQueue()
        """Requests with a grammar that is to be compiled."""
        self._most_uncompiled = 1
        self._compile_time = ServiceTime()
        self._compiler: GrammarCompiler | None = None
        """Made by the thread that compiles, for the first request that needs it."""
        self._items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._model: tuple[Vocabulary, Interrupt] | None = None
        self._farewell: Callable[[], None] = lambda: None
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

    def attach(
        self,
        vocabulary: Vocabulary,
        interrupt: Interrupt,
        *,
        queue_limit: int,
        farewell: Callable[[], None] = lambda: None,
    ) -> None:
        """The model is there. Must be called before the server is told so, for then requests arrive.

        `queue_limit`: how many may wait until their grammars are compiled; one always may. `farewell` is called before
        the process ends because the server said so.
        """
        self._model = (vocabulary, interrupt)
        self._farewell = farewell
        self._most_uncompiled = max(queue_limit, 1)

    def take(self, *, wait: bool) -> list[Item]:
        """Return what has arrived; with `wait`, at least one item."""
        items = [self._items.get()] if wait else []
        while not self._items.empty():
            items.append(self._items.get())
        return items

    def take_within(self, missing: int, patience_s: float) -> list[Item]:
        """Return what arrives within `patience_s`, or until as many requests are there as are `missing`."""
        items: list[Item] = []
        until = time.monotonic() + patience_s
        while missing > 0:
            try:
                items.append(self._items.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
            missing -= isinstance(items[-1], Arrived)
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
                self._farewell()
                return
            self._dispatch(command)

    def _dispatch(self, command: Command) -> None:
        if self._model is None:
            raise RuntimeError(f"{type(command).__name__} arrived before the model was ready")
        match command:
            case Generate():
                self._line_up(command.id, Arrived(command, [], arrived_s=time.monotonic()))
            case CountTokens() | Tokenize() | Detokenize():
                self._line_up(command.id, command)
            case Embed():
                self._line_up(command.id, ArrivedTexts(command, []))
            case Cancel():
                self._cancel(command, self._model[1])
            case _:
                raise RuntimeError(f"{type(command).__name__} is not a command for a loaded model")

    def _line_up(self, request_id: int, item: Arrived | ArrivedTexts | Query) -> None:
        with self._lock:
            self._preparing[request_id] = False
        self._prompts.put(item)

    def _cancel(self, command: Cancel, interrupt: Interrupt) -> None:
        with self._lock:
            if command.id in self._preparing:
                self._preparing[command.id] = True
                return
        interrupt.cancel(command.id)
        self._items.put(command)

    def _tokenize(self) -> None:
        while True:
            command = self._prompts.get()
            vocabulary, _ = self._loaded()
            if isinstance(command, ArrivedTexts):
                self._read_inputs(command, vocabulary)
            elif isinstance(command, Arrived):
                self._read_prompt(command, vocabulary)
            else:
                self._answer(command, vocabulary)

    def _read_prompt(self, arrived: Arrived, vocabulary: Vocabulary) -> None:
        request, item = arrived.request, _arrive(arrived, vocabulary)
        if isinstance(item, Arrived) and request.constraint is not None:
            self._find_grammar(item, request.constraint, vocabulary)
        else:
            self._deliver(request.id, item)

    def _find_grammar(self, arrived: Arrived, constraint: Constraint, vocabulary: Vocabulary) -> None:
        """Hand a request on with its grammar; where that is not at hand, let it wait for it, if not too many do."""
        request, waiting = arrived.request, self._bound.qsize()
        compiled = None if self._compiler is None else self._compiler.find(constraint.grammar)
        if compiled is not None:
            self._deliver(request.id, _bind(arrived, vocabulary, compiled))
        elif waiting < self._most_uncompiled:
            self._bound.put(arrived)
        else:
            retry_s = self._compile_time.retry_after_s(waiting, 1)
            busy = QueueFull(
                f"The grammars of {waiting} requests wait to be compiled, the most that may. Try again in about "
                f"{retry_s:.0f} s, or with a form that was used before.",
                retry_s,
            )
            self._deliver(request.id, Refused(request.id, busy.info()))

    def _answer(self, query: Query, vocabulary: Vocabulary) -> None:
        """Answer `query`, unless nobody waits for that any more; the loop knows of none, and passes over its cancel."""
        with self._lock:
            cancelled = self._preparing.pop(query.id)
        if not cancelled:
            self._items.put(answer(query, vocabulary))

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
        while True:
            arrived = self._bound.get()
            started_s = time.monotonic()
            self._deliver(arrived.request.id, self._compiled(arrived))
            self._compile_time.learn(time.monotonic() - started_s)
            self._prepare(arrived.request.constraint)

    def _compiled(self, arrived: Arrived) -> Item:
        """Return the request with its grammar, or its refusal."""
        request, (vocabulary, _) = arrived.request, self._loaded()
        try:
            self._compiler = self._compiler or GrammarCompiler(vocabulary)
            if self._preparing[request.id] or request.constraint is None:
                return arrived
            return _bind(arrived, vocabulary, self._compiler.compile(request.constraint.grammar))
        except MinervaError as error:
            return Refused(request.id, error.info())
        except Exception as error:  # noqa: BLE001 - logged, and its request ends: a schema must not end a model
            self._log.exception("compiling a grammar failed unexpectedly")
            failure = InferenceError(f"The grammar could not be compiled ({type(error).__name__}).")
            return Refused(request.id, failure.info())

    def _prepare(self, constraint: Constraint | None) -> None:
        """Use the time while no request waits to be compiled."""
        if self._compiler is not None and constraint is not None and self._bound.empty():
            self._compiler.prepare(constraint.grammar)

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


def _arrive(arrived: Arrived, vocabulary: Vocabulary) -> Item:
    request = arrived.request
    try:
        tokens = prompt_tokens(request, vocabulary)
        check_ids("prompt", tokens, vocabulary)
        check_ids("logit_bias", request.sampling.logit_bias, vocabulary)
    except MinervaError as error:
        return Refused(request.id, error.info())
    foretold = vocabulary.tokenize(request.prediction, add_special=False, parse_special=False)
    return replace(arrived, tokens=tokens, guide=make_guide(request, vocabulary, None), foretold=foretold)


def _bind(arrived: Arrived, vocabulary: Vocabulary, compiled: CompiledGrammar) -> Arrived:
    return replace(arrived, guide=make_guide(arrived.request, vocabulary, compiled))
