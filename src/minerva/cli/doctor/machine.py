"""Python, memory, model folders and what is in them."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from minerva.cli.doctor.finding import Finding, ok, problem, warning
from minerva.core.model import LoadOptions, ModelFile
from minerva.core.units import format_size
from minerva.models.scan import ScanResult
from minerva.models.tuned import TunedFiles
from minerva.settings.keys import keys, show
from minerva.settings.paths import Paths
from minerva.settings.settings import DEFAULT, Resolved

TIGHT_BYTES = 2**30


def python_finding(version: str) -> Finding:
    """Report interpreter, Minerva's `version` and system; an interpreter that is too old does not get this far."""
    return ok(
        "python",
        f"Minerva {version} on {platform.python_implementation()} {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}",
    )


def memory_finding(available_bytes: int, total_bytes: int) -> Finding:
    """Judge the memory that models may use."""
    text = f"{format_size(available_bytes)} of {format_size(total_bytes)} may be used"
    if available_bytes < TIGHT_BYTES:
        return warning("memory", text, "close other programs, raise the cgroup's limit, or use small models")
    return ok("memory", text)


def folder_findings(folders: Sequence[Path]) -> list[Finding]:
    """Judge the folders that models are looked for in."""
    return [_folder_finding(folder) for folder in folders]


def model_findings(found: ScanResult) -> list[Finding]:
    """Report what was found in the folders, and each file that cannot be used."""
    names = [model.name for model in found.models if model.kind == "model"]
    others = [f"{model.name} ({model.kind})" for model in found.models if model.kind != "model"]
    if names:
        findings = [ok("models", f"{len(names)} found: {', '.join(names)}")]
    else:
        findings = [
            warning("models", "There is no model.", "put a *.gguf file into a model folder, or name one: --models DIR")
        ]
    if others:
        findings.append(ok("models", f"Parts of models: {', '.join(others)}"))
    findings += [
        warning("models", f"{file.path} cannot be used: {file.reason}", "download it again, or remove it")
        for file in found.invalid
    ]
    return findings


def tuned_findings(models: Sequence[ModelFile], files: TunedFiles, options: LoadOptions) -> list[Finding]:
    """Report what `minerva bench --tune` found, and for which model it does not hold any more."""
    findings = []
    for model in models:
        if (tuning := files.find(model)) is not None:
            held = ", ".join(f"{name} {value}" for name, value in tuning.without(options).values().items())
            findings.append(ok("tuned", f"{model.name}: {held or 'the settings decide'}"))
        elif files.is_stale(model):
            text = f"{model.name}: its file, this machine or the engine is not what it was when it was measured."
            findings.append(warning("tuned", text, f"measure again: minerva bench --tune {model.name}"))
    return findings


def settings_findings(resolved: Resolved, paths: Paths) -> list[Finding]:
    """Report the folders, the settings file, and every setting that is not at its default with where it was set."""
    file = f"read from {resolved.file}" if resolved.file else f"no file at {paths.config_file}"
    findings = [ok("paths", f"data in {paths.data}, cache in {paths.cache}"), ok("settings", file)]
    for key in keys().values():
        source = resolved.sources[key.name]
        if source != DEFAULT:
            value = getattr(getattr(resolved.settings, key.section), key.field)
            shown = "***" if key.name == "server.api_key" else show(key, value)
            findings.append(ok("settings", f"{key.name} = {shown} ({source})"))
    return findings


def _folder_finding(folder: Path) -> Finding:
    if not folder.exists():
        return warning(
            "folders", f"{folder} does not exist.", "create it, or name another: --models DIR, MINERVA_MODELS"
        )
    if not folder.is_dir():
        return problem("folders", f"{folder} is no folder.", "name the folder that holds the model files")
    if not os.access(folder, os.R_OK | os.X_OK):
        return problem("folders", f"{folder} cannot be read.", "give this user the right to read it")
    return ok("folders", str(folder))
