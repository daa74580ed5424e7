"""Generation parameters as data: what a request may say, and what the engine is told.

The table of ranges, defaults, meanings and API names is `core/parameters.py`.
"""

from __future__ import annotations

import msgspec


class SamplingOptions(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What somebody asked for: `None` means silent. A request, a preset and a model's GGUF header each give one."""

    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repeat_penalty: float | None = None
    repeat_last_n: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    dry_multiplier: float | None = None
    dry_base: float | None = None
    dry_allowed_length: int | None = None
    dry_penalty_last_n: int | None = None
    dry_sequence_breakers: tuple[str, ...] | None = None
    xtc_probability: float | None = None
    xtc_threshold: float | None = None
    mirostat: int | None = None
    mirostat_tau: float | None = None
    mirostat_eta: float | None = None
    logit_bias: dict[int, float] | None = None
    seed: int | None = None
    ignore_eos: bool | None = None


class SamplingParams(msgspec.Struct, frozen=True):
    """What the engine does: every field decided. `seed` alone may be `None`: the engine then draws one."""

    temperature: float
    top_k: int
    top_p: float
    min_p: float
    typical_p: float
    repeat_penalty: float
    repeat_last_n: int
    presence_penalty: float
    frequency_penalty: float
    dry_multiplier: float
    dry_base: float
    dry_allowed_length: int
    dry_penalty_last_n: int
    dry_sequence_breakers: tuple[str, ...]
    xtc_probability: float
    xtc_threshold: float
    mirostat: int
    mirostat_tau: float
    mirostat_eta: float
    logit_bias: dict[int, float]
    seed: int | None
    ignore_eos: bool

    @property
    def is_greedy(self) -> bool:
        """Whether the most likely token is always taken."""
        return self.temperature == 0.0 and self.mirostat == 0

    @property
    def penalises(self) -> bool:
        """Whether tokens of the recent past are made less (or more) likely."""
        return self.repeat_last_n != 0 and (
            self.repeat_penalty != 1.0 or self.presence_penalty != 0.0 or self.frequency_penalty != 0.0
        )

    @property
    def changes_logits(self) -> bool:
        """Whether anything shifts logits before the choice, so that the arg-max of the raw row may differ."""
        return self.penalises or self.dry_multiplier > 0.0 or bool(self.logit_bias) or self.ignore_eos


def merge(*layers: SamplingOptions) -> SamplingOptions:
    """Combine `layers`; for each field the first layer that is not silent wins."""
    chosen: dict[str, object] = {}
    for name in SamplingOptions.__struct_fields__:
        values = (getattr(layer, name) for layer in layers)
        chosen[name] = next((value for value in values if value is not None), None)
    return msgspec.convert(chosen, SamplingOptions)
