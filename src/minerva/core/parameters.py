"""The one table of generation parameters: code, errors and documentation all read it.

Sources: OpenAI API reference (names in the `openai` column, ranges of temperature, top_p and the two penalties),
Ollama's modelfile reference (`ollama`), llama.cpp's `common/common.h` (defaults of everything the others do not name).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.sampling import SamplingOptions, SamplingParams, merge

Kind = Literal["float", "int", "bool", "strings", "bias"]
Value = float | int | bool | str | tuple[str, ...] | dict[int, float] | None


class Parameter(msgspec.Struct, frozen=True):
    """One parameter: range (inclusive), default, meaning, and its name in each API (`None`: that API has none)."""

    name: str
    kind: Kind
    default: Value
    meaning: str
    minimum: float | None = None
    maximum: float | None = None
    openai: str | None = None
    ollama: str | None = None
    anthropic: str | None = None

    @property
    def range_text(self) -> str:
        """The range as people read it: `0 to 2`, `-1 or more`, `true or false`."""
        if self.kind == "bool":
            return "true or false"
        if self.kind == "strings":
            return f"up to {_readable(self.maximum)} strings"
        if self.kind == "bias":
            return f"token id to {_readable(self.minimum)} to {_readable(self.maximum)}"
        if self.maximum is None:
            return f"{_readable(self.minimum)} or more"
        return f"{_readable(self.minimum)} to {_readable(self.maximum)}"


def _readable(number: float | None) -> str:
    if number is None:
        return ""
    return f"{int(number):,}" if number == int(number) else f"{number:g}"


def _number(
    name: str,
    default: float | None,
    low: float,
    high: float | None,
    meaning: str,
    *,
    kind: Kind = "float",
    anthropic: bool = False,
    ollama: bool = True,
) -> Parameter:
    """Return a row for a number whose name is the same in the APIs that have it."""
    return Parameter(
        name,
        kind,
        default,
        meaning,
        low,
        high,
        openai=name,
        ollama=name if ollama else None,
        anthropic=name if anthropic else None,
    )


_WINDOW = 1_048_576

PARAMETERS: tuple[Parameter, ...] = (
    _number("temperature", 0.8, 0, 2, "Divides the logits; 0 always takes the most likely token.", anthropic=True),
    _number("top_k", 40, 0, 1_000_000, "Keep the k most likely tokens; 0 keeps all.", kind="int", anthropic=True),
    _number(
        "top_p",
        0.95,
        0,
        1,
        "Keep the fewest tokens whose probabilities reach p; 1 keeps all.",
        anthropic=True,
    ),
    _number("min_p", 0.05, 0, 1, "Drop tokens less likely than this share of the most likely one; 0 drops none."),
    _number("typical_p", 1.0, 0, 1, "Locally typical sampling (arXiv 2202.00666); 1 is off."),
    _number("repeat_penalty", 1.0, 0.01, 10, "Divides the logits of tokens seen in the window; 1 is off."),
    _number(
        "repeat_last_n",
        64,
        -1,
        _WINDOW,
        "Window of the penalties, tokens; 0 off, -1 the context.",
        kind="int",
    ),
    _number("presence_penalty", 0.0, -2, 2, "Taken from the logit of every token seen in the window."),
    _number("frequency_penalty", 0.0, -2, 2, "Taken from a token's logit once for each time it was seen."),
    _number("dry_multiplier", 0.0, 0, 10, "Strength of the DRY repetition penalty; 0 is off.", ollama=False),
    _number("dry_base", 1.75, 1, 10, "DRY grows by this factor per repeated token.", ollama=False),
    _number("dry_allowed_length", 2, 0, 1024, "DRY ignores repeats up to this length.", kind="int", ollama=False),
    _number(
        "dry_penalty_last_n",
        -1,
        -1,
        _WINDOW,
        "Window of DRY; 0 off, -1 the context.",
        kind="int",
        ollama=False,
    ),
    Parameter(
        "dry_sequence_breakers",
        "strings",
        ("\n", ":", '"', "*"),
        "DRY never matches across these strings.",
        None,
        32,
        openai="dry_sequence_breakers",
    ),
    _number("xtc_probability", 0.0, 0, 1, "Chance that XTC drops the likeliest tokens; 0 is off.", ollama=False),
    _number("xtc_threshold", 0.1, 0, 1, "XTC drops all but the last token above this probability.", ollama=False),
    _number("mirostat", 0, 0, 2, "Mirostat (arXiv 2007.14966): 0 off, or version 1 or 2.", kind="int"),
    _number("mirostat_tau", 5.0, 0, 100, "Mirostat's target surprise, in bits."),
    _number("mirostat_eta", 0.1, 0, 1, "Mirostat's learning rate."),
    Parameter(
        "logit_bias",
        "bias",
        None,
        "Added to the logit of a token: -100 bans it, 100 all but forces it.",
        -100,
        100,
        openai="logit_bias",
    ),
    _number(
        "seed",
        None,
        -(2**63),
        2**63 - 1,
        "The same seed and request give the same text; silent draws one.",
        kind="int",
    ),
    Parameter(
        "stop",
        "strings",
        (),
        "The text ends before the first of these.",
        None,
        16,
        openai="stop",
        ollama="stop",
        anthropic="stop_sequences",
    ),
    Parameter(
        "max_tokens",
        "int",
        None,
        "Most tokens to generate; silent means until the window is full.",
        0,
        2**31 - 1,
        openai="max_completion_tokens",
        ollama="num_predict",
        anthropic="max_tokens",
    ),
    Parameter("ignore_eos", "bool", False, "Go on past the model's own end.", openai="ignore_eos"),
)

BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}

_TYPES: dict[str, str] = {
    "float": "a number",
    "int": "an integer",
    "bool": "true or false",
    "strings": "a list of strings, none of them empty",
    "bias": "an object of token id to number",
}


def check(name: str, value: object, param: str | None = None) -> None:
    """Raise `InvalidRequest` if `value` is not of the type, or not in the range, of parameter `name`.

    `param` is the field as the caller spelled it, for the message; `None` (silent) is always in range.
    """
    row, field = BY_NAME[name], param or name
    if value is None:
        return
    if not _is_kind(row.kind, value):
        must = f"{_TYPES[row.kind]} ({row.range_text})"
        raise InvalidRequest(f"`{field}` is {_quoted(value)}; it must be {must}.", field)
    for number in _numbers(value):
        if not _in_range(row, number):
            raise InvalidRequest(f"`{field}` is {number!r}; it must be {row.range_text}.", field)


def _quoted(value: object) -> str:
    """Quote a wrong value of any size in a message that stays readable."""
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:99]}…"


def _is_kind(kind: Kind, value: object) -> bool:
    match kind:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "strings":
            return isinstance(value, (tuple, list)) and all(isinstance(item, str) and item != "" for item in value)
        case "bias":
            return isinstance(value, dict) and all(_is_bias(key, number) for key, number in value.items())


def _is_bias(key: object, number: object) -> bool:
    return _is_kind("int", key) and isinstance(key, int) and key >= 0 and _is_kind("float", number)


def _numbers(value: object) -> list[float]:
    """Return what the range is about: the number itself, each number of an object, the length of a list."""
    match value:
        case bool() | str():
            return []
        case dict():
            return list(value.values())
        case tuple() | list():
            return [len(value)]
        case int() | float():
            return [value]
        case _:
            return []


def _in_range(row: Parameter, number: float) -> bool:
    """NaN fails both comparisons, so it is never in range."""
    low = row.minimum is None or number >= row.minimum
    high = row.maximum is None or number <= row.maximum
    return low and high


DEFAULTS = SamplingOptions(
    **{row.name: row.default for row in PARAMETERS if row.name in SamplingOptions.__struct_fields__}  # type: ignore[arg-type]  # rows are typed by `kind`
)


def resolve(*layers: SamplingOptions) -> SamplingParams:
    """Decide every field: the first layer that speaks wins, then this table's default."""
    merged = merge(*layers, DEFAULTS)
    fields = {name: getattr(merged, name) for name in SamplingParams.__struct_fields__}
    fields["logit_bias"] = fields["logit_bias"] or {}
    return SamplingParams(**fields)
