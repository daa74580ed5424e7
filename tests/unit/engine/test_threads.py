"""Thread counts from what the kernel says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from minerva.engine.threads import best_thread_count, cgroup_quota


def test_a_cgroup_v2_quota_is_read_in_cores(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert cgroup_quota(tmp_path) == 1.5


def test_a_cgroup_v1_quota_is_read_in_cores(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("400000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert cgroup_quota(tmp_path) == 4.0


@pytest.mark.parametrize("text", ["max 100000", "nonsense", ""])
def test_no_quota_is_no_quota(tmp_path: Path, text: str) -> None:
    (tmp_path / "cpu.max").write_text(text)
    assert cgroup_quota(tmp_path) is None


def test_a_quota_below_one_core_still_gives_a_thread(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert best_thread_count(cgroup_root=tmp_path) == 1


def test_hyper_threads_count_once(tmp_path: Path) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    for cpu in allowed:
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text("0-1\n")
    assert best_thread_count(cpu_root=tmp_path, cgroup_root=tmp_path / "none") == 1
