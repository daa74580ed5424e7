"""Conversations as people have them with a model: short questions, answers in Markdown, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from minerva.core.session import Session, SessionSettings, StoredMessage
from minerva.sessions.records import SessionCopy

_TEXT = (
    "the a of and to in that it is for on with as from by not this but or one when which there how if more so time "
    "about only new can first after other year work made because use way long people under between small number water "
    "light house letter river paper garden window morning road table answer question reason change order question "
    "simple careful clear useful common short whole early late open quiet strong certain several almost always often "
    "never perhaps rather without before during across against server memory request client process thread cache model "
    "token prompt context value error message function test result file folder setting version network limit measure"
)
_WORDS = _TEXT.split()
_PYTHON = '''```python
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One value of a sensor."""

    name: str
    value: float


def largest(readings: list[Reading], count: int = 3) -> list[Reading]:
    """Return the `count` largest readings, the largest first."""
    return sorted(readings, key=lambda one: one.value, reverse=True)[:count]
```'''
_SHELL = """```sh
for file in *.log; do
  gzip --keep "$file" && echo "$file: $(stat -c %s "$file.gz") bytes"
done
```"""
_TABLE = """| Name | Size | Speed | What for |
|---|---:|---:|---|
| small | 1.2 GB | 95/s | notes, drafts |
| medium | 4.7 GB | 38/s | most things |
| large | 8.9 GB | 17/s | `code`, long texts |"""
_FORMULA = (
    "The mean is $\\bar{x} = \\frac{1}{n} \\sum_{i=1}^{n} x_i$, and its error $$s = \\frac{\\sigma}{\\sqrt{n}}.$$"
)


def conversation(chance: random.Random, messages: int, began_s: float) -> SessionCopy:
    """Return a conversation of so many messages; its answers are of the model `starter`."""
    about = Session(
        id="",
        title=_sentence(chance)[:60].rstrip(" ."),
        titled=False,
        pinned=False,
        archived=False,
        tags=(),
        settings=SessionSettings(),
        revision=1,
        messages=messages,
        created_s=began_s,
        updated_s=began_s,
    )
    return SessionCopy(session=about, messages=tuple(_message(chance, at, began_s) for at in range(messages)))


def _message(chance: random.Random, at: int, began_s: float) -> StoredMessage:
    is_answer = at % 2 == 1
    return StoredMessage(
        id=str(at),
        session="",
        parent=str(at - 1) if at else None,
        role="assistant" if is_answer else "user",
        status="complete",
        content=_answer(chance) if is_answer else _question(chance),
        model="starter" if is_answer else None,
        settings=SessionSettings(model="starter") if is_answer else None,
        created_s=began_s,
        updated_s=began_s,
    )


def _question(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randint(1, 3)))


def _answer(chance: random.Random) -> str:
    """Return one to seven blocks; half of them are paragraphs."""
    return "\n\n".join(_block(chance) for _ in range(chance.randint(1, 7)))


def _block(chance: random.Random) -> str:
    others: list[Callable[[], str]] = [
        lambda: f"## {_sentence(chance)[:40].rstrip(' .')}",
        lambda: "\n".join(f"- **{_word(chance)}**: {_sentence(chance)}" for _ in range(4)),
        lambda: "\n".join(f"{number}. {_sentence(chance)}" for number in range(1, 5)),
        lambda: f"> {_paragraph(chance)}",
        lambda: _PYTHON,
        lambda: _SHELL,
        lambda: _TABLE,
        lambda: _FORMULA,
    ]
    return _paragraph(chance) if chance.random() < 0.5 else chance.choice(others)()


def _paragraph(chance: random.Random) -> str:
    sentences = [_sentence(chance) for _ in range(chance.randint(2, 5))]
    sentences.append(f"See `{_word(chance)}.{_word(chance)}` and [the manual](https://example.com/{_word(chance)}).")
    return " ".join(sentences)


def _sentence(chance: random.Random) -> str:
    words = [_word(chance) for _ in range(chance.randint(6, 16))]
    return " ".join([words[0].capitalize(), *words[1:]]) + "."


def _word(chance: random.Random) -> str:
    """Words that stand first come most, as in a language."""
    return _WORDS[int(chance.random() ** 2 * len(_WORDS))]
