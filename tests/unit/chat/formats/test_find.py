"""Formats are found from the text of chat templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from minerva.chat.default import DEFAULT_TEMPLATE
from minerva.chat.formats.find import find
from tests.unit.chat.formats.recorded import RECORDED, Recorded

FOLDER = Path(__file__).parents[5] / "shared" / "chat-templates"
EXPECTED = {
    "Apertus-8B-Instruct": "apertus",
    "Apriel-1.6-15b-Thinker-fixed": "apriel",
    "ByteDance-Seed-OSS": "seed-oss",
    "CohereForAI-c4ai-command-r-plus-tool_use": "command-action",
    "CohereForAI-c4ai-command-r7b-12-2024-tool_use": "command-tokens",
    "GLM-4.6": "glm",
    "GLM-4.7-Flash": "glm-4.7",
    "GigaChat3-10B-A1.8B": "gigachat-header",
    "GigaChat3.1-10B-A1.8B": "gigachat",
    "HuggingFaceTB-SmolLM3-3B": "generic",
    "Kimi-K2-Thinking": "kimi-k2",
    "Kimi-K3": "kimi-k3",
    "LFM2-8B-A1B": "lfm2",
    "MiniMax-M1": "minimax-m1",
    "MiniMax-M2": "minimax-m2",
    "MiniMax-M3": "minimax-m3",
    "Mistral-Small-3.2-24B-Instruct-2506": "mistral-ids",
    "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": "qwen3-coder",
    "NVIDIA-Nemotron-Nano-v2": "nemotron",
    "NousResearch-Hermes-3-Llama-3.1-8B-tool_use": "hermes",
    "Qwen-Qwen3-0.6B": "hermes",
    "Qwen3-Coder": "qwen3-coder",
    "Qwen3.5-4B": "qwen3-coder",
    "Spark2.5": "glm-4.7",
    "deepseek-ai-DeepSeek-V3.1": "deepseek-v3.1",
    "deepseek-ai-DeepSeek-V3.2": "dsml",
    "deepseek-ai-DeepSeek-V4": "dsml",
    "fireworks-ai-llama-3-firefunction-v2": "functools",
    "google-gemma-2-2b-it": "generic",
    "google-gemma-4-31B-it": "gemma-4",
    "ibm-granite-granite-3.3-2B-Instruct": "granite",
    "ibm-granite-granite-4.0": "hermes",
    "inclusionai-ling-3.0-flash": "glm",
    "llama-cpp-deepseek-r1": "deepseek-r1",
    "llama-cpp-rwkv-world": "generic",
    "meetkai-functionary-medium-v3.1": "functionary-v3.1",
    "meetkai-functionary-medium-v3.2": "functionary-v3.2",
    "meta-llama-Llama-3.2-3B-Instruct": "llama-3",
    "microsoft-Phi-3.5-mini-instruct": "generic",
    "mistralai-Ministral-3-14B-Reasoning-2512": "mistral",
    "mistralai-Mistral-Nemo-Instruct-2407": "mistral-list",
    "muse-glimmer": "muse",
    "openai-gpt-oss-120b": "harmony",
    "openbmb-MiniCPM5-1B": "minicpm",
    "poolside-Laguna-S-2.1": "glm-4.7",
    "tencent-Hy3": "hunyuan",
    "upstage-Solar-Open-100B": "solar",
}


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no collection of chat templates here")
@pytest.mark.parametrize(("name", "expected"), EXPECTED.items())
def test_published_templates(name: str, expected: str) -> None:
    assert find((FOLDER / f"{name}.jinja").read_text(encoding="utf-8")).name == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (DEFAULT_TEMPLATE, "generic"),
        ("{{ '<tool_call>\\n{\"name\": ' }}", "hermes"),
        ("<tool_call>\n<function=f>\n<parameter=p>", "qwen3-coder"),
        ("[TOOL_CALLS]", "mistral-list"),
        ("[TOOL_CALLS]name[ARGS]", "mistral"),
        ("'<|tool|>' + tools + '<|/tool|>'", "phi"),
        ("<start_function_call>call:", "function-gemma"),
        ("```tool_code", "gemma-3"),
        ("<|python_tag|>", "llama-3"),
    ],
)
def test_signs(template: str, expected: str) -> None:
    assert find(template).name == expected


def test_a_suffix_that_the_template_sets_is_part_of_every_tag() -> None:
    found = find("{% set tag = ':x' %}{% set begin = '<tool_calls{}>'.format(tag) %}")
    assert found.triggers == ("<tool_calls:x>",)


def test_every_format_is_recorded_and_documented() -> None:
    recorded = {one.call_format.name for one in RECORDED}
    page = (Path(__file__).parents[4] / "docs" / "concepts" / "tools.md").read_text(encoding="utf-8")
    lines = (line.partition(":")[0] for line in page.splitlines() if line.startswith("- `"))
    assert {name for line in lines for name in re.findall(r"`([a-z0-9.-]+)`", line)} == recorded
    assert set(EXPECTED.values()) < recorded


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda one: one.call_format.name)
def test_formats_name_all_their_control_tokens(recorded: Recorded) -> None:
    """Whatever in an answer may be a control token is in one of the texts that have to be shown."""
    call_format = recorded.call_format
    shown = "".join([*call_format.triggers, *call_format.marks, call_format.example])
    tokens = set(re.findall(r"<[|\uff5c][^<>]*?[|\uff5c]>|\[[A-Z_]+\]", recorded.answer))
    assert {token for token in tokens if token not in shown} == set()
