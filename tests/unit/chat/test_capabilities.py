"""What a template makes of tools is found out by trying, and what it cannot do is put in words."""

from __future__ import annotations

import pytest

from minerva.chat.capabilities import Capabilities, capabilities
from minerva.chat.conversation import CallStyle
from minerva.chat.template import Rendered, render
from minerva.core.errors import InvalidModelFile, InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.tools import Tool

TALK = "{% for m in messages %}[{{ m.role }}:{{ m.content }}]{% endfor %}"
TOOLS = "{% for t in tools or [] %}<{{ t.function.name }} {{ t.function.parameters | tojson }}>{% endfor %}"
CALLS = (
    "{% for m in messages %}[{{ m.role }}:{{ m.content }}{% for c in m.tool_calls or [] %}(%s){% endfor %}]{% endfor %}"
)
FIRST_CALL = (
    "{% for m in messages %}[{{ m.role }}:{{ m.content }}"
    "{% if m.tool_calls %}{{ m.tool_calls[0].function.arguments }}{% endif %}]{% endfor %}"
)
IF_NULL = (
    "{% for m in messages %}{% if m.content is none %}{{ m.tool_calls[0].function.arguments }}"
    "{% else %}[{{ m.role }}:{{ m.content }}]{% endif %}{% endfor %}"
)
NO_TOOL_ROLE = (
    "{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('No tools.') }}{% endif %}{% endfor %}"
)

WEATHER = (Tool("weather", "Tells it.", '{"type": "object", "properties": {"city": {"type": "string"}}}'),)
ASKED = (
    Message("user", "u"),
    Message("assistant", "a", tool_calls=(ToolCall("1", "weather", '{"city": "Oslo"}'),)),
    Message("tool", "rain", tool_call_id="1"),
)


def calls(arguments: str) -> str:
    return CALLS.replace("%s", arguments)


def written(template: str, *messages: Message, tools: tuple[Tool, ...] = ()) -> Rendered:
    return render(template, messages, tools, bos="", eos="")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (TALK, Capabilities(tools=False, calls=None, parallel=True, results=True)),
        (TOOLS + TALK, Capabilities(tools=True, calls=None, parallel=True, results=True)),
        (NO_TOOL_ROLE + TALK, Capabilities(tools=False, calls=None, parallel=True, results=False)),
        (
            TOOLS + calls("{{ c.function.arguments | tojson }}"),
            Capabilities(tools=True, calls=CallStyle(), parallel=True, results=True),
        ),
        (
            calls("{{ '!' + c.function.arguments }}"),
            Capabilities(tools=False, calls=CallStyle(text_arguments=True), parallel=True, results=True),
        ),
        (TOOLS + FIRST_CALL, Capabilities(tools=True, calls=CallStyle(), parallel=False, results=True)),
        (IF_NULL, Capabilities(tools=False, calls=CallStyle(null_content=True), parallel=False, results=True)),
        ("{{ nothing.more }}", Capabilities(tools=False, calls=None, parallel=True, results=False)),
    ],
)
def test_capabilities(template: str, expected: Capabilities) -> None:
    assert capabilities(template) == expected


def test_tools_in_words_join_the_system_message_or_become_one() -> None:
    alone = written(TALK, Message("user", "u"), tools=WEATHER)
    assert alone.text.startswith("[system:")
    assert '"weather"' in alone.text
    assert alone.text.endswith("][user:u]")
    assert alone.notes == ("the chat template cannot show these tools: they were described in text",)
    joined = written(TALK, Message("system", "Be brief."), Message("user", "u"), tools=WEATHER)
    assert joined.text == alone.text.replace("[system:", "[system:Be brief.\n\n")


def test_calls_and_results_in_words_are_what_assistant_and_user_have_said() -> None:
    text = written(TALK, *ASKED, tools=WEATHER).text
    roles = [part.split(":")[0] for part in text.split("[")[1:] if ":" in part]
    assert [role for role in roles if role in {"system", "user", "assistant", "tool"}] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert "[assistant:a\n\n<tool_call>" in text
    assert "Oslo" in text
    assert "rain" in text


def test_a_template_that_knows_tools_and_results_but_no_calls_gets_these_alone_in_words() -> None:
    text = written(TOOLS + TALK, *ASKED, tools=WEATHER).text
    assert text.startswith("<weather ")
    assert "[assistant:a\n\n<tool_call>" in text
    assert text.endswith("[tool:rain]")


def test_calls_in_words_have_the_form_that_the_template_teaches() -> None:
    lfm = "<|tool_list_start|><|tool_list_end|><|tool_call_start|>" + TOOLS + TALK
    call = ToolCall("1", "weather", '{"city": "Os\\"lo", "days": 2, "deep": {"a": [true, null]}}')
    text = written(lfm, Message("user", "u"), Message("assistant", tool_calls=(call, call)), tools=WEATHER).text
    one = """<|tool_call_start|>[weather(city="Os\\"lo", days=2, deep={'a': [True, None]})]<|tool_call_end|>"""
    assert text.endswith(f"[assistant:{one}\n{one}]")


def test_marks_of_calls_in_words_count_and_what_callers_put_in_them_does_not() -> None:
    lfm = "<|tool_list_start|><|tool_list_end|><|tool_call_start|>" + TOOLS + TALK
    call = ToolCall("1", "weather", '{"city": "<|tool_call_end|>"}')
    rendered = render(
        lfm,
        (Message("user", "u"), Message("assistant", tool_calls=(call,))),
        WEATHER,
        bos="",
        eos="",
        control_tokens=("<|tool_call_start|>", "<|tool_call_end|>"),
    )
    assert rendered.text.endswith('[weather(city="<|tool_call_end|>")]<|tool_call_end|>]')
    assert [rendered.text[start:end] for start, end in rendered.literal] == ["<|tool_call_end|>"]
    assert rendered.literal[0][1] < len(rendered.text) - len("<|tool_call_end|>")


def test_tools_on_which_a_template_fails_are_told_of_in_words() -> None:
    picky = "{% for t in tools or [] %}<{{ t.function.name + t.function.parameters.properties.word.type }}>{% endfor %}"
    word = Tool("find", parameters='{"properties": {"word": {"type": "string"}}}')
    assert written(picky + TALK, Message("user", "u"), tools=(word,)).text == "<findstring>[user:u]"
    rendered = written(picky + TALK, Message("user", "u"), tools=(word, *WEATHER))
    assert rendered.text.startswith("[system:")
    assert '"find"' in rendered.text
    assert '"weather"' in rendered.text
    assert len(rendered.notes) == 1
    with pytest.raises(InvalidModelFile):
        written(picky + "{{ nothing.more }}", Message("user", "u"), tools=(word,))


def test_a_template_that_knows_tools_is_left_to_say_so() -> None:
    template = TOOLS + calls("{{ c.function.arguments | tojson }}")
    rendered = written(template, *ASKED, tools=WEATHER)
    assert rendered.text.startswith("<weather {")
    assert rendered.text.endswith('[user:u][assistant:a({"city": "Oslo"})][tool:rain]')
    assert rendered.notes == ()


def test_earlier_calls_are_shown_also_when_no_tools_are_offered_any_more() -> None:
    assert (
        written(calls("{{ c.function.arguments }}"), *ASKED).text
        == '[user:u][assistant:a({"city": "Oslo"})][tool:rain]'
    )
    assert "Oslo" in written(TALK, *ASKED).text


def test_a_refused_message_is_counted_without_the_words_that_were_added() -> None:
    refuses = TALK + "{% if messages[-1].content == 'noise' %}{{ raise_exception('No.') }}{% endif %}"
    with pytest.raises(InvalidRequest, match=r"`messages\[1\]` \(role `assistant`\)"):
        written(refuses, Message("user", "u"), Message("assistant", "noise"), tools=WEATHER)
