from __future__ import annotations

from pathlib import Path

import pytest

from minerva.cli.doctor.engine import engine_findings, read_cpu_flags, thread_findings
from minerva.cli.doctor.finding import Finding
from minerva.cli.doctor.machine import folder_findings, memory_finding, model_findings
from minerva.cli.doctor.port import Occupant, port_findings
from minerva.core.model import Device, InvalidFile, ModelFile
from minerva.models.scan import ScanResult
from minerva.wire.about import EngineAbout

GIB = 2**30


def about(
    features: tuple[str, ...] = ("AVX2",),
    quota: float | None = None,
    threads: int = 4,
    devices: tuple[Device, ...] = (),
) -> EngineAbout:
    return EngineAbout(
        binding="1.2.3", features=features, threads=threads, allowed_cpus=4, quota_cores=quota, devices=devices
    )


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level for finding in findings]


def test_a_build_for_this_cpu_is_fine() -> None:
    assert levels(engine_findings(about(), frozenset({"avx2", "mmx"}))) == ["ok", "ok"]


def test_a_build_for_a_lesser_cpu_is_a_warning() -> None:
    findings = engine_findings(about(), frozenset({"avx2", "avx512f"}))
    assert levels(findings) == ["ok", "warning", "ok"]
    assert "AVX512" in findings[1].text


def test_a_system_that_lists_no_features_is_not_judged() -> None:
    assert levels(engine_findings(about(features=()), frozenset())) == ["ok", "ok"]


def test_every_gpu_is_listed_with_its_memory() -> None:
    gpu = Device("CUDA0", "Some GPU", 6 * GIB, 8 * GIB)
    assert engine_findings(about(devices=(gpu,)), frozenset())[-1].text == "CUDA0 Some GPU: 6 GiB of 8 GiB free"


@pytest.mark.parametrize(
    ("quota", "configured", "level"),
    [(None, None, "ok"), (None, 4, "ok"), (None, 8, "warning"), (2.0, 4, "warning"), (0.5, 1, "ok")],
)
def test_more_threads_than_cores_are_a_warning(quota: float | None, configured: int | None, level: str) -> None:
    assert levels(thread_findings(about(quota=quota), configured)) == [level]


def test_cpu_flags_are_read_where_there_are_some(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor : 0\nflags\t\t: fpu avx2\nprocessor : 1\nflags : other\n")
    assert read_cpu_flags(tmp_path / "cpuinfo") == {"fpu", "avx2"}
    assert read_cpu_flags(tmp_path / "nothing") == frozenset()


def test_little_memory_is_a_warning() -> None:
    assert memory_finding(8 * GIB, 16 * GIB).level == "ok"
    assert memory_finding(GIB - 1, 16 * GIB).level == "warning"


def test_folders_are_judged(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert levels(folder_findings([tmp_path, tmp_path / "none", tmp_path / "file"])) == ["ok", "warning", "problem"]


def test_models_parts_and_bad_files_are_told_apart() -> None:
    model = ModelFile(name="m", paths=("m.gguf",), kind="model", size_bytes=1, modified_s=0)
    part = ModelFile(name="p", paths=("p.gguf",), kind="projector", size_bytes=1, modified_s=0)
    findings = model_findings(ScanResult((model, part), (InvalidFile("b.gguf", "it is empty"),)))
    assert [finding.text for finding in findings] == [
        "1 found: m",
        "Parts of models: p (projector)",
        "b.gguf cannot be used: it is empty",
    ]
    assert levels(findings) == ["ok", "ok", "warning"]
    assert levels(model_findings(ScanResult())) == ["warning"]


@pytest.mark.parametrize(
    ("occupant", "level", "words"),
    [
        (Occupant("nobody"), "ok", "minerva serve"),
        (Occupant("minerva", "version 1", 200), "ok", "version 1"),
        (Occupant("minerva", status=401), "warning", "API key"),
        (Occupant("ollama", "ollama, pid 7"), "problem", "Ollama listens at URL (ollama, pid 7)"),
        (Occupant("other"), "problem", "Another program"),
    ],
)
def test_whoever_has_the_port_is_named(occupant: Occupant, level: str, words: str) -> None:
    (finding,) = port_findings(occupant, "URL")
    assert finding.level == level
    assert words in finding.text
    assert bool(finding.advice) == (level != "ok")
