"""How a held-out answer is scored: a closed set of small values, each with `passes`.

A check sees what the API gives back: the answer's text without its thinking, the thinking (`None` without a block), and
the tool calls as `{"name": ..., "arguments": {...}}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ToolCalls = Sequence[Mapping[str, Any]]

_SENTENCE_END = re.compile(r"[.!?](?=\s|$|\")")


def plain(text: str) -> str:
    """Return `text` in lower case with single spaces, without a full stop or exclamation mark at its end."""
    return " ".join(text.lower().split()).rstrip(".! ")


def holds(text: str, words: str) -> bool:
    """Say whether `words` stand in `text` as whole words, in any case."""
    return re.search(rf"(?<!\w){re.escape(words.lower())}(?!\w)", text.lower()) is not None


@dataclass(frozen=True)
class Exact:
    """The answer is `text`, but for white space around it."""

    text: str

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        return answer.strip() == self.text.strip() and not tool_calls


@dataclass(frozen=True)
class AnyOf:
    """The answer is one of `texts`, whatever the case and the last full stop."""

    texts: tuple[str, ...]

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        return plain(answer) in {plain(text) for text in self.texts} and not tool_calls


@dataclass(frozen=True)
class Contains:
    """All `words` (phrases) stand in the answer, none of `without` does; case does not count."""

    words: tuple[str, ...]
    without: tuple[str, ...] = ()

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        has_all = all(holds(answer, words) for words in self.words)
        return has_all and not any(holds(answer, words) for words in self.without) and not tool_calls


@dataclass(frozen=True)
class CallsTool:
    """Exactly one call, of `name`, with exactly `arguments` (types count: 3 is not "3")."""

    name: str
    arguments: Mapping[str, Any]

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        if len(tool_calls) != 1 or tool_calls[0].get("name") != self.name:
            return False
        return _same(tool_calls[0].get("arguments"), dict(self.arguments))


@dataclass(frozen=True)
class NoCall:
    """No tool is called, and the text passes `inner`."""

    inner: Check

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        return not tool_calls and self.inner.passes(answer, reasoning, tool_calls)


@dataclass(frozen=True)
class Json:
    """The answer is one JSON value, nothing else, equal to `value` (order of keys aside; types count)."""

    value: Any

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        try:
            return _same(json.loads(answer), self.value) and not tool_calls
        except ValueError:
            return False


@dataclass(frozen=True)
class Capitals:
    """The answer has letters, and all of them are capitals."""

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        return answer.isupper() and not tool_calls


@dataclass(frozen=True)
class OneWord:
    """The answer is a single word (or number), with or without a full stop."""

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        return re.fullmatch(r"[\w'-]+[.!]?", answer.strip()) is not None and not tool_calls


@dataclass(frozen=True)
class EndsWith:
    """The answer ends with `text`, in any case, and has something before it."""

    text: str

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        said, end = plain(answer), plain(self.text)
        return said.endswith(end) and len(said) > len(end) and not tool_calls


@dataclass(frozen=True)
class StartsWith:
    """The answer starts with `text`, in any case, and goes on after it."""

    text: str

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        said, start = plain(answer), plain(self.text)
        return said.startswith(start) and len(said) > len(start) and not tool_calls


@dataclass(frozen=True)
class Thinks:
    """There is a thinking block with something in it, and the answer after it passes `inner`."""

    inner: Check

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        return bool(reasoning and reasoning.strip()) and self.inner.passes(answer, reasoning, tool_calls)


@dataclass(frozen=True)
class DoesNotThink:
    """There is no thinking block, and the answer passes `inner`."""

    inner: Check

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        leaked = "<think>" in answer or "</think>" in answer
        return reasoning is None and not leaked and self.inner.passes(answer, reasoning, tool_calls)


@dataclass(frozen=True)
class Story:
    """At least `min_sentences` sentences that name the hero, the place and the thing, no sentence twice."""

    hero: str
    place: str
    thing: str
    min_sentences: int = 5

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        named = all(holds(answer, words) for words in (self.hero, self.place, self.thing))
        sentences = [plain(part) for part in _SENTENCE_END.split(answer) if part.strip(' "\n')]
        enough = len(sentences) >= self.min_sentences and len(set(sentences)) == len(sentences)
        return named and enough and not tool_calls


@dataclass(frozen=True)
class Refers:
    """The answer says that the question is beyond a small model, and how to get a bigger one."""

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        is_honest = holds(answer, "beyond me") and (holds(answer, "small") or holds(answer, "tiny"))
        shows_way = holds(answer, "gguf") and holds(answer, "models folder")
        return is_honest and shows_way and not tool_calls


@dataclass(frozen=True)
class All:
    """Every one of `inner` passes."""

    inner: tuple[Check, ...]

    def passes(self, answer: str, reasoning: str | None, tool_calls: ToolCalls) -> bool:
        """Score one answer."""
        return all(check.passes(answer, reasoning, tool_calls) for check in self.inner)


Check = (
    Exact
    | AnyOf
    | Contains
    | CallsTool
    | NoCall
    | Json
    | Capitals
    | OneWord
    | EndsWith
    | StartsWith
    | Thinks
    | DoesNotThink
    | Story
    | Refers
    | All
)


def _same(left: Any, right: Any) -> bool:
    """Compare JSON values with their types: `True` is not 1, 1 is not 1.0 written as text."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
