"""Which operations a chat template may do that can make much out of little, and how much each would make.

Every function here is called before the operation. It pays for what the operation reads, and refuses what would be
too large.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sized

from minerva.chat.budget import Budget, TemplateLimit

# fmt: off
TEXT_METHODS = frozenset((
    "capitalize", "casefold", "center", "count", "endswith", "find", "format", "index", "isalnum",
    "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
    "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit",
    "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill",
))
# fmt: on
"""Methods of a text that a template may call. The others make large values (`translate`) or bytes (`encode`)."""
MAPPING_METHODS = frozenset({"get", "items", "keys", "values", "copy"})
SEQUENCE_METHODS = frozenset({"count", "index", "copy"})
LIST_CHANGES = frozenset({"append", "pop"})
"""Methods that change a list, for lists of a template's own."""
LEFT_OUT_FILTERS = frozenset({"pprint", "random", "striptags", "urlize", "wordwrap", "xmlattr"})
"""Filters for web pages: costly on hostile input, of no use in a prompt."""

CHEAP_FILTERS = frozenset({"count", "d", "default", "first", "last", "length"})
"""Filters that take the same time for any value; they need no watching."""
VALUE_TESTS = frozenset(
    ("in", "==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", ">=", "ge", "<", "lt", "lessthan", "<=", "le")
)
"""Tests that look at the whole of their values; the others take the same time for any."""
_COPYING_FILTERS = frozenset({"items", "list"})
_CALL = 300
"""What a call through jinja2 costs beside its work."""
_PER_CHARACTER = {
    "dictsort": 4, "from_json": 2, "float": 8, "groupby": 4, "int": 8, "max": 2, "min": 2, "sort": 8,
    "title": 16, "tojson": 1, "unique": 2, "urlencode": 2, "wordcount": 2,
}  # fmt: skip
"""Work of the filters that cost more than reading their input once, for each of its characters."""
_LARGEST_NUMBER = 10_000
_LARGEST_BITS = 16_384
_PRINTF_WIDTH = re.compile(r"%[^a-zA-Z%]*(\d{5,}|\*)")
_FORMAT_WIDTH = re.compile(r"\{[^{}]*(:[^{}]*\d{5,}|\{)")


def is_allowed_attribute(value: object, name: str) -> bool:
    """Return whether a template may reach attribute `name` of `value`, as far as built-in types go."""
    match value:
        case str():
            return name in TEXT_METHODS
        case dict():
            return name in MAPPING_METHODS
        case list() | tuple():
            return name in SEQUENCE_METHODS
        case int() | float() | bytes():
            return False
        case _:
            return True


def before_operator(budget: Budget, operator: str, left: object, right: object) -> None:
    """Check `left operator right`."""
    budget.touch(left)
    budget.touch(right)
    if isinstance(left, int) and isinstance(right, int):
        _check_integers(operator, left, right)
    elif operator == "*":
        _check_repetition(budget, left, right)
    elif operator == "+" and isinstance(left, str) and isinstance(right, str):
        budget.allow(len(left) + len(right))
    elif operator == "%" and isinstance(left, str):
        before_printf(budget, left, right)


def _check_integers(operator: str, left: int, right: int) -> None:
    bits = 0
    if operator == "**":
        bits = left.bit_length() * max(right, 0)
    elif operator == "*":
        bits = left.bit_length() + right.bit_length()
    if bits > _LARGEST_BITS:
        raise TemplateLimit(f"it computes a number of more than {_LARGEST_BITS:,} bits")


def _check_repetition(budget: Budget, left: object, right: object) -> None:
    for value, times in ((left, right), (right, left)):
        if isinstance(times, int) and isinstance(value, (str, list, tuple)):
            budget.allow(len(value) * max(times, 0))
            budget.spend(len(value) * max(times, 0))


def before_printf(budget: Budget, text: str, values: object) -> None:
    """Check `text % values`."""
    if _PRINTF_WIDTH.search(text):
        raise TemplateLimit(f"it formats with a width of more than {_LARGEST_NUMBER:,}")
    budget.allow(len(text) + text.count("%") * budget.measure(values))


def before_call(budget: Budget, function: object, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Check a call of `function`, which is no macro: a method of a text above all."""
    budget.spend(_CALL)
    size = budget.measure((*args, *kwargs.values()))
    function = getattr(function, "__wrapped__", function)
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    budget.touch(owner)
    if not isinstance(owner, str):
        return
    _check_numbers(args)
    match name, args:
        case "join", (items, *_):
            _check_join(budget, owner, items)
        case "replace", (str() as old, str() as new, *_):
            budget.allow(len(owner) + owner.count(old) * len(new))
        case "format" | "format_map", _:
            if _FORMAT_WIDTH.search(owner):
                raise TemplateLimit(f"it formats with a width of more than {_LARGEST_NUMBER:,}")
            budget.allow(len(owner) + owner.count("{") * size)
        case _:
            pass


def before_filter(
    budget: Budget, name: str, value: object, args: tuple[object, ...], kwargs: Mapping[str, object]
) -> None:
    """Check `value | name(*args, **kwargs)`."""
    budget.spend(_CALL)
    arguments = (*args, *kwargs.values())
    if name in _COPYING_FILTERS:
        budget.touch(value)
        return
    size = budget.measure(value)
    budget.spend(size * _PER_CHARACTER.get(name, 0))
    budget.measure(arguments)
    if name not in {"int", "float", "map"}:
        _check_numbers(arguments)
    _check_growth(budget, name, value, arguments, size)


def _check_growth(budget: Budget, name: str, value: object, arguments: tuple[object, ...], size: int) -> None:
    match name, arguments:
        case "join", (str() as separator, *_):
            _check_join(budget, separator, value)
        case "replace", (old, str() as new, *_):
            budget.allow(size + str(value).count(str(old)) * len(new))
        case "format", _:
            before_printf(budget, str(value), arguments)
        case "indent", (width, *_):
            lines = str(value).count("\n") + 1
            budget.allow(size + lines * (len(width) if isinstance(width, str) else _number(width)))
        case "tojson", _:
            widest = max((_number(argument) for argument in arguments), default=0)
            budget.allow(size * (1 + widest))
        case "sum", _ if any(not isinstance(argument, (int, float, str)) for argument in arguments):
            raise TemplateLimit("it sums what are no numbers")
        case _:
            pass


def before_test(budget: Budget, value: object, args: tuple[object, ...]) -> None:
    """Check `value is name(*args)`, for a name in `VALUE_TESTS`."""
    budget.spend(_CALL)
    budget.measure((value, *args))


def settled(value: object) -> object:
    """Return `value` with its elements known: a list for an iterator, whose size nobody could tell before."""
    return list(value) if isinstance(value, Iterator) else value


def _check_join(budget: Budget, separator: str, items: object) -> None:
    count = len(items) if isinstance(items, Sized) else 0
    budget.allow(count * len(separator))


def _check_numbers(values: tuple[object, ...]) -> None:
    for value in values:
        if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
            raise TemplateLimit(f"it uses the number {value}, where at most {_LARGEST_NUMBER:,} is allowed")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
