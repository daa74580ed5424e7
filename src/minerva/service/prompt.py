"""From a request's input to what its worker is sent."""

from __future__ import annotations

from datetime import datetime

import msgspec

from minerva.chat.template import render
from minerva.core.model import LoadedModel
from minerva.core.parameters import resolve
from minerva.core.request import ChatInput, GenerateRequest, Input, TextInput, TokensInput
from minerva.wire.messages import Generate

_SEEDS = 1 << 64


class Prompt(msgspec.Struct, frozen=True):
    """A prompt as the engine takes it. `text` is `None` for token ids, whose text only the engine knows."""

    wire: str | list[int]
    text: str | None
    add_special: bool


def make_prompt(source: Input, model: LoadedModel, now: datetime, path: str) -> Prompt:
    """Return the prompt of `source` for `model`, whose file is `path`; `now` is what a template may print.

    A rendered prompt gets a BOS token by the vocabulary's rule only if the template has not written one.
    Takes up to about a second with a hostile template. Raises what `chat.template.render` raises.
    """
    match source:
        case ChatInput(messages, kwargs):
            text = render(
                model.chat_template,
                messages,
                bos=model.bos,
                eos=model.eos,
                kwargs=kwargs,
                now=now,
                path=path,
            )
            return Prompt(text, text, add_special=not (model.bos and text.startswith(model.bos)))
        case TextInput(text):
            return Prompt(text, text, add_special=True)
        case TokensInput(tokens):
            return Prompt(list(tokens), None, add_special=False)


def make_commands(request: GenerateRequest, prompt: Prompt, model: LoadedModel) -> list[Generate]:
    """Return one command per choice: the request's parameters, then the model's own, then the defaults.

    Choice i gets seed + i, modulo 2^64. An echo of token ids needs the engine to spell the prompt out, which its report
    on the prompt's tokens does.
    """
    sampling = resolve(request.sampling, model.sampling)
    spell_out = request.echo and (request.logprobs is not None or prompt.text is None)
    command = Generate(
        id=0,
        request_id=request.request_id,
        prompt=prompt.wire,
        sampling=sampling,
        max_tokens=request.max_tokens,
        stop=request.stop,
        logprobs=0 if spell_out and request.logprobs is None else request.logprobs,
        prompt_logprobs=spell_out,
        add_special=prompt.add_special,
        cache_prompt=request.cache_prompt,
    )
    if sampling.seed is None:
        return [command] * request.n
    seeds = ((sampling.seed + index) % _SEEDS for index in range(request.n))
    return [msgspec.structs.replace(command, sampling=msgspec.structs.replace(sampling, seed=seed)) for seed in seeds]
