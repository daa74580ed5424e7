from __future__ import annotations

import msgspec

from minerva.cli.sessions.api import Fit
from minerva.cli.sessions.wording import begin_of, fit_text

FIT = Fit(model="m", prompt_tokens=1500, context_length=4096, fits=True, dropped_messages=0, dropped_tokens=0)


def test_a_conversation_that_fits_is_said_with_its_figures() -> None:
    assert fit_text(FIT) == "The conversation takes 1,500 of the 4,096 tokens of its window."


def test_one_that_does_not_says_what_becomes_of_it() -> None:
    refused = msgspec.structs.replace(FIT, context_length=512, fits=False)
    assert "1,500 of the 512 tokens" in fit_text(refused)
    assert "refused" in fit_text(refused)
    trimmed = msgspec.structs.replace(refused, dropped_messages=4, dropped_tokens=1100)
    assert "the 4 oldest messages, 1,100 tokens, are left out" in fit_text(trimmed)


def test_a_text_is_named_by_its_begin() -> None:
    assert begin_of("one\ntwo") == "one two"
    assert len(begin_of("x" * 100)) == 60
