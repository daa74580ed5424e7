"""Conversations that a template refuses are repaired where that keeps all of the text, and the caller is told."""

from __future__ import annotations

import pytest

from minerva.chat.template import Rendered, render
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall

WRITE = (
    "{% for m in messages %}[{{ m.role }}:{{ m.content }}{% for c in m.tool_calls or [] %}"
    "({{ c.id }} {{ c.function.name }} {{ c.function.arguments }}){% endfor %}{{ m.tool_call_id }}]{% endfor %}"
)
ALTERNATE = (
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles must alternate.') }}{% endif %}{% endfor %}"
)
NO_SYSTEM = "{% if messages and messages[0].role == 'system' %}{{ raise_exception('No system role.') }}{% endif %}"
SYSTEM_FIRST = (
    "{% for m in messages %}{% if m.role == 'system' and not loop.first %}"
    "{{ raise_exception('System must come first.') }}{% endif %}{% endfor %}"
)
NINE = (
    "{% for m in messages %}{% for c in m.tool_calls or [] %}{% if c.id | length != 9 %}"
    "{{ raise_exception('Ids must have nine characters.') }}{% endif %}{% endfor %}"
    "{% if m.role == 'tool' and m.tool_call_id | length != 9 %}"
    "{{ raise_exception('Ids must have nine characters.') }}{% endif %}{% endfor %}"
)
THOUGHTS_ALONE = (
    "{% for m in messages %}{% if m.tool_calls and m.content and m.thinking %}"
    "{{ raise_exception('Content or thinking, not both.') }}{% endif %}{% endfor %}"
)
S, U, V, A, B = (
    Message("system", "s"),
    Message("user", "u"),
    Message("user", "v"),
    Message("assistant", "a"),
    Message("assistant", "b"),
)


def written(template: str, *messages: Message) -> Rendered:
    return render(template + WRITE, messages, bos="", eos="")


@pytest.mark.parametrize(
    ("template", "messages", "text", "notes"),
    [
        ("", (S, U, V), "[system:s][user:u][user:v]", []),
        (ALTERNATE, (U, V, A, B, V), "[user:u\n\nv][assistant:a\n\nb][user:v]", ["merged"]),
        (ALTERNATE, (U, Message("user", ""), A), "[user:u][assistant:a]", ["merged"]),
        (NO_SYSTEM, (S, U), "[user:s\n\nu]", ["system messages were made part"]),
        (
            NO_SYSTEM + ALTERNATE,
            (S, U, V, A, U),
            "[user:s\n\nu\n\nv][assistant:a][user:u]",
            ["system messages were made"],
        ),
        (SYSTEM_FIRST, (S, U, A, S, V), "[system:s][user:u][assistant:a][user:s\n\nv]", ["system messages after"]),
        (SYSTEM_FIRST, (S, S, U), "[system:s\n\ns][user:u]", ["merged"]),
        (SYSTEM_FIRST, (U, S, A), "[user:u\n\ns][assistant:a]", ["system messages after"]),
        (
            NINE,
            (
                U,
                Message("assistant", tool_calls=(ToolCall("call_a", "f", "{}"), ToolCall("call_b", "g", "{}"))),
                Message("tool", "2", tool_call_id="call_b"),
                Message("tool", "1"),
                A,
            ),
            "[user:u][assistant:(000000001 f {})(000000002 g {})][tool:2000000002][tool:1000000001][assistant:a]",
            ["nine digits"],
        ),
        (
            THOUGHTS_ALONE,
            (U, Message("assistant", "a", reasoning="t", tool_calls=(ToolCall("1", "f", "{}"),))),
            "[user:u][assistant:t\n\na(1 f {})]",
            ["thoughts"],
        ),
        (
            NINE + THOUGHTS_ALONE,
            (U, Message("assistant", "a", reasoning="t", tool_calls=(ToolCall("1", "f", "{}"),))),
            "[user:u][assistant:t\n\na(000000001 f {})]",
            ["nine digits", "thoughts"],
        ),
    ],
)
def test_repairs(template: str, messages: tuple[Message, ...], text: str, notes: list[str]) -> None:
    rendered = written(template, *messages)
    assert rendered.text == text
    assert len(rendered.notes) == len(notes)
    assert all(part in note for part, note in zip(notes, rendered.notes, strict=True))


def test_one_call_at_a_time_where_the_template_shows_no_more() -> None:
    one = (
        "{% for m in messages %}{% if m.tool_calls and m.tool_calls | length > 1 %}"
        "{{ raise_exception('One call.') }}{% endif %}{% endfor %}"
    )
    calls = (ToolCall("1", "f", "{}"), ToolCall("2", "g", "{}"))
    asked = Message("assistant", "a", tool_calls=calls)
    results = (Message("tool", "for g", tool_call_id="2"), Message("tool", "for f", tool_call_id="1"))
    rendered = written(one, U, asked, *results, B)
    assert rendered.text == ("[user:u][assistant:a(1 f {})][tool:for f1][assistant:(2 g {})][tool:for g2][assistant:b]")
    assert "one after another" in rendered.notes[0]


def test_a_call_whose_result_is_missing_takes_no_other() -> None:
    first_only = WRITE.replace("m.tool_calls or []", "(m.tool_calls or [])[:1]")
    calls = (ToolCall("1", "f", "{}"), ToolCall("2", "g", "{}"))
    messages = (U, Message("assistant", tool_calls=calls), Message("tool", "r", tool_call_id="2"))
    assert render(first_only, messages, bos="", eos="").text == (
        "[user:u][assistant:(1 f {})][assistant:(2 g {})][tool:r2]"
    )


@pytest.mark.parametrize(
    ("messages", "index"), [((A, U), 0), ((A, U, S, V), 0), ((U, V, A, Message("assistant", "noise")), 1)]
)
def test_what_no_repair_helps_is_refused_and_names_the_message_as_it_was_given(
    messages: tuple[Message, ...], index: int
) -> None:
    no_noise = "{% for m in messages %}{% if 'noise' in m.content %}{{ raise_exception('No.') }}{% endif %}{% endfor %}"
    with pytest.raises(InvalidRequest, match=r"Roles must alternate\.") as caught:
        written(ALTERNATE + no_noise, *messages)
    assert caught.value.param == f"messages[{index}]"


def test_a_repair_that_breaks_the_template_is_not_taken() -> None:
    fails = "{% if messages | length == 1 %}{{ nothing.more }}{% endif %}" + ALTERNATE
    with pytest.raises(InvalidRequest, match=r"Roles must alternate\."):
        written(fails, U, V)
