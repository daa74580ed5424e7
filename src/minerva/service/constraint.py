"""What an answer is held to while it is generated: its form, calls of tools, a budget for thinking. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from minerva.chat.form import form_grammar
from minerva.core.errors import InvalidRequest
from minerva.core.model import LoadedModel
from minerva.core.output import Grammar, OutputForm
from minerva.core.request import ChatInput, GenerateRequest, Thinking
from minerva.service.prompt import Bounds
from minerva.service.reading import Reading
from minerva.wire.messages import Constraint, ThinkingLimit

_START = re.compile(r"^start\b", re.MULTILINE)


def bounds_of(request: GenerateRequest, reading: Reading | None, model: LoadedModel) -> Bounds:
    """Return what holds for the answer of `model` to `request`, a chat if there is a `reading`.

    Raises `InvalidRequest` for what cannot be combined, or is not well formed.
    """
    special = dict(zip(model.control_tokens, model.control_ids, strict=True))
    constraint = constraint_of(request.form, reading, special)
    if reading is None or not isinstance(request.input, ChatInput):
        return Bounds(constraint)
    return Bounds(constraint, thinking_limit(request.input.thinking, reading), reading.shown(model.control_tokens))


def constraint_of(form: OutputForm | None, reading: Reading | None, special: Mapping[str, int]) -> Constraint | None:
    """Return what holds for an answer of `form` that is read as `reading`; `None` leaves it free.

    `special`: the vocabulary's control tokens and their ids. Raises `InvalidRequest` for what cannot be combined.

    An answer that thinks first is bound behind the thought. A call that must be made is bound as a whole, one that may
    be made from where it has begun on, or as a whole too where nothing marks its beginning. Beside a form the answer is
    a call or has the form.
    """
    if reading is None or not reading.tools:
        return None if form is None else Constraint(form_grammar(form), _before_text(reading))
    calls, tools, parallel = reading.call_format, reading.tools, reading.parallel
    if reading.must_call:
        return Constraint(calls.grammar(tools, parallel=parallel, special=special), _behind_thought(reading))
    if form is not None:
        either = _either(form, calls.grammar(tools, parallel=parallel, special=special))
        return Constraint(either, _behind_thought(reading))
    rest = calls.call_grammar(tools, parallel=parallel, special=special)
    thought = "".join(_behind_thought(reading))
    return Constraint(rest, calls.triggers, parallel and bool(calls.triggers), after=thought)


def thinking_limit(thinking: Thinking, reading: Reading) -> ThinkingLimit | None:
    """Return the limit of a request that asks for one.

    Raises `InvalidRequest` if the model's thoughts have no mark at their end that could be written for it.
    """
    if thinking.budget_tokens is None:
        return None
    if reading.marks is None:
        raise InvalidRequest("This model marks no thoughts, so a budget for them cannot be kept.", "thinking_budget")
    begin = "" if reading.opens_thinking else reading.marks.opening
    return ThinkingLimit(thinking.budget_tokens, reading.marks.closing, begin)


def _behind_thought(reading: Reading | None) -> tuple[str, ...]:
    return (reading.marks.closing,) if reading and reading.marks and reading.opens_thinking else ()


def _before_text(reading: Reading | None) -> tuple[str, ...]:
    """Return what the text for the user stands behind, if it does not begin the answer."""
    return (reading.call_format.text_openings if reading else ()) or _behind_thought(reading)


def _either(form: OutputForm, calls: str) -> str:
    """Return a grammar of what has `form`, or else is calls; a grammar of the caller's own may have any names."""
    if isinstance(form, Grammar):
        raise InvalidRequest(
            "A grammar cannot be combined with tools that may be called; leave one out, or set the tool choice.",
            "form",
        )
    return "\n".join(["start: form | calls", _START.sub("form", form_grammar(form), 1), _START.sub("calls", calls, 1)])
