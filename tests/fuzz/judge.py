"""What is wrong with an answer, whatever was asked: each API has its own errors and ends of streams."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.fuzz.attack import NOTHING, Attack
from tests.fuzz.document import Document
from tests.fuzz.shapes import as_object, error_code, error_message

_QUEUE_IS_FULL = re.compile(r"^\d+ requests (wait|are open) already.* Try again in")
"""What a 503 has to say: `QueueFull` in docs/reference/errors.md. No other status from 500 on is right."""

_SERVERS_FAULTS = frozenset(
    {"internal_error", "engine_error", "inference_error", "worker_crashed", "storage_failed", "generation_timeout"}
)
_LAST_EVENTS = frozenset({"message_stop", "response.completed", "response.incomplete", "response.failed", "error"})
_DONE = "[DONE]"

_OF_ALL_THE_BODY = re.compile(
    r"The body is (empty|not valid JSON|larger)|The body is .*; it must be|The Content-Type is|"
    r"^There is nothing at |the path is right and the method is not"
)
"""Faults that no field has."""

_OPEN_ENDED = re.compile(r"tokens|context|window|no model|not found|has no|model '|is not here|the name of a file")
"""Faults of a whole request or of its model."""

Judge = Callable[[str], list[str]]
"""What is wrong with one JSON value of an answer."""


def faults(document: Document, attack: Attack, status: int, kind: str, body: bytes) -> list[str]:
    """Return what is wrong with an answer of `status` and media type `kind`; nothing if it is right."""
    kind = kind.partition(";")[0]
    if attack.method == "HEAD" or status in {204, 304}:
        found = ["a body where there may be none"] if body else []
        return [f"status {status}", *found] if status >= 500 else found
    if status >= 400:
        found = _error_faults(attack, status, kind, body)
        return [f"nothing is wrong with it: status {status}", *found] if attack.what == NOTHING else found
    if attack.method != attack.route.method or b"response_fields" in attack.content:
        # Not what is described: another route, or only those fields that were asked for.
        return []

    def judge(text: str) -> list[str]:
        return _json_faults(text) or document.answer_faults(attack.route, kind, json.loads(text))

    match kind:
        case "text/event-stream":
            return _stream_faults(judge, body.decode())
        case "application/x-ndjson":
            return _lines_faults(judge, body.decode())
        case "application/json":
            return judge(body.decode())
        case _:
            return []


def _error_faults(attack: Attack, status: int, kind: str, body: bytes) -> list[str]:
    if kind != "application/json":
        return [f"status {status} with an error of the type {kind!r}"]
    try:
        answer = json.loads(body)
    except ValueError:
        return [f"status {status} with an error that is not JSON"]
    message = error_message(attack.path, attack.headers, status, answer)
    if message is None:
        return [f"status {status} with an error that is not of this API's shape"]
    found = [] if message.strip() else ["an error without a message"]
    if status >= 500 and not (status == 503 and _QUEUE_IS_FULL.search(message)):
        found.append(f"status {status}")
    if status == 400 and not _names_the_fault(attack, message, json.dumps(answer)):
        found.append("the message does not name the field")
    return found


def _names_the_fault(attack: Attack, message: str, answer: str) -> bool:
    if not attack.fields or _OF_ALL_THE_BODY.search(message) or _OPEN_ENDED.search(message) or message.endswith("…"):
        return True
    said = answer.lower()
    return any(name and json.dumps(name)[1:-1][:60].lower() in said for name in attack.fields) or "`" in message


def _json_faults(text: str) -> list[str]:
    try:
        json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        return [f"an answer that is not JSON: {error}"]
    return []


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _stream_faults(judge: Judge, text: str) -> list[str]:
    """Server-sent events end with `[DONE]`, `message_stop`, the end of a response, or an error."""
    data = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data: ")]
    return _frames_faults(judge, data, is_whole=text.endswith("\n\n"))


def _lines_faults(judge: Judge, text: str) -> list[str]:
    """Lines of JSON end with one that is done, an error, or a status of success."""
    return _frames_faults(judge, text.split("\n")[:-1], is_whole=text.endswith("\n"))


def _frames_faults(judge: Judge, frames: list[str], *, is_whole: bool) -> list[str]:
    if not frames or not is_whole:
        return ["a stream without an end"]
    values = [frame for frame in frames if frame != _DONE]
    if broken := [fault for frame in values for fault in _json_faults(frame)]:
        return broken
    last = {} if frames[-1] == _DONE else as_object(json.loads(frames[-1]))
    # An error has a shape of its own.
    found = [fault for frame in (values[:-1] if "error" in last else values) for fault in judge(frame)]
    if error_code(frames[-1].encode()) in _SERVERS_FAULTS:
        found.append(f"an error of the server's in a stream: {frames[-1]}")
    if not (frames[-1] == _DONE or _is_end(last)):
        found.append(f"a stream ends with {frames[-1][:200]}")
    return found


def _is_end(last: dict[str, object]) -> bool:
    ends = last.get("type") in _LAST_EVENTS or last.get("done") is True or last.get("stop") is True
    return ends or "error" in last or last.get("status") == "success"
