"""A writer that is killed loses nothing that it said was kept, at whatever statement it dies."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.project.tree import ROOT

CYCLES = 100


@pytest.mark.skipif(sys.platform == "win32", reason="processes are neither forked nor killed like that there")
def test_a_hundred_killed_writers_lose_nothing() -> None:
    # In a process of its own, which has no threads when it forks.
    ran = subprocess.run(
        [sys.executable, "-m", "tests.integration.sessions.kill", "--cycles", str(CYCLES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "acknowledged writes, 0 lost; integrity_check ok 100 times of 100" in ran.stdout
