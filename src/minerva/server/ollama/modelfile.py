"""Modelfiles (Ollama's modelfile reference): text into what it says, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from minerva.core.errors import InvalidRequest

_FIELD = "modelfile"
_KNOWN = ("FROM", "PARAMETER", "TEMPLATE", "SYSTEM", "LICENSE", "MESSAGE")
_REFUSED = {
    "ADAPTER": "adapters are not supported; merge it into the model's file",
    "DRAFT": "draft models are not supported; leave it out",
    "RENDERER": "prompts are made by the model's Jinja template; leave it out",
    "PARSER": "answers are read by what the model's template says; leave it out",
    "REQUIRES": "it asks for a version of Ollama; leave it out",
}
_ROLES = ("system", "user", "assistant")
_LONG_QUOTE = '"""'


class Modelfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a Modelfile says. `parameters` and `messages` (role, text) are in the order in which they stand."""

    model: str
    parameters: tuple[tuple[str, str], ...] = ()
    template: str = ""
    system: str = ""
    license: tuple[str, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()


def parse_modelfile(text: str) -> Modelfile:
    """Return what `text` says; of an instruction that is there twice and may be there once, the last holds.

    Raises `InvalidRequest`, whose message has the number of the line, from 1.
    """
    models: list[str] = []
    parameters: list[tuple[str, str]] = []
    licenses: list[str] = []
    messages: list[tuple[str, str]] = []
    single = {"TEMPLATE": "", "SYSTEM": ""}
    for instruction in _Lines(text):
        match instruction.word:
            case "FROM":
                if models:
                    raise instruction.error("there is a second FROM; models of several files are not supported")
                models.append(instruction.value())
            case "PARAMETER":
                parameters.append(instruction.pair("name"))
            case "LICENSE":
                licenses.append(instruction.value())
            case "MESSAGE":
                messages.append(_message(instruction))
            case word:
                single[word] = instruction.value()
    if not models or not models[0]:
        raise InvalidRequest("The Modelfile names no model: it needs a line `FROM MODEL`.", _FIELD)
    return Modelfile(
        model=models[0],
        parameters=tuple(parameters),
        template=single["TEMPLATE"],
        system=single["SYSTEM"],
        license=tuple(licenses),
        messages=tuple(messages),
    )


def write_modelfile(
    model: str,
    *,
    comments: Iterable[str] = (),
    template: str = "",
    system: str = "",
    parameters: Iterable[tuple[str, str]] = (),
    messages: Iterable[tuple[str, str]] = (),
    license: str = "",  # noqa: A002 - the word of the file
) -> str:
    """Return a Modelfile. `parse_modelfile` makes of it what was given, unless a text has three quotes in it."""
    lines = [f"# {comment}" if comment else "" for comment in comments]
    lines.append(f"FROM {_quoted(model)}")
    lines += [f"{word} {_long(text)}" for word, text in (("TEMPLATE", template), ("SYSTEM", system)) if text]
    lines += [f"PARAMETER {name} {_quoted(value)}" for name, value in parameters]
    lines += [f"MESSAGE {role} {_quoted(text)}" for role, text in messages]
    if license:
        lines.append(f"LICENSE {_long(license)}")
    return "\n".join(lines) + "\n"


class _Instruction:
    """An instruction whose `rest` has not been read yet; `lines` gives those behind it."""

    def __init__(self, number: int, word: str, rest: str, lines: _Lines) -> None:
        self.number = number
        self.word = word
        self._rest = rest
        self._lines = lines

    def error(self, what: str) -> InvalidRequest:
        return InvalidRequest(f"Line {self.number} of the Modelfile: {what}.", _FIELD)

    def pair(self, what: str) -> tuple[str, str]:
        first, *rest = self._rest.split(maxsplit=1) or [""]
        if not first or not rest:
            raise self.error(f"{self.word} needs a {what} and a value")
        self._rest = rest[0]
        return first, self.value()

    def value(self) -> str:
        """Return the text, which goes on over lines until the quotes with which it begins are closed."""
        text = self._rest
        if not text:
            raise self.error(f"{self.word} needs a value")
        for quote in (_LONG_QUOTE, '"'):
            if text.startswith(quote):
                return self._quoted(text, quote)
        return text.rstrip()

    def _quoted(self, text: str, quote: str) -> str:
        size = len(quote)
        lines, last = [text], text.rstrip()
        while (len(lines) == 1 and len(last) < 2 * size) or not last.endswith(quote):
            line = self._lines.take()
            if line is None:
                raise self.error(f"the text that begins with {quote} has no end")
            lines.append(line)
            last = line.rstrip()
        return "\n".join([*lines[:-1], last])[size:-size]


class _Lines:
    """The instructions of a text, one after another."""

    def __init__(self, text: str) -> None:
        self._lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        self._next = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> _Instruction:
        while (line := self.take()) is not None:
            if (line := line.lstrip()) and not line.startswith("#"):
                return self._instruction(line)
        raise StopIteration

    def take(self) -> str | None:
        """Return the next line as it is, `None` behind the last."""
        self._next += 1
        return self._lines[self._next - 1] if self._next <= len(self._lines) else None

    def _instruction(self, line: str) -> _Instruction:
        word, *rest = line.split(maxsplit=1)
        instruction = _Instruction(self._next, word.upper(), rest[0] if rest else "", self)
        if instruction.word in _REFUSED:
            raise instruction.error(f"{instruction.word}: {_REFUSED[instruction.word]}")
        if instruction.word not in _KNOWN:
            raise instruction.error(f"{word[:40]!r} is no instruction; these are: {', '.join(_KNOWN)}")
        return instruction


def _message(instruction: _Instruction) -> tuple[str, str]:
    role, text = instruction.pair("role")
    if role not in _ROLES:
        raise instruction.error(f"the role is {role[:40]!r}; it must be one of {', '.join(_ROLES)}")
    return role, text


def _quoted(text: str) -> str:
    return _long(text) if "\n" in text or text != text.strip() or text.startswith('"') or not text else text


def _long(text: str) -> str:
    return f"{_LONG_QUOTE}{text}{_LONG_QUOTE}"
