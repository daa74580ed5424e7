"""What rendering a chat template may cost: work, and the size of any one value, counted without a clock.

One unit of work is about ten nanoseconds of CPython. A container is measured with everything in it, as often as it is
in it, because that is what printing or comparing it costs: forty nested pairs are a trillion elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

WORK_UNITS = 40_000_000
"""What any template may use: some tenths of a second."""
WORK_UNITS_PER_CHARACTER = 20
"""What it may use beyond that for each character of the conversation."""
WORK_UNITS_PER_PAIR = 100
"""What it may use beyond that for each pair of messages: some published templates look back from each to all others."""
MAX_WORK_UNITS_FOR_PAIRS = 250_000_000
VALUE_CHARACTERS = 4_000_000
"""How long a text, and the output, may be."""
VALUE_CHARACTERS_PER_CHARACTER = 8
"""How much longer it may be for each character of the conversation."""
DEPTH = 100
"""How deep lists and mappings may nest."""

_ELEMENT = 16

T = TypeVar("T")


class TemplateLimit(Exception):
    """The template wants more work, or a larger value, than it may have."""


class Budget:
    """The work that is left for one rendering. Every check comes before the operation it is for."""

    def __init__(self, input_characters: int, messages: int) -> None:
        """`input_characters` and `messages` are the size of the conversation."""
        pairs = min(WORK_UNITS_PER_PAIR * messages**2, MAX_WORK_UNITS_FOR_PAIRS)
        self.left = WORK_UNITS + WORK_UNITS_PER_CHARACTER * input_characters + pairs
        self.largest = VALUE_CHARACTERS + VALUE_CHARACTERS_PER_CHARACTER * input_characters

    def spend(self, units: int) -> None:
        """Take `units` of work."""
        self.left -= units
        if self.left < 0:
            raise TemplateLimit("it takes too many steps; a loop in it may be endless")

    def allow(self, characters: int) -> None:
        """Refuse a value of more than the allowed number of `characters` before it is made."""
        if characters > self.largest:
            raise TemplateLimit(f"it makes a value of more than {self.largest:,} characters")

    def touch(self, value: object) -> None:
        """Pay for an operation that copies `value` without opening its elements."""
        match value:
            case str():
                self._touch_text(value)
            case list() | tuple() | dict() | range():
                self.spend(1 + 2 * len(value))
            case _:
                self.spend(1)

    def touched(self, value: T) -> T:
        """Touch and return `value`."""
        self.touch(value)
        return value

    def measured(self, value: T) -> T:
        """Measure and return `value`."""
        self.measure(value)
        return value

    def _touch_text(self, value: str) -> None:
        self.allow(len(value))
        self.spend(1 + (len(value) >> 5 if value.isascii() else len(value) >> 3))

    def measure(self, value: object) -> int:
        """Pay for an operation that looks at all that is in `value`; return its size in characters."""
        if isinstance(value, str):
            self._touch_text(value)
            return len(value)
        size, layer, depth = 0, [value], 0
        while layer:
            depth += 1
            if depth > DEPTH:
                raise TemplateLimit(f"it nests values more than {DEPTH} deep")
            layer, text = self._open(layer)
            size += text + _ELEMENT * len(layer)
            self.allow(size)
        return size

    def _open(self, layer: list[object]) -> tuple[list[object], int]:
        """Return the elements of a layer's containers, and the size of what else is in it."""
        below: list[object] = []
        text = 0
        for value in layer:
            if isinstance(value, str):
                self._touch_text(value)
                text += len(value)
            elif isinstance(value, range):
                self.spend(_ELEMENT * len(value))
                text += _ELEMENT * len(value)
            elif isinstance(value, int):
                self.spend(value.bit_length())
            elif inner := elements(value):
                below.extend(inner)
                self.allow(_ELEMENT * len(below))
        self.spend(1 + _ELEMENT * len(below))
        return below, text


def elements(value: object) -> Iterable[object]:
    """Return what is directly in `value`, keys of a mapping too; nothing for what is no container."""
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, (list, tuple)) else ()
