"""Every check in order, and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil

from minerva import __version__
from minerva.cli import codes
from minerva.cli.compose import service_settings
from minerva.cli.doctor.engine import ask_engine, engine_findings, read_cpu_flags, thread_findings
from minerva.cli.doctor.finding import Finding, problem
from minerva.cli.doctor.machine import (
    folder_findings,
    memory_finding,
    model_findings,
    python_finding,
    settings_findings,
    tuned_findings,
)
from minerva.cli.doctor.port import port_findings, probe
from minerva.cli.terminal import say, say_json, visible
from minerva.core.errors import SettingsError
from minerva.models import starter
from minerva.models.memory import available
from minerva.models.scan import scan
from minerva.server.options import local_url
from minerva.settings.keys import keys
from minerva.settings.paths import find_paths
from minerva.settings.schema import Settings
from minerva.settings.settings import DEFAULT, Resolved, model_folders, resolve
from minerva.settings.sources import Given

MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


def doctor(config: Path | None, flags: Sequence[Given], *, as_json: bool) -> int:
    """Check everything, print what was found, and return the exit code: 1 if there is a problem."""
    findings = examine(config, flags)
    count = Counter(finding.level for finding in findings)
    if as_json:
        say_json({"findings": findings, "problems": count["problem"], "warnings": count["warning"]})
    else:
        for finding in findings:
            say(f"{MARKS[finding.level]}  {finding.area:<9} {visible(finding.text)}")
            if finding.advice:
                say(f"{'':<19}→ {finding.advice}")
        say(f"\n{count['problem']} problems, {count['warning']} warnings")
    return codes.PROBLEM if count["problem"] else codes.OK


def examine(config: Path | None, flags: Sequence[Given]) -> list[Finding]:
    """Return all findings. Wrong settings are one of them; the other checks then go by the defaults."""
    findings = [python_finding(__version__)]
    try:
        resolved = resolve(config, flags)
        findings += settings_findings(resolved, find_paths())
    except SettingsError as error:
        findings.append(problem("settings", error.message, "correct it; nothing starts before that"))
        resolved = Resolved(Settings(), dict.fromkeys(keys(), DEFAULT), None)
    settings = resolved.settings
    about = ask_engine()
    if isinstance(about, Finding):
        findings.append(about)
    else:
        findings += engine_findings(about, read_cpu_flags())
        findings += thread_findings(about, settings.engine.threads)
    findings.append(memory_finding(available(), psutil.virtual_memory().total))
    folders = model_folders(settings)
    findings += folder_findings(folders)
    found = scan([folder for folder in folders if folder.is_dir()], shipped=starter.PATH)
    findings += model_findings(found)
    service = service_settings(settings)
    findings += tuned_findings(found.models, service.tuned(), service.load)
    host, port = settings.server.host, settings.server.port
    return findings + port_findings(probe(host, port, settings.server.api_key), local_url(host, port))
