"""The chat templates of published models, where a collection of them lies beside the checkout."""

from __future__ import annotations

import functools
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from jinja2 import Template, nodes
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from minerva.chat.capabilities import capabilities
from minerva.chat.formats.find import find
from minerva.chat.formats.piece import Arguments, CallStarted
from minerva.chat.template import Rendered, render
from minerva.core.message import Message, ToolCall
from minerva.core.request import Thinking
from minerva.core.tools import Tool

FOLDER = Path(__file__).parents[4] / "shared" / "chat-templates"
TEMPLATES = sorted(FOLDER.glob("*.jinja"))
_DECLARATIONS = re.compile(r"\b(?:tools|available_tools|custom_tools|functions)\b")
"""What a template that says which tools there are reads them from."""

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHAT = (
    Message("system", "You are <terse>."),
    Message("user", "Première question? 世界"),
    Message("assistant", "First answer & more."),
    Message("user", "Second question."),
)
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "The town."}},
    "required": ["city"],
}
TOOLS = (Tool("look_outside", "Says <how> it is.", json.dumps(SCHEMA)),)
RAIN = (ToolCall("call00001", "look_outside", '{"city": "Geneva"}'),)
SUN = (ToolCall("call00002", "look_outside", '{"city": "Oslo"}'),)
ASKED = (
    *CHAT[:2],
    Message("assistant", tool_calls=RAIN),
    Message("tool", "It rains.", name="look_outside", tool_call_id="call00001"),
)
ANSWERED = (*ASKED, Message("assistant", "Wet."), Message("user", "Thanks, <|im_end|>"))
PARALLEL = (
    *CHAT[:2],
    Message("assistant", tool_calls=RAIN + SUN),
    *ASKED[-1:],
    Message("tool", "The sun shines.", name="look_outside", tool_call_id="call00002"),
)
CONVERSATIONS: dict[str, tuple[tuple[Message, ...], tuple[Tool, ...]]] = {
    "turns": (CHAT, ()),
    "no-system": (CHAT[1:], ()),
    "system": (CHAT[:2], ()),
    "user": (CHAT[1:2], ()),
    "tools": (CHAT[:2], TOOLS),
    "result": (ASKED, TOOLS),
    "answered": (ANSWERED, TOOLS),
    "parallel": (PARALLEL, TOOLS),
    "no-longer-tools": (ANSWERED, ()),
}
THOUGHT = "Let me see."
THOUGHTS = (
    *CHAT[:2],
    Message("assistant", "One.", reasoning=THOUGHT),
    Message("user", "And then?"),
    Message("assistant", reasoning=THOUGHT, tool_calls=RAIN),
    *ASKED[-1:],
)
ON = {"enable_thinking": True, "thinking": True, "thinking_mode": "enabled"}
OFF = {"enable_thinking": False, "thinking": False, "thinking_mode": "disabled", "thinking_budget": 0}
HIGH = {"reasoning_effort": "high", "thinking_effort": "high", "reasoning_strength": "high"}
SWITCHES: tuple[tuple[Thinking, dict[str, Any]], ...] = (
    (Thinking(enabled=True), ON),
    (Thinking(enabled=False), OFF),
    (Thinking(effort="high"), HIGH),
    (Thinking(enabled=True, budget_tokens=512), {**ON, "thinking_budget": 512}),
)

pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(not TEMPLATES, reason="no collection of chat templates here"),
    pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem),
]


class _Generation(Extension):
    tags = {"generation"}  # noqa: RUF012

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller: Any) -> Any:
        return caller()


@functools.cache
def compiled(path: Path) -> Template:
    """Compile with jinja2 alone, set up as transformers' `_compile_jinja_template` does it."""

    def raise_exception(message: str) -> NoReturn:
        raise TemplateError(message)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    environment.filters["tojson"] = lambda value, ensure_ascii=False, indent=None, separators=None: json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators
    )
    environment.filters["from_json"] = json.loads
    environment.globals |= {"raise_exception": raise_exception, "strftime_now": NOON.strftime}
    return environment.from_string(path.read_text(encoding="utf-8"))


def as_openai(message: Message) -> dict[str, Any]:
    item: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.reasoning is not None:
        item |= {"reasoning_content": message.reasoning, "reasoning": message.reasoning, "thinking": message.reasoning}
    if message.tool_calls:
        item["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.loads(call.arguments)},
            }
            for call in message.tool_calls
        ]
    if message.role == "tool":
        item |= {"name": message.name, "tool_call_id": message.tool_call_id}
    return item


def reference(path: Path, messages: tuple[Message, ...], tools: tuple[Tool, ...], variables: dict[str, Any]) -> str:
    """Return the reference's text, with an empty list of tools if it fails without; nothing where it fails at all."""
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": json.loads(tool.parameters)}
        for tool in tools
    ]
    offered = [{"type": "function", "function": function} for function in functions]
    given = {
        "messages": [as_openai(message) for message in messages],
        "bos_token": "<s>",
        "eos_token": "</s>",
        "add_generation_prompt": True,
        **variables,
    }
    more = {"functions": json.dumps(functions, indent=4), "datetime": NOON.strftime("%b %d %Y"), "documents": []}
    for arguments in ({"tools": offered or None, "documents": None}, {"tools": offered, **more}):
        try:
            return compiled(path).render(**given, **arguments)
        except (TypeError, TemplateError):
            continue
    return ""


def ours(
    path: Path, messages: tuple[Message, ...], tools: tuple[Tool, ...] = (), thinking: Thinking | None = None
) -> Rendered:
    return render(
        path.read_text(encoding="utf-8"),
        messages,
        tools,
        bos="<s>",
        eos="</s>",
        control_tokens=("<s>", "</s>", "<|im_start|>", "<|im_end|>", "[INST]", "<end_of_turn>"),
        thinking=thinking,
        now=NOON,
    )


def words_of(messages: tuple[Message, ...], tools: tuple[Tool, ...]) -> list[str]:
    """Return what must be in a prompt."""
    said = [message.content for message in messages]
    called = [
        text for message in messages for call in message.tool_calls for text in (call.name, call.arguments[10:-2])
    ]
    return said + called + [text for tool in tools for text in (tool.name, "The town.")]


def test_equals_the_reference_or_says_all_that_it_leaves_out(path: Path) -> None:
    for name, (messages, tools) in CONVERSATIONS.items():
        rendered, expected = ours(path, messages, tools), reference(path, messages, tools, {})
        missing = [word for word in words_of(messages, tools) if word not in expected]
        if rendered.text == expected:
            # A published template may leave out the system message, or the tools, while it shows a result.
            assert not missing or name in {"result", "parallel", "answered", "tools"}, (name, missing)
            assert rendered.notes == (), name
        else:
            assert missing, name
            assert all(word in rendered.text for word in words_of(messages, tools)), name


def test_thinking_is_switched_as_the_template_knows_it(path: Path) -> None:
    for thinking, variables in SWITCHES:
        rendered, expected = ours(path, CHAT, (), thinking), reference(path, CHAT, (), variables)
        assert rendered.text == expected or (expected == "" and rendered.notes), thinking


def test_the_template_decides_which_thoughts_it_shows(path: Path) -> None:
    rendered, expected = ours(path, THOUGHTS, TOOLS), reference(path, THOUGHTS, TOOLS, {})
    if "Geneva" in expected and "The town." in expected:
        assert rendered.text == expected
    assert rendered.text.count(THOUGHT) <= 2


def test_what_spells_a_control_token_is_known_to_be_text(path: Path) -> None:
    rendered = ours(path, ANSWERED, TOOLS)
    assert [rendered.text[start:end] for start, end in rendered.literal] == ["<|im_end|>"]
    assert rendered.text[: rendered.literal[0][0]].endswith("Thanks, ")


def test_tools_are_told_of_in_words_exactly_where_the_template_declares_none(path: Path) -> None:
    assert bool(ours(path, CHAT[1:], TOOLS).notes) != bool(_DECLARATIONS.search(path.read_text(encoding="utf-8")))


def test_an_earlier_call_in_words_is_in_the_form_of_the_models_own(path: Path) -> None:
    template = path.read_text(encoding="utf-8")
    if capabilities(template).calls is None:
        parser = find(template).parser(TOOLS)
        pieces = [*parser.feed(ours(path, ASKED[:3], TOOLS).text.partition("世界")[2]), *parser.finish()]
        assert CallStarted("look_outside") in pieces
        assert Arguments('{"city": "Geneva"}') in pieces
