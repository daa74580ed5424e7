"""An answer that goes on where it was broken off."""

from __future__ import annotations

import pytest

from minerva.chat.assemble import Assembler
from minerva.chat.formats.find import find
from minerva.chat.reasoning import find_marks
from minerva.chat.resume import Beginning, Resumed
from minerva.core.event import ReasoningDelta, TextDelta, TokenLogprob
from minerva.core.request import Begun

PLAIN = "{{ messages }}<|im_start|>assistant\n"
THINKS = "{{ '<think>\\n' ~ reasoning ~ '\\n</think>\\n\\n' }}"
PARTS = "<|START_THINKING|><|END_THINKING|><|START_RESPONSE|><|END_RESPONSE|>"
HARMONY = "<|start|><|channel|><|message|><|end|>"


def beginning(begun: Begun, template: str, prompt: str = "P") -> Beginning:
    return Beginning(begun, prompt, template, find_marks(template), find(template))


@pytest.mark.parametrize(
    ("template", "prompt", "begun", "text", "is_thought"),
    [
        (PLAIN, "P", Begun("", "Hel"), "Hel", False),
        (PLAIN, "P", Begun("Hm", "Hel"), "Hel", False),
        (PLAIN, "P", Begun("Hm", ""), "", False),
        (THINKS, "P", Begun("", "Hel"), "Hel", False),
        (THINKS, "P", Begun("Hm", ""), "<think>\nHm", True),
        (THINKS, "P", Begun("Hm", "Hel"), "<think>\nHm\n</think>\n\nHel", False),
        (THINKS, "P<think>\n", Begun("Hm", ""), "Hm", True),
        (THINKS, "P<think>\n", Begun("Hm", "Hel"), "Hm\n</think>\n\nHel", False),
        (THINKS, "P<think>\n", Begun("", "Hel"), "</think>\n\nHel", False),
        (PARTS, "P", Begun("Hm", ""), "<|START_THINKING|>Hm", True),
        (PARTS, "P", Begun("Hm", "Hel"), "<|START_THINKING|>Hm<|END_THINKING|><|START_RESPONSE|>Hel", False),
        (PARTS, "P<|START_RESPONSE|>", Begun("", "Hel"), "Hel", False),
        (HARMONY, "P<|start|>assistant", Begun("Hm", ""), "<|channel|>analysis<|message|>Hm", True),
        (
            HARMONY,
            "P<|start|>assistant",
            Begun("Hm", "Hel"),
            "<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Hel",
            False,
        ),
    ],
)
def test_the_beginning_is_as_the_model_writes_it(
    template: str, prompt: str, begun: Begun, text: str, *, is_thought: bool
) -> None:
    found = beginning(begun, template, prompt)
    assert (found.text, found.is_thought) == (text, is_thought)
    said = "".join(found.text[start:end] for start, end in found.literal)
    assert said in {begun.reasoning + begun.content, begun.content}


@pytest.mark.parametrize("template", [PLAIN, THINKS, PARTS, HARMONY])
@pytest.mark.parametrize(
    ("begun", "more", "thoughts", "text"),
    [
        (Begun("", "Hel"), ["lo", "."], "", "lo."),
        (Begun("", "Is a <"), [" b?"], "", " b?"),
        (Begun("", "Wait "), [" for"], "", " for"),
        (Begun("", "\n"), ["l", "o"], "", "lo"),
        (Begun("", "\n\nHel"), ["l", "o"], "", "lo"),
    ],
)
def test_only_what_comes_behind_it_is_told(
    template: str, begun: Begun, more: list[str], thoughts: str, text: str
) -> None:
    assert told(template, begun, more) == (thoughts, text)


@pytest.mark.parametrize(
    ("template", "begun", "more", "thoughts", "text"),
    [
        (THINKS, Begun("Hm", ""), ["m.", "\n</think>\n\n", "Hi"], "m.", "Hi"),
        (THINKS, Begun("Hm, ", ""), ["so.", "</think>", "Hi"], "so.", "Hi"),
        (THINKS, Begun("Hm ", ""), ["</think>", " Hi"], "", "Hi"),
        (THINKS, Begun("  ", ""), ["so", " it"], "so it", ""),
        (THINKS, Begun("\n 1 <", ""), [" 2", " 3"], " 2 3", ""),
        (THINKS, Begun("1 <", ""), [" 2</think>Hi"], " 2", "Hi"),
        (THINKS, Begun("Hm", "Hel"), ["lo <think>"], "", "lo <think>"),
        (PARTS, Begun("Hm", ""), ["m<|END_THINKING|>", "<|START_RESPONSE|>", "Hi<|END_RESPONSE|>"], "m", "Hi"),
        (HARMONY, Begun("Hm", ""), ["m<|end|><|start|>assistant", "<|channel|>final<|message|>Hi"], "m", "Hi"),
        (HARMONY, Begun("Hm", "Hel"), ["lo<|return|>"], "", "lo"),
    ],
)
def test_thoughts_go_on_as_thoughts(template: str, begun: Begun, more: list[str], thoughts: str, text: str) -> None:
    assert told(template, begun, more) == (thoughts, text)


def test_log_probabilities_are_those_of_new_tokens() -> None:
    token = TokenLogprob(1, b"lo", -1.0)
    resumed = resume(THINKS, Begun("", "Hel"))
    events = [*resumed.take(TextDelta(0, "lo", (token,))), *resumed.finish()]
    assert [each for event in events if isinstance(event, TextDelta) for each in event.logprobs] == [token]


@pytest.mark.parametrize("begun", [Begun("", "\n\nHel"), Begun("\n", "\n Hel"), Begun("", "  ")])
def test_white_space_that_the_template_drops_takes_nothing_along(begun: Begun) -> None:
    resumed = resume(THINKS, begun, "P<think>\n")
    assert [event for text in ("lo", "!") for event in resumed.take(TextDelta(0, text))] == [
        TextDelta(0, "lo"),
        TextDelta(0, "!"),
    ]


def resume(template: str, begun: Begun, prompt: str = "P") -> Resumed:
    marks, form = find_marks(template), find(template)
    assembler = Assembler(0, form, lambda: "call_1", marks=marks, prompt=prompt)
    return Resumed(assembler, beginning(begun, template, prompt).text, begun)


def told(template: str, begun: Begun, more: list[str]) -> tuple[str, str]:
    """Return the thoughts and the text that are told of `more`."""
    resumed = resume(template, begun)
    events = [event for text in more for event in resumed.take(TextDelta(0, text))] + resumed.finish()
    thoughts = (event.text for event in events if isinstance(event, ReasoningDelta))
    return "".join(thoughts), "".join(event.text for event in events if isinstance(event, TextDelta))
