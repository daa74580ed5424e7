"""What a guide says of an API's fields is what the code does with them."""

import re

import pytest

from minerva.server.anthropic import schema as anthropic
from minerva.server.llama import schema as llama
from minerva.server.ollama.schema import NO_OPS, NOT_YET, NOT_YET_IN_GENERATE, OllamaOptions
from minerva.server.openai.convert import chat_request
from minerva.server.openai.schema import ChatRequest
from tests.project.tree import ROOT

ANTHROPIC = (ROOT / "docs" / "guides" / "anthropic.md").read_text(encoding="utf-8")
LLAMA = (ROOT / "docs" / "guides" / "llama-server.md").read_text(encoding="utf-8")
OLLAMA = (ROOT / "docs" / "guides" / "ollama.md").read_text(encoding="utf-8")

COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
WORDS = re.compile(r"^\t\t'?([\w-]+)'?: '([^']+)',?$", re.MULTILINE)
SHORTCUT = re.compile(r"\{ action: '([\w-]+)', group: '\w+', key: '([^']+)'(.*?) \}")
REQUEST = re.compile(r"curl \S+/v1/chat/completions .*? -d '(.*?)'", re.DOTALL)


def _named(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


def test_the_ollama_guide_names_every_option() -> None:
    assert set(OllamaOptions.model_fields) - _named(OLLAMA) == set()


def test_the_ollama_guide_names_the_options_that_change_nothing() -> None:
    table = OLLAMA.partition("These change nothing:\n\n")[2].partition("\n\n")[0]
    options = " ".join(row.split("|")[1] for row in table.splitlines())
    assert _named(options) == {name.removeprefix("options.") for name in NO_OPS if name.startswith("options.")}


def test_the_ollama_guide_names_what_is_refused() -> None:
    refused = OLLAMA.partition("Refused for now:")[2].partition(".")[0]
    of_ollamas_own = {"runner", "_debug_render_only"}
    assert _named(refused) == {*NOT_YET, *NOT_YET_IN_GENERATE} - of_ollamas_own


def test_the_anthropic_guide_names_every_field() -> None:
    honoured = ANTHROPIC.partition("Honoured:")[2].partition("\n\n")[0]
    assert set(anthropic.MessagesRequest.model_fields) - set(anthropic.NO_OPS) == _named(honoured)


def test_the_anthropic_guide_says_why_fields_change_nothing() -> None:
    rows = ANTHROPIC.partition("| Field | Why |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    assert rows == [f"| `{name}` | {why} |" for name, why in anthropic.NO_OPS.items()]


def test_the_anthropic_guide_names_what_is_refused() -> None:
    refused = ANTHROPIC.partition("## Refused for now")[2].partition(";")[0]
    assert _named(refused) - {"standard"} == set(anthropic.NOT_YET)


def test_the_llama_server_guide_names_every_field() -> None:
    fields = {name for body in (llama.TokenizeRequest, llama.DetokenizeRequest) for name in body.model_fields}
    # Parameters of sampling are on the page of parameters.
    fields |= set(llama.InfillRequest.model_fields) - set(llama.InfillRequest.parameters)
    assert fields - _named(LLAMA) == set()


def test_the_llama_server_guide_says_why_fields_change_nothing() -> None:
    rows = LLAMA.partition("| Field | Why |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    assert rows == [f"| `{name}` | {why} |" for name, why in llama.NO_OPS.items()]


def test_the_llama_server_guide_names_what_is_refused() -> None:
    refused = LLAMA.partition("Refused, unless they ask for nothing:")[2].partition(".")[0]
    assert _named(refused) == set(llama.NOT_YET)


@pytest.mark.parametrize(("page", "count"), [("README.md", 1), ("INFERENCE.md", 3)])
def test_requests_that_a_page_shows_are_taken(page: str, count: int) -> None:
    bodies = REQUEST.findall((ROOT / page).read_text(encoding="utf-8"))
    assert len(bodies) == count
    for body in bodies:
        assert chat_request(ChatRequest.decode(body.encode()), "id").request_id == "id"


@pytest.mark.parametrize("page", ["README.md", "INFERENCE.md", "docs/guides/openai.md", "docs/guides/llama-server.md"])
def test_commands_that_send_json_say_that_they_do(page: str) -> None:
    """Without it curl says that the body is a form, which these routes refuse."""
    blocks = COMMANDS.findall((ROOT / page).read_text(encoding="utf-8"))
    sending = [block for block in blocks if "curl" in block and " -d " in block]
    assert sending
    assert [block for block in sending if "Content-Type: application/json" not in block] == []


def test_the_guide_of_the_web_chat_lists_the_shortcuts_that_there_are() -> None:
    library = ROOT / "web" / "src" / "lib"
    table = (library / "keys" / "shortcuts.ts").read_text(encoding="utf-8")
    strings = (library / "strings" / "shell.ts").read_text(encoding="utf-8").partition("\tactions: {")[2]
    words = dict(WORDS.findall(strings.partition("groups:")[0]))
    signs = {"Escape": "Esc", "ArrowUp": "↑", "ArrowDown": "↓"}
    rows = []
    for action, key, rest in SHORTCUT.findall(table):
        caps = [cap for cap, held in (("Ctrl", "mod"), ("Alt", "alt"), ("Shift", "shift")) if f"{held}: true" in rest]
        rows.append(f"| `{' '.join([*caps, signs.get(key, key.upper())])}` | {words[action]} |")
    guide = (ROOT / "docs" / "guides" / "web-chat.md").read_text(encoding="utf-8")
    assert guide.partition("| Keys | |\n|---|---|\n")[2].partition("\n\n")[0].splitlines() == rows
