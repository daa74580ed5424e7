from __future__ import annotations

import inspect

import pytest

from minerva import __version__
from minerva.cli import main
from minerva.cli.flags import FLAGS, given
from minerva.cli.terminal import format_count, visible
from minerva.settings.keys import keys


def test_every_flag_sets_a_setting_there_is() -> None:
    assert set(FLAGS.values()) <= set(keys())


def test_the_version_needs_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.app(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"minerva {__version__}\n")


def test_every_flag_of_serve_is_known() -> None:
    names = {f"--{name.replace('_', '-')}" for name in inspect.signature(main.serve).parameters}
    assert names - {"--open-browser", "--config"} == set(FLAGS)


def test_flags_that_were_not_given_set_nothing() -> None:
    assert given({"--host": None, "--models": [], "--port": "1"}) == given({"--port": "1"})
    (port,) = given({"--port": "1"})
    assert (port.key, port.value, port.source, port.is_text) == ("server.port", "1", "--port", True)


@pytest.mark.parametrize(
    ("text", "shown"), [("a\tb\nc", "a\tb\nc"), ("\x1b[2J\x07x\r", "[2Jx"), ("\x9b31m", "31m"), ("é🙂", "é🙂")]
)
def test_a_models_text_cannot_drive_the_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (142_000, "142 K"), (7_240_000_000, "7.24 B")])
def test_counts_are_short(number: int, text: str) -> None:
    assert format_count(number) == text
