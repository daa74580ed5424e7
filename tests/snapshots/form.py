"""A recording as text that stays the same while the form of the stream does, whatever the model said. Pure.

Strings that a model or a clock chose become `text`, `time` or a numbered id, numbers become `int` or `float`. What
repeats itself, events in a row as well as items of a list, is shown once: into how many pieces a text is cut is chance.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.snapshots.record import Recording

HEAD = "# The form of a stream, see tests/snapshots/form.py. `python -m tests.snapshots` records it anew.\n"

_TEXTS = frozenset(
    {
        *("arguments", "content", "delta", "error", "message", "partial_json", "reasoning_content", "response"),
        *("signature", "system_fingerprint", "text", "thinking", "token", "tokens"),
    }
)
"""Fields whose strings the model, or this build, chose."""
_PLACES = frozenset({"content_index", "index", "output_index", "summary_index"})
"""Fields whose numbers say which, and not how many."""
_WIDTH = 110

Form = str | list[Any] | dict[str, Any]
"""JSON whose leaves are words."""


def text_of(recording: Recording) -> str:
    """Return the request as it was, and the form of the answer."""
    forms = _Forms()
    shown = [(frame.event, forms.of_data(frame.data)) for frame in recording.frames]
    events = [_event(name, form) for name, form in _one_choice_after_the_other(shown)]
    parts = [
        HEAD,
        f"POST {recording.case.path}\n{layout(_verbatim(recording.case.body))}\n",
        f"{recording.status} {recording.media_type}\n",
        *_once(events),
    ]
    return "\n".join(parts)


def _event(name: str | None, form: Form) -> str:
    return f"{'' if name is None else f'{name}: '}{layout(form)}\n"


def _one_choice_after_the_other(shown: Iterable[tuple[str | None, Form]]) -> Iterator[tuple[str | None, Form]]:
    """Yield the same in an order that is not chance: choices are written side by side."""
    for _, group in itertools.groupby(shown, lambda one: _choice(one[1]) is None):
        yield from sorted(group, key=lambda one: str(_choice(one[1])))


def _choice(form: Form) -> object:
    """Return the number of the choice that a chunk of OpenAI's is about, if it is about one."""
    choices = form.get("choices") if isinstance(form, dict) else None
    return choices[0]["index"] if choices else None


class _Forms:
    """Makes the forms of one stream: an id has one number in all of it."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def of_data(self, data: str) -> Form:
        """Return the form of a frame's data, which is JSON but for OpenAI's mark at the end."""
        return data if data == "[DONE]" else self._of(json.loads(data), "")

    def _of(self, value: Any, key: str) -> Form:
        match value:
            case dict() if key == "top_logprobs" and all(isinstance(item, float) for item in value.values()):
                # Of completions: there the keys are the tokens.
                return {"text": "float"}
            case dict():
                return {name: self._of(item, name) for name, item in value.items()}
            case list():
                return _once([self._of(item, key) for item in value])
            case str():
                return self._of_string(value, key)
            case int() | float() if not isinstance(value, bool) and key not in _PLACES:
                return type(value).__name__
            case _:
                return json.dumps(value)

    def _of_string(self, value: str, key: str) -> str:
        if key == "id" or key.endswith("_id"):
            return self._id(value)
        if key == "created_at":
            return "time"
        return "text" if key in _TEXTS and value else json.dumps(value)

    def _id(self, value: str) -> str:
        """Ids keep what they begin with, so that each kind is known."""
        if value not in self._ids:
            kind = re.match(r"[a-z]+[-_]|", value)
            prefix = kind[0] if kind else ""
            number = 1 + sum(known.rstrip("0123456789") == prefix for known in self._ids.values())
            self._ids[value] = f"{prefix}{number}"
        return self._ids[value]


def _verbatim(value: Any) -> Form:
    if isinstance(value, dict):
        return {name: _verbatim(item) for name, item in value.items()}
    return [_verbatim(item) for item in value] if isinstance(value, list) else json.dumps(value)


def _once(items: Iterable[Any]) -> list[Any]:
    return [item for item, _ in itertools.groupby(items)]


def layout(form: Form, indent: int = 0) -> str:
    """Return `form` in one line if there is room for it, or else in several, leaves side by side."""
    line = _line(form)
    if isinstance(form, str) or indent + len(line) <= _WIDTH:
        return line
    step = indent + 2
    if isinstance(form, dict):
        inside = [(f"{json.dumps(name)}: {layout(item, step)},", isinstance(item, str)) for name, item in form.items()]
    else:
        inside = [(f"{layout(item, step)},", isinstance(item, str)) for item in form]
    lines = "\n".join(" " * step + filled for filled in _fill(inside, _WIDTH - step))
    return f"{line[0]}\n{lines}\n{' ' * indent}{line[-1]}"


def _fill(items: Iterable[tuple[str, bool]], width: int) -> Iterator[str]:
    """Yield lines of items; those of which it is said may stand beside others."""
    line = ""
    for item, may_share in items:
        if line and (not may_share or len(line) + 1 + len(item) > width):
            yield line
            line = ""
        line = f"{line} {item}" if line else item
        if not may_share:
            yield line
            line = ""
    if line:
        yield line


def _line(form: Form) -> str:
    if isinstance(form, str):
        return form
    if isinstance(form, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {_line(item)}" for name, item in form.items()) + "}"
    return "[" + ", ".join(map(_line, form)) + "]"
