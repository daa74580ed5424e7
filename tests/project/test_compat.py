"""The pages of compatibility list every field of the three APIs, and what they say of a field is what the code does."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypedDict

import anthropic
import httpx2
import msgspec
import pytest
from pydantic import BaseModel, Field

from minerva.chat.form import form_grammar
from minerva.core.embedding import EmbedRequest
from minerva.core.errors import InvalidRequest
from minerva.core.preset import Preset
from minerva.core.request import GenerateRequest
from minerva.server.anthropic.convert import messages_request
from minerva.server.ollama import convert as ollama
from minerva.server.ollama import embed_convert as ollama_embed
from minerva.server.ollama.creation import creation_of
from minerva.server.ollama.schema import OllamaOptions
from minerva.server.openai import convert as openai
from minerva.server.openai.embeddings.convert import embed_request
from minerva.server.openai.responses.convert import responses_request
from tests.project.tree import ROOT, SRC, source_files, syntax_tree
from tools.pages.clients import declared
from tools.pages.compared import ANTHROPIC_HEADERS, COMPARED, Compared
from tools.pages.compat import NO_EFFECT, REFUSED, YES, Row, rows
from tools.pages.document import shapes
from tools.pages.places import forms, parent, places
from tools.pages.shapes import Schema

SCHEMA = {"type": "object"}
FUNCTION = {"type": "function", "function": {"name": "f", "parameters": SCHEMA}}
ANTHROPIC_BLOCKS = [
    {"type": "thinking", "thinking": "Hm", "signature": "s"},
    {"type": "redacted_thinking", "data": "d"},
    {"type": "text", "text": "Hi"},
    {"type": "tool_use", "id": "1", "name": "f", "input": {}},
]
ANTHROPIC_RESULT = {"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "r"}]}
EXAMPLES: dict[str, dict[str, Any]] = {
    "openai-chat": {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
            {
                "role": "assistant",
                "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": "1", "content": "r"},
        ],
        "stream": True,
        "stream_options": {},
        "tools": [FUNCTION],
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}},
    },
    "openai-completions": {"prompt": "Hi", "stream": True, "stream_options": {}},
    "openai-embeddings": {"input": "Hi"},
    "openai-responses": {
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "s"}], "content": []},
            {"role": "assistant", "content": [{"type": "output_text", "text": "t"}]},
            {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": [{"type": "input_text", "text": "r"}]},
        ],
        "stream": True,
        "stream_options": {},
        "tools": [{"type": "function", "name": "f", "parameters": SCHEMA}],
        "text": {"format": {"type": "json_schema", "name": "n", "schema": SCHEMA}},
        "reasoning": {},
    },
    "ollama-chat": {
        "model": "m",
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]},
            {"role": "tool", "content": "r"},
        ],
        "options": {},
        "tools": [FUNCTION],
    },
    "ollama-generate": {"model": "m", "prompt": "Hi", "options": {}},
    "ollama-embed": {"model": "m", "input": "Hi", "options": {}},
    "ollama-embeddings": {"model": "m", "prompt": "Hi", "options": {}},
    "ollama-create": {
        "model": "b",
        "from": "m",
        "messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}],
        "parameters": {},
    },
    "anthropic-messages": {
        "max_tokens": 9,
        "system": [{"type": "text", "text": "s"}],
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": ANTHROPIC_BLOCKS},
            {"role": "user", "content": [ANTHROPIC_RESULT]},
        ],
        "tools": [{"name": "f", "input_schema": SCHEMA}],
        "output_config": {},
        "thinking": {"type": "adaptive"},
    },
}
CONVERT: dict[str, Callable[[Any], GenerateRequest | EmbedRequest | Preset]] = {
    "openai-chat": lambda body: openai.chat_request(body, "id"),
    "openai-completions": lambda body: openai.completion_requests(body, "id")[0],
    "openai-embeddings": lambda body: embed_request(body, "id"),
    "openai-responses": lambda body: responses_request(body, [], body.input, "id"),
    "ollama-chat": lambda body: ollama.chat_request(body, "id"),
    "ollama-generate": lambda body: ollama.generate_request(body, "id"),
    "ollama-embed": lambda body: ollama_embed.embed_request(body, "id"),
    "ollama-embeddings": lambda body: ollama_embed.embeddings_request(body, "id"),
    "ollama-create": lambda body: creation_of(body).preset,
    "anthropic-messages": lambda body: messages_request(body, "id"),
}
NAMES = list(COMPARED)


def said(name: str, state: str) -> Iterator[Row]:
    theirs, more = rows(COMPARED[name])
    return (row for row in (*theirs, *more) if row.state == state)


def variants(node: Any, steps: list[str], value: object) -> Iterator[Any]:
    """Yield copies of `node` that have `value` at the path `steps`, in each place of lists that it leads through."""
    step, *rest = steps
    if step == "[]" and isinstance(node, list):
        for index, item in enumerate(node):
            yield from ([*node[:index], new, *node[index + 1 :]] for new in variants(item, rest, value))
    elif isinstance(node, dict) and not rest:
        yield {**node, step: value}
    elif isinstance(node, dict) and step in node:
        yield from ({**node, step: new} for new in variants(node[step], rest, value))


def with_value(name: str, path: str, value: object) -> list[dict[str, Any]]:
    return list(variants(EXAMPLES[name], re.findall(r"\[\]|[^.\[\]]+", path), value))


def cases(state: str) -> list[Any]:
    """Each field of that state that has a place in the examples."""
    found = [(name, row.path) for name in NAMES for row in said(name, state)]
    return [pytest.param(*case, id=" ".join(case)) for case in found if with_value(*case, None)]


def decode(name: str, body: dict[str, Any]) -> Any:
    return COMPARED[name].body.decode(json.dumps(body).encode())


def asked(name: str, body: dict[str, Any]) -> object:
    """What a body asks for in the end; of a form, what the engine is sent."""
    request = CONVERT[name](decode(name, body))
    if isinstance(request, EmbedRequest | Preset):
        return request
    return msgspec.structs.replace(request, form=None), request.form and form_grammar(request.form)


def sample(schema: Schema) -> Any:
    """A value that the schema allows, and that asks for something."""
    form = next(form for form in forms(shapes(), schema) if form.get("type") != "null")
    if "enum" in form or "const" in form:
        return [*form.get("enum", ()), form.get("const")][0]
    match form.get("type", "string"):
        case "object":
            return {key: sample(form["properties"][key]) for key in form.get("required", ())}
        case "array":
            return [sample(form["items"])]
        case kind:
            return {"string": "x", "boolean": True, "integer": 1, "number": 1.0}[kind]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_that_a_client_declares_is_known_by_name(name: str) -> None:
    compared = COMPARED[name]
    known = {*places(shapes(), compared.body.__name__), *compared.body.not_yet}
    theirs = {path for path in compared.declared if not parent(path) or parent(path) == "options"}
    assert len(theirs) >= 5
    assert theirs - known == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_a_row_for_each(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "compat" / f"{name}.md").read_text(encoding="utf-8")
    theirs = [path for path in COMPARED[name].declared if not parent(path)]
    assert [path for path in theirs if f"| `{path}` | " not in page] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_taken(name: str) -> None:
    request = CONVERT[name](decode(name, EXAMPLES[name]))
    assert isinstance(request, Preset) or request.request_id == "id"


@pytest.mark.parametrize(("name", "path"), cases(NO_EFFECT))
def test_what_has_no_effect_is_taken_and_changes_nothing(name: str, path: str) -> None:
    schemas = places(shapes(), COMPARED[name].body.__name__)[path]
    taken = []
    for body in with_value(name, path, sample(schemas[0])):
        try:
            taken.append(asked(name, body))
        except InvalidRequest as error:  # a block that has no such field, beside one that has
            assert "is not a known field" in error.message  # noqa: PT017
    assert taken
    assert all(each == asked(name, EXAMPLES[name]) for each in taken)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_without_effect_has_a_place_in_the_examples(name: str) -> None:
    assert [row.path for row in said(name, NO_EFFECT) if not with_value(name, row.path, None)] == []


@pytest.mark.parametrize(("name", "path"), cases(REFUSED))
def test_what_is_refused_is_refused_by_name(name: str, path: str) -> None:
    for body in with_value(name, path, {"asked": "for"}):
        with pytest.raises(InvalidRequest) as caught:
            decode(name, body)
        assert path.startswith(re.sub(r"\[\d+\]", "[]", caught.value.param or "?"))


@pytest.mark.parametrize("name", NAMES)
def test_no_shape_of_a_body_takes_unknown_fields(name: str) -> None:
    body = COMPARED[name].body.__name__
    within = [schema for schemas in places(shapes(), body).values() for schema in schemas]
    found = [form for schema in [shapes()[body], *within] for form in forms(shapes(), schema) if "properties" in form]
    assert found
    assert [form for form in found if form["additionalProperties"] is not False] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_to_be_done_is_at_least_read(name: str) -> None:
    compared = COMPARED[name]
    options = OllamaOptions.parameters if compared.client == "ollama" else {}
    read = {"type", *compared.body.parameters, *options, *_read_in(compared)}
    names = {row.path.rpartition(".")[2] for row in said(name, YES)}
    assert {f"{name}_" if name in ("schema", "from") else name for name in names} - read == set()


def _read_in(compared: Compared) -> Iterator[str]:
    folder = SRC / "server" / compared.client
    for path in (path for path in source_files() if path.is_relative_to(folder)):
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.MatchClass):
                yield from node.kwd_attrs


@pytest.mark.parametrize("name", NAMES)
def test_every_no_op_is_a_field_of_some_body_of_its_api(name: str) -> None:
    api = [compared for compared in COMPARED.values() if compared.client == COMPARED[name].client]
    fields = {path for compared in api for path in places(shapes(), compared.body.__name__)}
    assert COMPARED[name].no_ops.keys() - fields == set()
    assert not COMPARED[name].body.model_fields.keys() & COMPARED[name].body.not_yet.keys()


def test_what_is_left_out_as_a_header_is_sent_as_one() -> None:
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(400)

    with (
        httpx2.Client(transport=httpx2.MockTransport(answer)) as http,
        anthropic.Anthropic(api_key="k", http_client=http) as client,
        pytest.raises(anthropic.BadRequestError),
    ):
        client.beta.messages.create(
            max_tokens=1, messages=[], model="m", betas=["b"], user_profile_id="u", workspace_id="w"
        )
    assert {"betas", "user_profile_id", "workspace_id"} == ANTHROPIC_HEADERS
    assert json.loads(sent[0].content).keys() == {"max_tokens", "messages", "model"}


class Inner(BaseModel):
    size: int
    named: Annotated[int, Field(alias="other")]


class Outer(TypedDict):
    plain: str
    inside: list[Inner] | None
    free: dict[str, Inner]


def test_fields_are_found_within_lists_and_unions_and_not_within_mappings() -> None:
    assert declared(Outer) == ("plain", "inside", "inside[].size", "inside[].other", "free")
    assert declared(Inner, Outer, headers=frozenset({"plain"}))[:3] == ("size", "other", "inside")
