from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from minerva.core.message import Message
from minerva.core.model import LoadedModel, MemoryPlan, ModelFile
from minerva.core.preset import Preset
from minerva.core.request import FOREVER
from minerva.core.sampling import SamplingOptions
from minerva.models.gguf import read_header
from minerva.models.scan import scan
from minerva.server.ollama.describe import count_text, listed, running, shown, tagged
from minerva.server.ollama.model_answers import OllamaModelAnswer
from minerva.server.ollama.modelfile import Modelfile, parse_modelfile
from minerva.wire.messages import EngineStats
from minerva.workers.pool import Loaded
from tests.unit.models.headers import LLAMA, gguf_bytes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEMPLATE = "{% if tools %}{{ tools }}{% endif %}{{ '<think>' if enable_thinking }}"
LOADED = Loaded(
    model=LoadedModel(
        name="small",
        context_length=512,
        kv_cells=512,
        max_sequences=4,
        vocabulary=3,
        threads=1,
        device="CPU",
        gpu_layers=0,
        chat_template=None,
        bos="",
        eos="",
        sampling=SamplingOptions(),
        memory=MemoryPlan(100, 20, 3, device_bytes=50),
        load_s=0.1,
        pid=1,
    ),
    state="ready",
    progress=1.0,
    active=0,
    expires_s=60.0,
    keep_alive_s=300.0,
    restarts=0,
    stats=EngineStats(),
    resident_bytes=0,
)


def file_of(folder: Path, **metadata: Any) -> ModelFile:
    keys = {key.replace("__", "."): value for key, value in metadata.items()}
    (folder / "small.gguf").write_bytes(gguf_bytes({**LLAMA, **keys}))
    [file] = scan([folder]).models
    return file


def show(file: ModelFile, preset: Preset | None = None, *, verbose: bool = False) -> OllamaModelAnswer:
    return shown(file, read_header(file.paths[0]), preset, verbose=verbose)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (260_032, "260K"),
        (1_000_000, "1M"),
        (134_515_008, "134.52M"),
        (7_000_000_000, "7B"),
        (7_241_732_096, "7.2B"),
    ],
)
def test_counts_read_as_ollamas(count: int, text: str) -> None:
    assert count_text(count) == text


def test_names_have_a_tag() -> None:
    assert tagged("a/small") == "a/small:latest"
    assert tagged("small:1b") == "small:1b"


def test_a_model_is_listed_with_a_stable_digest(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    one = listed(file)
    assert (one.name, one.model, one.size) == ("small:latest", "small:latest", file.size_bytes)
    assert one.modified_at.timestamp() == pytest.approx(file.modified_s)
    assert (one.details.family, one.details.families, one.details.format) == ("llama", ["llama"], "gguf")
    assert one.details.parameter_size == count_text(file.parameters)
    assert one.details.quantization_level == file.quantisation
    assert len(bytes.fromhex(one.digest)) == 32
    assert listed(file).digest == one.digest
    changed = msgspec.structs.replace(file, modified_s=file.modified_s + 1)
    assert listed(changed).digest != one.digest


def test_a_model_is_shown_with_header_template_and_parameters(tmp_path: Path) -> None:
    sampling = {"general__sampling__temp": 0.25, "general__sampling__top_k": 7}
    file = file_of(tmp_path, tokenizer__chat_template=TEMPLATE, general__license="mit", **sampling)
    answer = show(file)
    assert answer.template == TEMPLATE
    assert answer.license == "mit"
    assert [line.split() for line in answer.parameters.splitlines()] == [["temperature", "0.25"], ["top_k", "7"]]
    lines = answer.modelfile.splitlines()
    assert f"FROM {file.paths[0]}" in lines
    assert f'TEMPLATE """{TEMPLATE}"""' in lines
    assert "PARAMETER temperature 0.25" in lines
    assert answer.model_info["general.architecture"] == "llama"
    assert answer.model_info["llama.context_length"] == 1024
    assert answer.model_info["general.parameter_count"] == file.parameters
    assert "tokenizer.chat_template" not in answer.model_info


def test_a_preset_is_shown_as_what_it_adds_to_the_model(tmp_path: Path) -> None:
    sampling = {"general__sampling__temp": 0.25, "general__sampling__top_k": 7}
    file = file_of(tmp_path, tokenizer__chat_template=TEMPLATE, general__license="mit", **sampling)
    preset = Preset(
        name="mario",
        model="small",
        system="You are Mario.",
        messages=(Message("user", "Who?"), Message("assistant", "Me!")),
        sampling=SamplingOptions(temperature=1.5),
        stop=("x", " y"),
        license="ours",
        modified_s=12.0,
    )
    answer = show(file, preset)
    assert [line.split(maxsplit=1) for line in answer.parameters.splitlines()] == [
        ["top_k", "7"],
        ["temperature", "1.5"],
        ["stop", '"x"'],
        ["stop", '" y"'],
    ]
    assert (answer.system, answer.license, answer.details.parent_model) == ("You are Mario.", "ours", "small")
    assert isinstance(answer.messages, list)
    assert [(message.role, message.content) for message in answer.messages] == [("user", "Who?"), ("assistant", "Me!")]
    assert answer.modified_at.timestamp() == 12
    assert parse_modelfile(answer.modelfile) == Modelfile(
        model="small",
        template=TEMPLATE,
        system="You are Mario.",
        parameters=(("temperature", "1.5"), ("stop", "x"), ("stop", " y")),
        messages=(("user", "Who?"), ("assistant", "Me!")),
        license=("ours",),
    )
    assert (show(file).system, show(file).details.parent_model) == (msgspec.UNSET, "")


def test_long_arrays_and_tensors_are_for_those_who_ask(tmp_path: Path) -> None:
    file = file_of(tmp_path, llama__sections=[1, 2, 3], llama__long=list(range(9)))
    brief, full = show(file), show(file, verbose=True)
    assert brief.model_info["llama.long"] == []
    assert brief.model_info["llama.sections"] == [1, 2, 3]
    assert brief.tensors is msgspec.UNSET
    assert full.model_info["llama.long"] == list(range(9))
    assert isinstance(full.tensors, list)
    assert [(tensor.name, tensor.type, tensor.shape) for tensor in full.tensors] == [
        ("token_embd.weight", "F32", [64, 3]),
        ("output.weight", "Q4_0", [64, 3]),
    ]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, ["completion"]),
        ({"tokenizer__chat_template": "{{ messages }}"}, ["completion"]),
        ({"tokenizer__chat_template": "{{ tools }}"}, ["completion", "tools"]),
        ({"tokenizer__chat_template": TEMPLATE}, ["completion", "tools", "thinking"]),
        ({"llama__pooling_type": 1, "tokenizer__chat_template": "{{ tools }}"}, ["embedding"]),
        ({"llama__pooling_type": 4}, ["rerank"]),
    ],
    ids=["no template", "plain", "tools", "thinking", "embeddings only", "a reranker"],
)
def test_capabilities_are_read_from_header_and_template(
    tmp_path: Path, metadata: dict[str, Any], expected: list[str]
) -> None:
    assert show(file_of(tmp_path, **metadata)).capabilities == expected


def test_a_running_model_has_its_memory_and_its_file(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    one = running(LOADED, file, NOON)
    assert (one.name, one.size, one.size_vram, one.context_length) == ("small:latest", 123, 50, 512)
    assert (one.digest, one.details) == (listed(file).digest, listed(file).details)
    gone = running(LOADED, None, NOON)
    assert (gone.name, gone.details.family) == ("small:latest", "")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, NOON + timedelta(seconds=60)),
        ({"expires_s": None, "active": 1}, NOON + timedelta(seconds=300)),
        ({"expires_s": None, "state": "loading"}, NOON + timedelta(seconds=300)),
        ({"expires_s": None, "state": "stopping"}, NOON - timedelta(seconds=1)),
    ],
    ids=["idle", "busy", "loading", "stopping"],
)
def test_expiry_is_a_time(changes: dict[str, Any], expected: datetime) -> None:
    assert running(msgspec.structs.replace(LOADED, **changes), None, NOON).expires_at == expected


@pytest.mark.parametrize("keep_alive_s", [FOREVER, 1e300])
def test_for_ever_is_a_time_too(keep_alive_s: float) -> None:
    loaded = msgspec.structs.replace(LOADED, expires_s=None, keep_alive_s=keep_alive_s)
    assert running(loaded, None, NOON).expires_at - NOON > timedelta(days=20 * 365)


def test_a_far_expiry_of_an_idle_model_is_a_time_too() -> None:
    loaded = msgspec.structs.replace(LOADED, expires_s=1e300)
    assert running(loaded, None, NOON).expires_at - NOON > timedelta(days=20 * 365)
