"""Generation parameters of a body into the neutral ones. Pure."""

from __future__ import annotations

from minerva.core import parameters
from minerva.core.errors import InvalidRequest
from minerva.core.sampling import SamplingOptions
from minerva.server.openai.schema import SamplingBody

_SAME_NAME = tuple(
    name for name in SamplingOptions.__struct_fields__ if name not in ("logit_bias", "dry_sequence_breakers")
)


def sampling(body: SamplingBody) -> SamplingOptions:
    """Return what `body` says of sampling. Raises `InvalidRequest` for a `logit_bias` of what is no token."""
    breakers = body.dry_sequence_breakers
    return SamplingOptions(
        **{name: getattr(body, name) for name in _SAME_NAME},
        logit_bias=_logit_bias(body.logit_bias),
        dry_sequence_breakers=None if breakers is None else tuple(breakers),
    )


def _logit_bias(bias: dict[str, float] | None) -> dict[int, float] | None:
    """JSON has text for keys; here they are token ids."""
    if bias is None:
        return None
    for key in bias:
        if not (key.isascii() and key.isdecimal() and len(key) <= 10):
            raise InvalidRequest(f"`logit_bias` has the key {key!r}; keys must be token ids.", "logit_bias")
    by_token = {int(key): value for key, value in bias.items()}
    parameters.check("logit_bias", by_token, "logit_bias")
    return by_token
