"""One thing of a good body made bad. Which thing is known, so that the answer can be asked to name it."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.fuzz.document import Document, Schema
from tests.fuzz.sample import Sampler
from tests.fuzz.text import Raw

Step = str | int

NASTY: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 255, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30),
    *(0.5, -0.0, 1.0, 1e308, 5e-324, Raw("NaN"), Raw("Infinity"), Raw("-Infinity"), Raw("1e999"), Raw("-1e999")),
    *(Raw("9" * 400), Raw("9" * 5000), Raw("0." + "1" * 5000), Raw("01"), Raw("+1"), Raw("1."), Raw("0x10")),
    *("", " ", "a", "0", "5m", "-1", "true", "null", "\x00", "a\x00b", "\ud800", "a\udfffb", "\ud83e\udd89", "\uffff"),
    *("🦉", "e\u0301", "\u202e", "\r\n\t\v", "%s%n%x", "../../../etc/passwd", "C:\\x", "<script>", "' OR 1=1"),
    *("<|im_start|>", "<|im_end|>", "</s>", "{{ 7 * 7 }}", "{% for x in y %}", "{{", "(", "[", "(?=a)", "a{99999}"),
    *("a" * 5_000, "🦉" * 2_000, " " * 5_000, "word " * 1_000, "\\" * 1_000, '"' * 1_000),
    *([], {}, [None], [[]], [{}], [1, "a", None], ["a"] * 300, list(range(300)), {"": ""}, {"a": {"b": {"c": []}}}),
    *({"type": "text"}, {"type": "nothing"}, {"role": "user"}, {"\ud800": 1}),
    *({"$ref": "#"}, {"type": ["string", "null"]}),
    *(Raw("[" * 300 + "]" * 300), Raw('{"a":' * 300 + "1" + "}" * 300), Raw("[" * 5000 + "]" * 5000)),
    *(Raw('"\\u0000"'), Raw('"\\ud800\\ud800"'), Raw('"\\uD83E\\uDD89"'), Raw('"\\x41"'), Raw("'a'"), Raw("nul")),
    *(Raw('{"a": 1, "a": 2}'), Raw("[1,]"), Raw("/* */ 1"), Raw('"a\nb"'), Raw('"\x01"')),
)


@dataclass(frozen=True)
class Mutation:
    """A body. `fields`: the names on the way to the one place that was changed; none if there were several."""

    body: Any
    what: str
    fields: tuple[str, ...] = ()


class Mutator:
    """Changes bodies of one route."""

    def __init__(self, chance: random.Random, document: Document, schema: Schema) -> None:
        """`schema` is that of the route's bodies."""
        self._chance = chance
        self._sampler = Sampler(chance, document)
        self._schema = schema
        self._known = document.properties(schema)

    def mutated(self, body: Any) -> Mutation:
        """Return a copy of `body` with something wrong, or odd, in it."""
        way = self._chance.choices(
            [self._nasty, self._field, self._fitting, self._whole, self._shape, self._several],
            [7, 3, 7, 2, 3, 1],
        )[0]
        return way(copy.deepcopy(body))

    def sampled(self) -> Any:
        """Return a body made from the schema alone."""
        return self._sampler.value(self._schema)

    def _nasty(self, body: Any) -> Mutation:
        place = self._chance.choice(list(_places(body)))
        value = self._chance.choice(NASTY)
        return Mutation(_put(body, place, value), f"{_path(place)} = {_short(value)}", _names(place))

    def _field(self, body: Any) -> Mutation:
        """A field that the seed may not have."""
        name, value = self._chance.choice(list(self._known)), self._chance.choice(NASTY)
        return Mutation({**body, name: value}, f"{name} = {_short(value)}", (name,))

    def _fitting(self, body: Any) -> Mutation:
        """Some fields with values of their types; the answer may be good."""
        count = self._chance.choice([1, 1, 1, 2, 3])
        values = {
            name: self._sampler.value(self._known[name]) for name in self._chance.choices([*self._known], k=count)
        }
        said = ", ".join(f"{name} = {_short(value)}" for name, value in values.items())
        return Mutation({**body, **values}, said, tuple(values) if len(values) == 1 else ())

    def _whole(self, _body: Any) -> Mutation:
        return Mutation(self.sampled(), "made from the schema")

    def _shape(self, body: Any) -> Mutation:
        places = [place for place in _places(body) if place]
        if not places:
            return Mutation([body], "the body in a list")
        place = self._chance.choice(places)
        value, path = _get(body, place), _path(place)
        match self._chance.randrange(5):
            case 0:
                return Mutation(_without(body, place), f"{path} is left out", _names(place))
            case 1:
                return Mutation(_put(body, place, [value]), f"{path} in a list", _names(place))
            case 2:
                return Mutation(_put(body, place, {"value": value}), f"{path} in an object", _names(place))
            case 3 if isinstance(value, list):
                return Mutation(_put(body, place, value * 200), f"{path} 200 times", _names(place))
            case 4 if isinstance(value, dict):
                name = self._chance.choice(["unknown", "", "Model", "temprature", "\ud800", "x" * 300])
                changed = _put(body, place, {**value, name: 1})
                return Mutation(changed, f"{path} with another field {name!r}", (*_names(place), name))
            case _:
                name = self._chance.choice(["unknown", "", "Model", "temprature", "\ud800", "__class__"])
                return Mutation({**body, name: 1}, f"with another field {name!r}", (name,))

    def _several(self, body: Any) -> Mutation:
        said: list[str] = []
        for _ in range(self._chance.randint(2, 5)):
            changed = self._nasty(body) if isinstance(body, dict | list) and body else Mutation({}, "nothing left")
            body, said = changed.body, [*said, changed.what]
        return Mutation(body, "; ".join(said))


def _places(value: Any, place: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the way to every value in `value`, its own first."""
    yield place
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(item, (*place, key))


def _get(value: Any, place: tuple[Step, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


def _put(body: Any, place: tuple[Step, ...], value: Any) -> Any:
    """Return `body`, changed in place, with `value` there; no place is the whole body."""
    # What may be changed again must be no value that others have too: one put into itself has no end.
    value = copy.deepcopy(value)
    if not place:
        return value
    _get(body, place[:-1])[place[-1]] = value
    return body


def _without(body: Any, place: tuple[Step, ...]) -> Any:
    del _get(body, place[:-1])[place[-1]]
    return body


def _names(place: tuple[Step, ...]) -> tuple[str, ...]:
    return tuple(step for step in place if isinstance(step, str))


def _path(place: tuple[Step, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".") or "the body"


def _short(value: Any) -> str:
    text = value.text if isinstance(value, Raw) else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}… ({len(text)})"
