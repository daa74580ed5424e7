"""JSON in text that arrives in portions: where a value ends, and the objects that say a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from minerva.chat.formats.reader import Reader, Sink, Steps

_NAME_KEYS = frozenset({"name", "tool_name", "function"})
_ARGUMENTS_KEYS = frozenset({"arguments", "parameters"})
_ID_KEY = "id"
_DROPPED_KEYS = frozenset({"id", "tool_call_id", "index", "type"})
_CLOSERS = {"{": "}", "[": "]"}


class JsonScanner:
    """Finds where one JSON value ends. It follows brackets and strings; whether the rest is JSON it does not check.

    `complete`: the value has ended. `broken`: it cannot end, its brackets do not match.
    """

    def __init__(self) -> None:
        self.complete = False
        self.broken = False
        self._closers: list[str] = []
        self._quoted = False
        self._escaped = False

    def take(self, text: str) -> int:
        """Return how many characters of `text` belong to the value. White space before a value is not expected."""
        for index, character in enumerate(text):
            belongs = self._take_quoted(character) if self._quoted else self._take_bare(character)
            if self.complete or self.broken:
                return index + belongs
        return len(text)

    def _take_quoted(self, character: str) -> bool:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            self._quoted = False
            self.complete = not self._closers
        return True

    def _take_bare(self, character: str) -> bool:
        if character == '"':
            self._quoted = True
        elif character in _CLOSERS:
            self._closers.append(_CLOSERS[character])
        elif self._closers and character == self._closers[-1]:
            self._closers.pop()
            self.complete = not self._closers
        elif not self._closers and (character in ",]}" or character.isspace()):
            self.complete = True  # it was a number or a word
            return False
        elif character in "]}":
            self.broken = True
            return False
        return True


def read_value(reader: Reader, sink: Sink) -> Steps[bool]:
    """Read one JSON value; `sink` gets its text as it comes. Returns whether it was complete."""
    scanner = JsonScanner()
    while not (scanner.complete or scanner.broken):
        text = yield from reader.available()
        if not text:
            return False
        sink(reader.consume(scanner.take(text)))
    return scanner.complete


def read_text(reader: Reader) -> Steps[str | None]:
    """Read one JSON value and return its text, `None` if it is not complete."""
    parts: list[str] = []
    return "".join(parts) if (yield from read_value(reader, parts.append)) else None


def parse(text: str) -> object:
    """Return the value of JSON `text`. Raises ValueError for anything else, also for what only Python takes as JSON."""
    try:
        value: object = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
    return value


def quote(text: str) -> str:
    """Return `text` as a JSON string, its characters as they are."""
    return json.dumps(text, ensure_ascii=False)


def escape(text: str) -> str:
    """Return `text` as it stands within a JSON string."""
    return quote(text)[1:-1]


def read_arguments(reader: Reader, name: str, call_id: str | None) -> Steps[bool]:
    """Read the arguments of a call of `name` and deliver the call, unless what comes is none.

    An object is delivered as it comes, as the model wrote it; JSON in a string once it is complete. `null` and the
    empty string are no arguments.
    """
    if (yield from reader.peek()) == "{":
        reader.start(name, call_id)
        complete = yield from read_value(reader, reader.arguments)
    else:
        text = yield from read_text(reader)
        arguments = None if text is None else _as_object(text)
        complete = arguments is not None
        if arguments is None:
            return False
        reader.start(name, call_id)
        reader.arguments(arguments)
    reader.end()
    return complete


def read_name(reader: Reader) -> Steps[str | None]:
    """Read the name of an object's member, its colon, and white space behind it; `None` if it is none."""
    name = _as_text((yield from read_text(reader)))
    yield from reader.space()
    found = yield from reader.accept(":")
    yield from reader.space()
    return name if found else None


def read_call(reader: Reader) -> Steps[bool]:
    """Read one JSON object that says a call, such as `{"name": "f", "arguments": {}}`, and deliver it.

    Returns whether it was one, of an offered tool, and complete. With members that say something else it is none.
    """
    if not (yield from reader.accept("{")):
        return False
    call = _Call(reader)
    yield from reader.space()
    while not (yield from reader.accept("}")):
        if not (yield from call.read_member()):
            return False
    return call.finish()


def read_calls(reader: Reader) -> Steps[bool]:
    """Read one such object, or several with white space between, or a JSON list of them; as `read_call`."""
    if (yield from reader.accept("[")):
        return (yield from read_list(reader))
    return (yield from _read_row(reader))


def read_list(reader: Reader) -> Steps[bool]:
    """Read a JSON list of such objects, its opening bracket having been read; as `read_call`."""
    yield from reader.space()
    while (yield from read_call(reader)):
        yield from reader.space()
        if not (yield from reader.accept(",")):
            return (yield from reader.accept("]"))
        yield from reader.space()
    return False


def read_leading_calls(reader: Reader) -> Steps[None]:
    """Deliver the calls that an answer begins with, without a mark before them; what is no call stays to be read.

    Some models put semicolons between several.
    """
    yield from reader.space()
    found = (yield from reader.peek()) in {"{", "["}
    while found and (yield from read_calls(reader)):
        yield from reader.space()
        found = yield from reader.accept(";")
        yield from reader.space()
        reader.commit()
    if found:
        reader.reject()


def _read_row(reader: Reader) -> Steps[bool]:
    while (yield from read_call(reader)):
        yield from reader.space()
        if (yield from reader.peek()) != "{":
            return True
    return False


class _Call:
    """What is known of a call whose object is being read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._members: dict[str, str] = {}
        self._delivered = False

    def read_member(self) -> Steps[bool]:
        """Read a key, its value, and the comma behind it. Returns whether the object may still say a call."""
        reader = self._reader
        key = yield from read_name(reader)
        if key is None or not (yield from self._read_value_of(key)):
            return False
        yield from reader.space()
        if (yield from reader.accept(",")):
            yield from reader.space()
            return True
        return (yield from reader.peek()) == "}"

    def finish(self) -> bool:
        """Deliver the call if that was not done, and return whether there is one."""
        name = self._members.get("name")
        if name is not None and not self._delivered:
            self._reader.start(name, self._members.get("id"))
            self._reader.arguments(self._members.get("arguments", "{}"))
            self._reader.end()
        self._reader.commit()
        return name is not None

    def _read_value_of(self, key: str) -> Steps[bool]:
        name = self._members.get("name")
        if key in _ARGUMENTS_KEYS and name is not None and not self._delivered:
            self._delivered = True
            return (yield from read_arguments(self._reader, name, self._members.get("id")))
        text = yield from read_text(self._reader)
        if text is None:
            return False
        if key in _ARGUMENTS_KEYS and not self._delivered:
            return self._note("arguments", _as_object(text))
        if key in _NAME_KEYS and name is None:
            offered = _as_text(text)
            return self._note("name", offered if offered is not None and self._reader.offers(offered) else None)
        if key == _ID_KEY:
            self._note("id", _as_text(text))
        return key in _DROPPED_KEYS

    def _note(self, member: str, value: str | None) -> bool:
        if value is not None:
            self._members[member] = value
        return value is not None


def _as_text(text: str | None) -> str | None:
    try:
        value = None if text is None else parse(text)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _as_object(text: str) -> str | None:
    """Return the text of the JSON object that `text` is, or holds as a string; `None` if it is another value."""
    try:
        value = parse(text)
        if isinstance(value, str):
            text, value = value, (parse(value) if value.strip() else None)
    except ValueError:
        return None
    if value is None:
        return "{}"
    return text if isinstance(value, Mapping) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
