"""A body of `/infill` into the neutral request. Pure."""

from __future__ import annotations

from minerva.core import parameters
from minerva.core.errors import InvalidRequest
from minerva.core.output import Grammar, JsonSchema, OutputForm
from minerva.core.request import GenerateRequest, InfillFile, InfillInput
from minerva.core.sampling import SamplingOptions
from minerva.server.body import json_text
from minerva.server.llama.schema import InfillRequest

_SAME_NAME = tuple(
    name for name in SamplingOptions.__struct_fields__ if name not in ("logit_bias", "dry_sequence_breakers", "seed")
)
_ANY_SEED = (-1, 2**32 - 1)
_UNNAMED = "tmp"
"""llama-server's name for a file that has none."""


def infill_request(body: InfillRequest, request_id: str) -> GenerateRequest:
    """Return what `body` asks for. Raises `InvalidRequest`.

    `prompt` goes to the end of the prefix, where llama-server has it too, whatever its README says: the model then sees
    the text as it stands in the file.
    """
    files = tuple(InfillFile(file.filename or _UNNAMED, file.text) for file in body.input_extra or ())
    return GenerateRequest(
        request_id=request_id,
        input=InfillInput(body.input_prefix + (body.prompt or ""), body.input_suffix, files),
        model=body.model or None,
        sampling=_sampling(body),
        max_tokens=_max_tokens(body.n_predict),
        stop=tuple(body.stop or ()),
        logprobs=body.n_probs or (0 if body.return_tokens else None),
        form=_form(body),
        cache_prompt=body.cache_prompt is not False,
        keep_alive_s=body.keep_alive,
        timeout_s=body.timeout,
    )


def _sampling(body: InfillRequest) -> SamplingOptions:
    breakers, seed = body.dry_sequence_breakers, None if body.seed in _ANY_SEED else body.seed
    parameters.check("seed", seed, "seed")
    return SamplingOptions(
        **{name: getattr(body, name) for name in _SAME_NAME},
        seed=seed,
        logit_bias=None if body.logit_bias is None else _logit_bias(body.logit_bias),
        dry_sequence_breakers=None if breakers is None else tuple(breakers),
    )


def _logit_bias(given: dict[str, float]) -> dict[int, float]:
    for token in given:
        if not (token.isascii() and token.isdecimal() and len(token) <= 10):
            raise InvalidRequest(f"`logit_bias` has the token {token!r}; tokens must be given by id.", "logit_bias")
    by_token = {int(token): bias for token, bias in given.items()}
    parameters.check("logit_bias", by_token, "logit_bias")
    return by_token


def _max_tokens(asked: int | None) -> int | None:
    if asked == -1:
        return None
    parameters.check("max_tokens", asked, "n_predict")
    return asked


def _form(body: InfillRequest) -> OutputForm | None:
    if body.grammar and body.json_schema is not None:
        raise InvalidRequest("`grammar` and `json_schema` are both set; send one of them.", "grammar")
    if body.json_schema is not None:
        return JsonSchema(json_text(body.json_schema, "json_schema"))
    return Grammar(body.grammar, "gbnf") if body.grammar else None
