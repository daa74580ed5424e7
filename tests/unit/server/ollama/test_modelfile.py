from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minerva.core.errors import InvalidRequest
from minerva.server.ollama.modelfile import Modelfile, parse_modelfile, write_modelfile

WHOLE = '''\
# A comment
from  tiny:7b
PARAMETER temperature 0.5
parameter stop "<|x|>"
PARAMETER stop  a b 
SYSTEM """You are # not a comment.
  Two lines. """
Template "{{ messages }}"

MESSAGE user Hi there
MESSAGE assistant """Hello
you"""
LICENSE MIT
LICENSE "Apache
2.0"
'''  # noqa: W291 - what stands behind a value belongs to nothing


def test_every_instruction() -> None:
    expected = Modelfile(
        model="tiny:7b",
        parameters=(("temperature", "0.5"), ("stop", "<|x|>"), ("stop", "a b")),
        system="You are # not a comment.\n  Two lines. ",
        template="{{ messages }}",
        messages=(("user", "Hi there"), ("assistant", "Hello\nyou")),
        license=("MIT", "Apache\n2.0"),
    )
    assert parse_modelfile(WHOLE) == expected
    assert parse_modelfile("\ufeff" + WHOLE.replace("\n", "\r\n")) == expected


def test_of_two_system_prompts_the_last_holds() -> None:
    assert parse_modelfile("SYSTEM a\nFROM m\nSYSTEM b").system == "b"
    assert parse_modelfile('FROM m\nSYSTEM ""').system == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no model"),
        ("SYSTEM a", "names no model"),
        ('FROM ""', "names no model"),
        ("FROM", "Line 1.*FROM needs a value"),
        ("FROM a\n\nFROM b", "Line 3.*second FROM"),
        ("FROM a\nSTOP x", "Line 2.*'STOP' is no instruction; these are: FROM, PARAMETER"),
        ("FROM a\nADAPTER ./x.gguf", "Line 2.*adapters are not supported"),
        ("FROM a\nRENDERER x", "Line 2.*Jinja"),
        ("FROM a\nPARAMETER temperature", "Line 2.*a name and a value"),
        ("FROM a\nPARAMETER", "Line 2.*a name and a value"),
        ("FROM a\nMESSAGE tool x", "Line 2.*'tool'.*system, user, assistant"),
        ("FROM a\nMESSAGE user", "Line 2.*a role and a value"),
        ('FROM a\nSYSTEM """b\nc', "Line 2.*has no end"),
        ('FROM a\nSYSTEM "b', "Line 2.*has no end"),
        ('FROM a\nSYSTEM "', "Line 2.*has no end"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        parse_modelfile(text)
    assert caught.value.param == "modelfile"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("line", ["", "x", '"', " "])
def test_a_text_of_very_many_lines_is_read_in_one_go(line: str) -> None:
    lines = "\n".join([line] * 500_000)
    assert parse_modelfile(f'FROM m\nSYSTEM """{lines}""" \nLICENSE a').system == lines
    with pytest.raises(InvalidRequest, match="has no end"):
        parse_modelfile(f'FROM m\nSYSTEM """{lines}')


def test_quotes_that_begin_a_text_do_not_end_it() -> None:
    for quotes in ('"""', '""""', '"""""'):
        assert parse_modelfile(f'FROM m\nSYSTEM {quotes}\n\na"""').system == f"{quotes[3:]}\n\na"
        assert parse_modelfile(f'FROM m\nSYSTEM {quotes}\n"""').system == f"{quotes[3:]}\n"


INSTRUCTIONS = [
    "FROM ",
    "PARAMETER ",
    "SYSTEM ",
    "MESSAGE user ",
    "LICENSE",
    "#",
    '"',
    '"""',
    "\n",
    "\r\n",
    " ",
    "a",
    "\x85",
]


@given(st.text() | st.lists(st.sampled_from(INSTRUCTIONS)).map("".join))
def test_any_text_is_a_modelfile_or_is_refused(text: str) -> None:
    try:
        assert parse_modelfile(text).model
    except InvalidRequest as error:
        assert error.param == "modelfile"  # noqa: PT017 - most texts are refused, and some are not


texts = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])).filter(
    lambda text: '"""' not in text
)
names = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1)
pairs = st.lists(st.tuples(names, texts), max_size=3)
said = st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), texts), max_size=3)


@given(texts.filter(str.strip), texts, texts, pairs, said, texts)
@example("m", ' "', '"a', [("stop", '"')], [("user", '""')], '\n"\n')
def test_what_is_written_is_read_again(
    model: str,
    system: str,
    template: str,
    parameters: list[tuple[str, str]],
    messages: list[tuple[str, str]],
    license_text: str,
) -> None:
    text = write_modelfile(
        model,
        comments=("Made by a test", ""),
        system=system,
        template=template,
        parameters=parameters,
        messages=messages,
        license=license_text,
    )
    assert parse_modelfile(text) == Modelfile(
        model=model,
        system=system,
        template=template,
        parameters=tuple(parameters),
        messages=tuple(messages),
        license=(license_text,) if license_text else (),
    )
