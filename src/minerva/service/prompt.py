"""From a request's input to what its worker is sent."""

from __future__ import annotations

from datetime import datetime

import msgspec

from minerva.chat.formats.find import find
from minerva.chat.infill import infill_prompt
from minerva.chat.reasoning import find_marks, is_open
from minerva.chat.resume import Beginning
from minerva.chat.template import render
from minerva.core.model import LoadedModel
from minerva.core.parameters import resolve
from minerva.core.request import NOT_BEGUN, ChatInput, GenerateRequest, InfillInput, Input, TextInput, TokensInput
from minerva.service.window import check_window
from minerva.wire.messages import Constraint, Generate, ThinkingLimit

_SEEDS = 1 << 64

_MOST_WINDOWS = 10
"""A shifted answer without `max_tokens` ends after so many windows: a model that never ends would go on for ever."""


class Prompt(msgspec.Struct, frozen=True):
    """A prompt as the engine takes it. `text` is `None` for token ids, whose text only the engine knows.

    `literal` and `notes` are those of `chat.template.Rendered`. `opens_thinking`: the prompt ends within a block of
    thoughts, so that the answer begins with them.
    """

    wire: str | list[int]
    text: str | None
    add_special: bool
    literal: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()
    opens_thinking: bool = False
    beginning: str = ""


class Bounds(msgspec.Struct, frozen=True):
    """What holds for an answer while it is generated, and which control tokens come as text: fields of `Generate`."""

    constraint: Constraint | None = None
    thinking_limit: ThinkingLimit | None = None
    shown: tuple[str, ...] = ()


FREE = Bounds()


def make_prompt(source: Input, model: LoadedModel, now: datetime, path: str) -> Prompt:
    """Return the prompt of `source` for `model`, whose file is `path`; `now` is what a template may print.

    A rendered prompt gets a BOS token by the vocabulary's rule only if the template has not written one.
    Takes up to some seconds with a hostile template. Raises what `chat.template.render` and
    `chat.infill.infill_prompt` raise.
    """
    match source:
        case ChatInput():
            return _render(source, model, now, path)
        case TextInput(text):
            return Prompt(text, text, add_special=True)
        case TokensInput(tokens):
            return Prompt(list(tokens), None, add_special=False)
        case InfillInput():
            filled = infill_prompt(source, model.infill)
            return Prompt(filled.text, filled.text, add_special=True, literal=filled.literal)


def _render(source: ChatInput, model: LoadedModel, now: datetime, path: str) -> Prompt:
    """Return the prompt of a chat. With `tool_choice` `none` the model is not told of the tools at all."""
    rendered = render(
        model.chat_template,
        source.messages,
        () if source.tool_choice == "none" else source.tools,
        bos=model.bos,
        eos=model.eos,
        control_tokens=model.control_tokens,
        thinking=source.thinking,
        add_generation_prompt=source.add_generation_prompt,
        kwargs=source.template_kwargs,
        now=now,
        path=model.template_path or path,
    )
    text, literal = rendered.text, rendered.literal
    has_bos = bool(model.bos) and text.startswith(model.bos) and not (literal and literal[0][0] == 0)
    template = model.chat_template or ""
    marks = find_marks(template)
    prompt = Prompt(
        text,
        text,
        add_special=not has_bos,
        literal=literal,
        notes=rendered.notes,
        opens_thinking=marks is not None and is_open(marks, text),
    )
    if source.begun == NOT_BEGUN:
        return prompt
    return _with_beginning(prompt, text, Beginning(source.begun, text, template, marks, find(template)))


def _with_beginning(prompt: Prompt, text: str, beginning: Beginning) -> Prompt:
    """Return `prompt`, whose text is `text`, with what there is of the answer behind it."""
    spans = ((len(text) + start, len(text) + end) for start, end in beginning.literal)
    return msgspec.structs.replace(
        prompt,
        wire=text + beginning.text,
        text=text + beginning.text,
        literal=(*prompt.literal, *spans),
        opens_thinking=beginning.is_thought,
        beginning=beginning.text,
    )


def make_commands(
    request: GenerateRequest,
    prompt: Prompt,
    model: LoadedModel,
    bounds: Bounds = FREE,
    shift_keep: int | None = None,
) -> list[Generate]:
    """Return one command per choice: the request's parameters, then the model's own, then the defaults.

    Raises `ContextLimitExceeded` if the request asks for more context than the model has.
    `shift_keep` is that of `Generate`. Choice i gets seed + i, modulo 2^64. An echo of token ids needs the engine to
    spell the prompt out, which its report on the prompt's tokens does.
    """
    check_window(request.context_length, model)
    sampling = resolve(request.sampling, model.sampling)
    spell_out = request.echo and (request.logprobs is not None or prompt.text is None)
    command = Generate(
        id=0,
        request_id=request.request_id,
        prompt=prompt.wire,
        literal=prompt.literal,
        sampling=sampling,
        max_tokens=_max_tokens(request, model) if shift_keep is not None else request.max_tokens,
        window=request.context_length,
        shift_keep=shift_keep,
        prediction=request.prediction,
        stop=request.stop,
        logprobs=0 if spell_out and request.logprobs is None else request.logprobs,
        prompt_logprobs=spell_out,
        constraint=bounds.constraint,
        thinking_limit=bounds.thinking_limit,
        shown=bounds.shown,
        add_special=prompt.add_special,
        cache_prompt=request.cache_prompt,
        priority=request.priority,
        client=request.client,
        queue_timeout_s=request.queue_timeout_s,
        cache_disk=request.cache_disk,
    )
    if sampling.seed is None:
        return [command] * request.n
    seeds = ((sampling.seed + index) % _SEEDS for index in range(request.n))
    return [msgspec.structs.replace(command, sampling=msgspec.structs.replace(sampling, seed=seed)) for seed in seeds]


def _max_tokens(request: GenerateRequest, model: LoadedModel) -> int:
    if request.max_tokens is not None:
        return request.max_tokens
    return _MOST_WINDOWS * (request.context_length or model.context_length)
