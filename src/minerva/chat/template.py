"""Conversation to prompt, with the chat template that came with the model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from minerva.chat.adaptation import Adaptation
from minerva.chat.calls import Messages
from minerva.chat.conversation import EFFORT_VARIABLES, thinking_variables
from minerva.chat.default import DEFAULT_TEMPLATE
from minerva.chat.disguise import Disguise, Span
from minerva.chat.hidden import hide_message, hide_tool, texts_of
from minerva.chat.program import Program
from minerva.chat.refusal import malformed_call, refusal, refusal_of
from minerva.chat.rendering import Rendering
from minerva.chat.repair import Repaired, repair
from minerva.chat.sandbox import TemplateRaised
from minerva.core.errors import InvalidModelFile, InvalidRequest
from minerva.core.request import Thinking
from minerva.core.tools import Tool

RESERVED = frozenset({"messages", "tools", "documents", "add_generation_prompt", "bos_token", "eos_token"})
"""Variables that a caller may not set by `kwargs`: they say what the request and the model say."""

Kwargs = Mapping[str, str | int | float | bool | None]


class Rendered(msgspec.Struct, frozen=True):
    """A prompt.

    `literal`: spans [start, end) of it, in order, that a caller wrote and that spell control tokens: they are text.
    `notes`: what had to be changed in the conversation for the template to take it, in words.
    """

    text: str
    literal: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()


def render(
    template: str | None,
    messages: Messages,
    tools: tuple[Tool, ...] = (),
    *,
    bos: str,
    eos: str,
    control_tokens: tuple[str, ...] = (),
    thinking: Thinking | None = None,
    add_generation_prompt: bool = True,
    kwargs: Kwargs | None = None,
    now: datetime | None = None,
    path: str = "",
) -> Rendered:
    """Return the prompt that `template` makes of `messages` and `tools`, as Hugging Face's renderer would.

    A template that does not know tools, or fails on these, or does not know how calls and results are written, gets
    them as text; calls in the form of `formats.find`. A conversation that it refuses is repaired if it can be.

    Args:
        template: jinja2 source; `None` takes `DEFAULT_TEMPLATE`.
        messages: a `developer` message counts as `system` in a template that does not know the word.
        tools: what the model may call.
        bos: text of the token that begins a text, `bos_token` in the template.
        eos: text of the token that ends it, `eos_token` in the template.
        control_tokens: texts of all control tokens, of which none counts where a caller wrote it.
        thinking: what is not `None` becomes the variables by which templates turn thinking on and off.
        add_generation_prompt: whether the prompt ends with the opening of the assistant's answer.
        kwargs: more variables; they come before those of `thinking`.
        now: what `strftime_now` formats; without it the template finds no such function.
        path: the model file, for errors.

    Raises:
        InvalidRequest: the template called `raise_exception` and no repair helps; `param` names the message if it can
            be told. Or `kwargs` has a name of `RESERVED`, or a tool's parameters or a call's arguments are no object.
        InvalidModelFile: the template is broken, or takes more than its limits.
    """
    for name in RESERVED.intersection(kwargs or {}):
        field = f"chat_template_kwargs.{name}"
        raise InvalidRequest(f"`{field}` cannot be set: the request itself gives it to the chat template.", field)
    program = Program(DEFAULT_TEMPLATE if template is None else template, now, path)
    callers = {**thinking_variables(thinking or Thinking()), **(kwargs or {})}
    disguise = Disguise(control_tokens, [program.source, bos, eos, callers, *texts_of(messages, tools)])
    hidden = tuple(hide_message(message, disguise) for message in messages)
    hidden_tools = tuple(hide_tool(tool, disguise) for tool in tools)
    fixed = {"bos_token": bos, "eos_token": eos, "add_generation_prompt": add_generation_prompt}
    make = functools.partial(Rendering, program, callers=disguise.hide(callers), fixed=fixed)
    try:
        text, notes = _write_adapted(program, make, hidden, hidden_tools, tuple(kwargs or ()))
    except InvalidModelFile as error:
        if (fault := malformed_call(messages)) is not None:
            raise fault from error
        raise
    shown, literal = disguise.reveal(text)
    return Rendered(shown, literal, notes)


def _write_adapted(
    program: Program,
    make: Callable[[Adaptation], Rendering],
    messages: Messages,
    tools: tuple[Tool, ...],
    kwargs: tuple[str, ...],
) -> Repaired:
    """Return the text, and notes on what it took; `tools` on which the template fails are put in words."""
    adaptation = Adaptation(program.source, messages, tools)
    try:
        return _write(make(adaptation), messages, adaptation, kwargs)
    except InvalidModelFile:
        if not adaptation.tools:
            raise
    adaptation = Adaptation(program.source, messages, tools, tools_in_words=True)
    return _write(make(adaptation), messages, adaptation, kwargs)


def _write(rendering: Rendering, messages: Messages, adaptation: Adaptation, kwargs: tuple[str, ...]) -> Repaired:
    """Return the text of `messages`, and notes on what was done to them. `kwargs` are names of variables."""
    adapted = adaptation.apply(messages)
    try:
        return Repaired(rendering.attempt(adapted), adaptation.notes)
    except TemplateRaised as error:
        said = str(error)
        if (repaired := repair(adapted, rendering.attempt, said)) is not None:
            return Repaired(repaired.text, (*adaptation.notes, *repaired.notes))
        for field, names in (("reasoning_effort", EFFORT_VARIABLES), ("chat_template_kwargs", kwargs)):
            if rendering.is_accepted(adapted, without=names):
                raise refusal_of(field, said) from error
        raise refusal(messages, rendering.attempt_part, said) from error
