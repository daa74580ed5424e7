"""Every error Minerva can report, in one tree, with no HTTP in it.

    MinervaError
    ├── RequestError                the request is at fault; sending it again unchanged fails again
    │   ├── InvalidRequest          a field is wrong: `param`
    │   ├── ContextLimitExceeded    prompt longer than the window: `maximum`, `required`
    │   ├── ModelNotFound           no such model: `model`
    │   ├── AmbiguousModelName      several models fit the name: `candidates`
    │   ├── ResponseNotFound        no such stored response, or item of one: `param`
    │   │   └── PreviousResponseNotFound    the one that a request is to continue
    │   ├── SessionNotFound         no such conversation, or it is in the bin
    │   ├── MessageNotFound         no such message in one, or it is deleted
    │   ├── AttachmentNotFound      no such file of one
    │   ├── PromptTemplateNotFound  no such prompt template
    │   ├── RevisionConflict        somebody else has changed it meanwhile: `revision`
    │   ├── TurnRunning             an answer is being written there
    │   ├── Unauthorized            no or a wrong API key
    │   └── Forbidden               a Host or Origin that is not allowed, a file that is not ours to delete
    ├── ModelError                  a model file or its load is at fault
    │   ├── InvalidModelFile        the file is not a usable GGUF file: `path`
    │   ├── ModelLoadFailed         the engine could not load it
    │   └── ModelNotLoaded          an operation needs a loaded model and it is not
    ├── CapacityError               possible later, or on a larger machine
    │   ├── OutOfMemory             `needed_bytes`, `available_bytes`
    │   ├── QueueFull               `retry_after_s`
    │   ├── QueueTimeout            waited as long as it may: `retry_after_s`, `timeout_s`
    │   └── ShuttingDown            the server is draining
    ├── GenerationTimeout           the request's time is over: `timeout_s`
    ├── EngineError                 the engine is at fault
    │   ├── WorkerCrashed           the model's process died
    │   └── InferenceError          a decode failed, the process lives
    ├── StorageFailed               what is kept could not be read or written
    └── SettingsError               a setting is wrong: `key`, `source`

A message says what happened, the value, and what to do. The HTTP dialects map this tree in `server/*/errors`;
across the process boundary an error travels as `ErrorInfo`.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class ErrorInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error in transit between two processes: its class by `code`, and the facts it carries."""

    code: str
    message: str
    param: str | None = None
    maximum: int | None = None
    required: int | None = None
    needed_bytes: int | None = None
    available_bytes: int | None = None
    retry_after_s: float | None = None
    timeout_s: float | None = None
    path: str | None = None
    model: str | None = None
    revision: int | None = None


class MinervaError(Exception):
    """Root of the tree. `code` is stable and part of the public API."""

    code: ClassVar[str] = "internal_error"
    facts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, message: str) -> None:
        """Keep `message`: what happened, the value, what to do."""
        super().__init__(message)
        self.message = message

    def info(self) -> ErrorInfo:
        """Return the error as it crosses a process boundary."""
        return ErrorInfo(self.code, self.message, **{name: getattr(self, name) for name in self.facts})


class RequestError(MinervaError):
    """The request is at fault; sending it again unchanged fails again."""

    code = "request_error"


class InvalidRequest(RequestError):
    """A field is missing, unknown, of the wrong type or out of range."""

    code = "invalid_request"
    facts = ("param",)

    def __init__(self, message: str, param: str | None = None) -> None:
        """`param` is the path of the offending field, as the caller wrote it (`messages[2].content`)."""
        super().__init__(message)
        self.param = param


class ContextLimitExceeded(RequestError):
    """The prompt does not fit the context window. Nothing was computed and nothing was cut."""

    code = "context_length_exceeded"
    facts = ("maximum", "required")

    def __init__(self, message: str, maximum: int, required: int) -> None:
        """`maximum` and `required` are in tokens: the window, and what the prompt needs of it."""
        super().__init__(message)
        self.maximum = maximum
        self.required = required


class ModelNotFound(RequestError):
    """No model of that name is on this machine."""

    code = "model_not_found"
    facts = ("model",)

    def __init__(self, message: str, model: str) -> None:
        """`model` is the name as asked for."""
        super().__init__(message)
        self.model = model


class AmbiguousModelName(RequestError):
    """Several models answer to the name; the message lists them."""

    code = "ambiguous_model_name"
    facts = ("model",)

    def __init__(self, message: str, model: str, candidates: tuple[str, ...] = ()) -> None:
        """`candidates` are full names, each of which is unambiguous."""
        super().__init__(message)
        self.model = model
        self.candidates = candidates


class ResponseNotFound(RequestError):
    """No stored response, or no item of one, has that id."""

    code = "response_not_found"
    facts = ("param",)

    def __init__(self, message: str, param: str | None = None) -> None:
        """`param` is the path of the field that has the id, if it is a field."""
        super().__init__(message)
        self.param = param


class PreviousResponseNotFound(ResponseNotFound):
    """The response that a request is to continue is not stored, or one before it is not."""

    code = "previous_response_not_found"


class SessionNotFound(RequestError):
    """No stored conversation has that id, or it is in the bin."""

    code = "session_not_found"


class MessageNotFound(RequestError):
    """No message of a stored conversation has that id, or it is deleted."""

    code = "message_not_found"


class AttachmentNotFound(RequestError):
    """No file of a stored conversation has that id."""

    code = "attachment_not_found"


class PromptTemplateNotFound(RequestError):
    """No prompt template has that name."""

    code = "prompt_template_not_found"


class RevisionConflict(RequestError):
    """What is to be changed was changed by somebody else meanwhile. Nothing was overwritten."""

    code = "revision_conflict"
    facts = ("revision",)

    def __init__(self, message: str, revision: int) -> None:
        """`revision` is the present one; 0 if there is nothing."""
        super().__init__(message)
        self.revision = revision


class TurnRunning(RequestError):
    """An answer is being written there, and only one is at a time."""

    code = "turn_running"


class Unauthorized(RequestError):
    """The server asks for an API key and the request carries none, or a wrong one."""

    code = "unauthorized"


class Forbidden(RequestError):
    """The request's Host or Origin is not allowed here, or it would delete what is not the server's to delete."""

    code = "forbidden"


class ModelError(MinervaError):
    """A model file, or its load, is at fault."""

    code = "model_error"


class InvalidModelFile(ModelError):
    """The file is not a GGUF file that can be used; the message says what is wrong and where."""

    code = "invalid_model_file"
    facts = ("path",)

    def __init__(self, message: str, path: str) -> None:
        """`path` is the offending file."""
        super().__init__(message)
        self.path = path


class ModelLoadFailed(ModelError):
    """The engine could not load the model; the message carries the engine's own last words."""

    code = "model_load_failed"
    facts = ("model",)

    def __init__(self, message: str, model: str) -> None:
        """`model` is the model's name."""
        super().__init__(message)
        self.model = model


class ModelNotLoaded(ModelError):
    """The operation needs a loaded model, and this one is not."""

    code = "model_not_loaded"
    facts = ("model",)

    def __init__(self, message: str, model: str) -> None:
        """`model` is the model's name."""
        super().__init__(message)
        self.model = model


class CapacityError(MinervaError):
    """Not now, or not on this machine; the request itself is sound."""

    code = "capacity_error"


class OutOfMemory(CapacityError):
    """It does not fit in the memory this process may use."""

    code = "out_of_memory"
    facts = ("needed_bytes", "available_bytes")

    def __init__(self, message: str, needed_bytes: int, available_bytes: int) -> None:
        """What it needs, and what could be freed for it at most, in bytes."""
        super().__init__(message)
        self.needed_bytes = needed_bytes
        self.available_bytes = available_bytes


class QueueFull(CapacityError):
    """Too many requests wait already; this one was refused at once, or gave way to one of a client with fewer."""

    code = "queue_full"
    facts = ("retry_after_s",)

    def __init__(self, message: str, retry_after_s: float) -> None:
        """`retry_after_s` estimates when a place will be free."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class QueueTimeout(CapacityError):
    """The request waited in a model's queue for as long as it may; nothing of it was computed."""

    code = "queue_timeout"
    facts = ("retry_after_s", "timeout_s")

    def __init__(self, message: str, retry_after_s: float, timeout_s: float) -> None:
        """`retry_after_s` estimates when a place will be free; `timeout_s` is the limit that passed."""
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.timeout_s = timeout_s


class ShuttingDown(CapacityError):
    """The server is draining and takes no new requests."""

    code = "shutting_down"


class GenerationTimeout(MinervaError):
    """The request's time limit passed. What was generated until then was delivered."""

    code = "generation_timeout"
    facts = ("timeout_s",)

    def __init__(self, message: str, timeout_s: float) -> None:
        """`timeout_s` is the limit that passed."""
        super().__init__(message)
        self.timeout_s = timeout_s


class EngineError(MinervaError):
    """The engine is at fault, not the request."""

    code = "engine_error"


class WorkerCrashed(EngineError):
    """The model's process died while it worked on the request. The next request starts it again."""

    code = "worker_crashed"
    facts = ("model",)

    def __init__(self, message: str, model: str) -> None:
        """`model` is the model's name."""
        super().__init__(message)
        self.model = model


class InferenceError(EngineError):
    """A computation failed; the model's process lives and goes on."""

    code = "inference_error"


class StorageFailed(MinervaError):
    """What the server keeps could not be read or written."""

    code = "storage_failed"


class SettingsError(MinervaError):
    """A setting is unknown, of the wrong type or out of range; the message names where it was set."""

    code = "invalid_setting"

    def __init__(self, message: str, key: str, source: str) -> None:
        """`key` is the dotted name; `source` a file with its line, a variable, or a flag."""
        super().__init__(message)
        self.key = key
        self.source = source


def error_classes(root: type[MinervaError] = MinervaError) -> list[type[MinervaError]]:
    """Return `root` and every class below it, parents first."""
    return [root, *(cls for child in root.__subclasses__() for cls in error_classes(child))]


def from_info(info: ErrorInfo) -> MinervaError:
    """Rebuild the exception that `MinervaError.info` described; an unknown code becomes `InferenceError`."""
    for cls in error_classes():
        if cls.code == info.code and cls is not SettingsError:
            facts = {name: getattr(info, name) for name in cls.facts}
            return cls(info.message, **facts)
    return InferenceError(info.message)
