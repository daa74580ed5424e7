from __future__ import annotations

from typing import Any

import pytest

from minerva.cli.failure import CommandFailed
from minerva.cli.run import RunOptions, sorted_out
from minerva.core.errors import InvalidRequest
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings


def options(**fields: Any) -> RunOptions:
    usual: dict[str, Any] = {"model": None, "prompt": None, "system": "", "parameters": (), "overflow": None}
    usual |= {"resume": None, "temporary": False, "verbose": False, "url": None, "config": None}
    return RunOptions(**{**usual, **fields})


def test_flags_go_before_the_settings_of_a_session_and_leave_the_others() -> None:
    flags = options(system="Be brief", parameters=("temperature=0", "max_tokens = 5"), overflow="shift")
    before = SessionSettings(model="m", system="Be long", sampling=SamplingOptions(top_k=3, temperature=1.0))
    assert flags.applied(before) == SessionSettings(
        model="m",
        system="Be brief",
        sampling=SamplingOptions(top_k=3, temperature=0),
        max_tokens=5,
        overflow="shift",
    )
    assert options().applied(before) == before


def test_flags_that_are_wrong_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="error, trim_history or shift"):
        options(overflow="squeeze").applied(SessionSettings())
    with pytest.raises(InvalidRequest, match="temperature"):
        options(parameters=("temperature",)).applied(SessionSettings())


@pytest.mark.parametrize(
    ("given", "model", "prompt"),
    [
        (("And then?", None), None, "And then?"),
        (("tiny", None), "tiny", None),
        (("tiny", "And?"), "tiny", "And?"),
        ((None, None), None, None),
    ],
)
def test_beside_resume_one_argument_of_several_words_is_the_prompt(
    given: tuple[str | None, str | None], model: str | None, prompt: str | None
) -> None:
    sorted_options = sorted_out(options(model=given[0], prompt=given[1], resume="last"))
    assert (sorted_options.model, sorted_options.prompt) == (model, prompt)


def test_without_resume_the_first_argument_is_always_the_model() -> None:
    assert sorted_out(options(model="a b")).model == "a b"


def test_what_is_kept_cannot_be_temporary() -> None:
    with pytest.raises(CommandFailed, match="one of them"):
        sorted_out(options(resume="last", temporary=True))
