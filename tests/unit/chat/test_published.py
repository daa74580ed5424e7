"""The chat templates of published models, where a collection of them lies beside the checkout."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from minerva.chat.template import render
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message

FOLDER = Path(__file__).parents[4] / "shared" / "chat-templates"
TEMPLATES = sorted(FOLDER.glob("*.jinja"))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHAT = (
    Message("system", "You are <terse>."),
    Message("user", "Première question? 世界"),
    Message("assistant", "First answer & more."),
    Message("user", "Second question."),
)

pytestmark = pytest.mark.skipif(not TEMPLATES, reason="no collection of chat templates here")


class _Generation(Extension):
    tags = {"generation"}  # noqa: RUF012

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller: Any) -> Any:
        return caller()


def reference(template: str, messages: tuple[Message, ...], tools: object) -> str:
    """Render with jinja2 alone, set up as transformers' `_compile_jinja_template` does it."""

    def raise_exception(message: str) -> NoReturn:
        raise TemplateError(message)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    environment.filters["tojson"] = lambda x, indent=None: json.dumps(x, ensure_ascii=False, indent=indent)
    environment.filters["from_json"] = json.loads
    environment.globals |= {"raise_exception": raise_exception, "strftime_now": NOON.strftime}
    return environment.from_string(template).render(
        messages=[{"role": message.role, "content": message.content} for message in messages],
        tools=tools,
        documents=tools,
        functions="[]",
        datetime=NOON.strftime("%b %d %Y"),
        bos_token="<s>",
        eos_token="</s>",
        add_generation_prompt=True,
    )


def expected(template: str, messages: tuple[Message, ...]) -> str | None:
    """Return the reference's text, with an empty list of tools if it fails without; `None`: the template refuses."""
    try:
        return reference(template, messages, None)
    except (TypeError, TemplateError):
        try:
            return reference(template, messages, [])
        except TemplateError:
            return None


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
@pytest.mark.parametrize("chat", [CHAT, CHAT[1:], CHAT[:2], CHAT[1:2]], ids=["full", "no-system", "first", "user"])
def test_equals_the_reference_or_is_refused_by_the_template(path: Path, chat: tuple[Message, ...]) -> None:
    template = path.read_text(encoding="utf-8")
    text = expected(template, chat)
    if text is None:
        with pytest.raises(InvalidRequest, match="chat template refuses `messages"):
            render(template, chat, bos="<s>", eos="</s>", now=NOON)
    else:
        assert render(template, chat, bos="<s>", eos="</s>", now=NOON) == text
        assert chat[-1].content in text
