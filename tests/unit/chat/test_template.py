"""`chat.template.render`: what it gives a template, what it makes of one that refuses or is broken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from minerva.chat.template import render
from minerva.core.errors import InvalidModelFile, InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.request import Thinking
from minerva.core.tools import Tool

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHAT = (Message("system", "Be brief."), Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Bye"))


def say(template: str | None, messages: tuple[Message, ...] = CHAT, **variables: str | int | bool | None) -> str:
    return render(template, messages, bos="<s>", eos="</s>", kwargs=variables, now=NOON, path="model.gguf").text


def test_default_template_is_chatml() -> None:
    assert say(None, CHAT[:2]) == (
        "<s><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )


def test_generation_prompt_can_be_left_out() -> None:
    rendered = render(None, CHAT[:1], bos="", eos="", add_generation_prompt=False)
    assert rendered.text == "<|im_start|>system\nBe brief.<|im_end|>\n"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ bos_token }}{{ eos_token }}", "<s></s>"),
        ("{{ tools is none }} {{ documents is none }} {{ nothing is defined }}[{{ nothing }}]", "True True False[]"),
        ("{{ enable_thinking }}", "False"),
        (
            "{% for m in messages %}\n    {% if m.role == 'user' %}\n{{ m.content }};\n    {% endif %}\n{% endfor %}",
            "Hi;\nBye;\n",
        ),
        ("{{ {'a': '<é>&\\'', 'b': [1, none]} | tojson }}", '{"a": "<é>&\'", "b": [1, null]}'),
        ("{{ {'b': 1, 'a': 2} | tojson(indent=2) }}", '{\n  "b": 1,\n  "a": 2\n}'),
        ("{{ {'b': 1, 'a': 2} | tojson(separators=(',', ':'), sort_keys=true) }}", '{"a":2,"b":1}'),
        ("{{ strftime_now('%d %b %Y') }}", "01 Mar 2026"),
        ("{% for m in messages %}{% if loop.index > 2 %}{% break %}{% endif %}{{ loop.index }}{% endfor %}", "12"),
        ("{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}{{ m.role[0] }}{% endfor %}", "uau"),
        ("{% generation %}{% set x = 1 %}answer{% endgeneration %}{{ x is defined }}", "answerFalse"),
        ("{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}", "4"),
        ("{% macro say(m) %}<{{ m.content | trim }}>{% endmacro %}{{ say(messages[-1]) }}", "<Bye>"),
        ("{{ messages | map(attribute='role') | join(',') }}", "system,user,assistant,user"),
        ("{{ messages[1:] | selectattr('role', 'equalto', 'user') | list | length }}", "2"),
        (
            "{{ '%s-%s' | format(1, 2) }} {{ '{:>3}'.format(1) }} {{ 'a,b'.split(',')[-1] }} {{ 'ab' * 2 }}",
            "1-2   1 b abab",
        ),
        ("{{ messages[0].items() | list | length }} {{ 'x' in messages[0] }} {{ [1] + [2] }}", "2 False [1, 2]"),
        ("{% set x = [] %}{% set _ = x.append(1) %}{% set _ = x.append(2) %}{{ x.pop(0) }}{{ x }}", "1[2]"),
        ("{% set x = messages[:1] %}{% set _ = x.append(1) %}{{ x | length }}{{ messages | length }}", "24"),
    ],
)
def test_renders_as_transformers_does(template: str, expected: str) -> None:
    assert say(template, enable_thinking=False) == expected


def test_developer_is_system_for_a_template_that_does_not_know_the_word() -> None:
    messages = (Message("developer", "x"),)
    assert say("{{ messages[0].role }}", messages) == "system"
    assert say("{% if messages[0].role == 'developer' %}yes{% endif %}", messages) == "yes"


def test_message_fields_follow_hugging_face() -> None:
    calls = (ToolCall("1", "f", '{"a": [1]}'), ToolCall("2", "g", "not json"))
    messages = (
        Message("assistant", "", reasoning="because", tool_calls=calls),
        Message("tool", "42", name="f", tool_call_id="1"),
    )
    template = (
        "{% for m in messages %}{{ m.reasoning_content }}{{ m.reasoning }}{{ m.thinking }}"
        "{% for c in m.tool_calls or [] %}|{{ c.function.name }} {{ c.function.arguments }}{% endfor %}"
        "|{{ m.content }}{{ m.name }}{{ m.tool_call_id }} {{ m.tool_calls is defined }};{% endfor %}"
    )
    assert say(template, messages) == 'becausebecausebecause|f {"a": [1]}|g not json| True;|42f1 False;'


def test_template_for_tools_alone_gets_an_empty_list() -> None:
    assert say("{% for tool in tools %}{{ tool }}{% endfor %}{{ messages | length }}") == "4"


REFUSES_NOISE = (
    "{% for m in messages %}{% if m.content == 'noise' %}{{ raise_exception('No noise, please.') }}{% endif %}"
    "{{ m.content }}{% endfor %}"
)


@pytest.mark.parametrize(("count", "index"), [(1, 0), (2, 0), (3, 2), (10, 4), (45, 44)])
def test_refusal_that_no_repair_helps_names_the_message(count: int, index: int) -> None:
    said = ["noise" if number in {index, index + 3} else "x" for number in range(count)]
    messages = tuple(Message(("user", "assistant")[number % 2], text) for number, text in enumerate(said))
    with pytest.raises(InvalidRequest, match=r"No noise, please\.") as caught:
        say(REFUSES_NOISE, messages)
    assert caught.value.param == f"messages[{index}]"


def test_refusal_of_no_message_in_particular_names_the_field() -> None:
    with pytest.raises(InvalidRequest) as caught:
        say("{{ raise_exception('Never.') }}")
    assert caught.value.param == "messages"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("a\n{{ a b }}", "line 2"),
        ("{% if %}", "line 1"),
        ("{{ 1 | no_such_filter }}", "No filter named 'no_such_filter'"),
        ("a\n\n{{ messages + 1 }}", "line 3"),
        ("{{ nothing.more }}", "'nothing' is undefined"),
        ("{{ nothing() }}", "'nothing' is undefined"),
        ("{% include 'other' %}", "no loader"),
        ("{{" + "(" * 5000 + "1" + ")" * 5000 + "}}", "nests too deeply"),
        ("{% for a in b %}" * 50 + "{% endfor %}" * 50, "too many statically nested blocks"),
        ("x" * 300_000, "262,144"),
    ],
)
def test_broken_template_is_the_model_files_fault(template: str, words: str) -> None:
    with pytest.raises(InvalidModelFile, match=r"model\.gguf") as caught:
        say(template)
    assert words in caught.value.message
    assert caught.value.path == "model.gguf"


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ messages.append(1) }}",
        "{{ messages.pop() }}",
        "{% set x = messages %}{{ x.pop() }}",
        "{{ messages[0].setdefault('x', 1) }}",
        "{{ [1].clear() }}",
        "{{ messages[0].clear() }}",
        "{{ messages[0].update(role='x') }}",
        "{{ raise_exception.__globals__.keys() }}",
        "{{ (messages | attr('__class__')).mro() }}",
        "{{ '{0.__class__.__mro__}'.format(1) }}",
        "{{ namespace.__init__.__globals__ }}",
    ],
)
def test_nothing_outside_is_reachable(template: str) -> None:
    with pytest.raises(InvalidModelFile):
        say(template)


def test_without_a_clock_there_is_no_date() -> None:
    assert render("{{ strftime_now is defined }}", (), bos="", eos="").text == "False"


def test_callers_cannot_replace_the_conversation() -> None:
    with pytest.raises(InvalidRequest, match=r"`chat_template_kwargs\.messages` cannot be set") as caught:
        render(None, CHAT, bos="", eos="", kwargs={"messages": "x"})
    assert caught.value.param == "chat_template_kwargs.messages"


@pytest.mark.parametrize(
    ("thinking", "expected"),
    [
        (None, "    "),
        (Thinking(enabled=True), "True True enabled  "),
        (Thinking(enabled=False), "False False disabled 0 "),
        (Thinking(effort="low"), "    low"),
        (Thinking(enabled=True, effort="high", budget_tokens=9), "True True enabled 9 high"),
    ],
)
def test_thinking_becomes_the_variables_that_templates_read(thinking: Thinking | None, expected: str) -> None:
    template = "{{ enable_thinking }} {{ thinking }} {{ thinking_mode }} {{ thinking_budget }} {{ reasoning_effort }}"
    assert render(template, CHAT, bos="", eos="", thinking=thinking).text == expected


def test_the_callers_own_variables_come_first() -> None:
    rendered = render(
        "{{ enable_thinking }}{{ reasoning_effort }}",
        CHAT,
        bos="",
        eos="",
        thinking=Thinking(enabled=True, effort="low"),
        kwargs={"enable_thinking": False},
    )
    assert rendered.text == "Falselow"


PICKY = (
    "{% if reasoning_effort is defined and reasoning_effort not in ['low', 'high'] %}"
    "{{ raise_exception('No such effort: ' + reasoning_effort) }}{% endif %}fine"
)


def test_a_refused_effort_is_named() -> None:
    with pytest.raises(InvalidRequest, match="No such effort: medium") as caught:
        render(PICKY, CHAT, bos="", eos="", thinking=Thinking(effort="medium"))
    assert caught.value.param == "reasoning_effort"


def test_a_refused_variable_of_the_caller_is_named() -> None:
    with pytest.raises(InvalidRequest, match="No such effort: medium") as caught:
        say(PICKY, CHAT, reasoning_effort="medium", other=1)
    assert caught.value.param in {"reasoning_effort", "chat_template_kwargs"}
    refuses = "{% if mood == 'bad' %}{{ raise_exception('Cheer up.') }}{% endif %}fine"
    with pytest.raises(InvalidRequest, match=r"Cheer up\.") as caught:
        say(refuses, CHAT, mood="bad")
    assert caught.value.param == "chat_template_kwargs"


def test_arguments_that_a_template_cannot_show_are_named() -> None:
    template = (
        "{% for m in messages %}{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}"
        "{% for k, v in c.function.arguments.items() %}{{ k }}={{ v }}{% endfor %}{% endfor %}{% endfor %}"
    )
    good, bad = ToolCall("1", "f", '{"a": 1}'), ToolCall("2", "f", '["a"')
    with pytest.raises(InvalidRequest, match=r"no JSON object, or nests too deeply: '\[\"a\"'") as caught:
        say(template, (Message("user", "x"), Message("assistant", tool_calls=(good, bad))))
    assert caught.value.param == "messages[1].tool_calls[1].function.arguments"


@pytest.mark.parametrize("parameters", ["[]", "{", '{"a":' * 200 + "1" + "}" * 200, "[" * 100_000])
def test_parameters_of_a_tool_must_be_an_object_of_some_depth(parameters: str) -> None:
    tools = (Tool("f", parameters="{}"), Tool("g", parameters=parameters))
    with pytest.raises(InvalidRequest, match="`g`") as caught:
        render("{{ tools | tojson }}", CHAT, tools, bos="", eos="")
    assert caught.value.param == "tools[1]"
