"""Thread counts from what the kernel says."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from minerva.core.model import LoadOptions, MemoryPlan, ModelSpec, Tuning
from minerva.engine.threads import Threads, best_thread_count, cgroup_quota, most_threads, threads_for


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


TUNING = Tuning(threads=5, threads_batch=7, batch_tokens=None, usual_threads=best_thread_count(), gpu_layers=0)


def spec(tuning: Tuning | None = None, **options: int) -> ModelSpec:
    return ModelSpec(
        name="a",
        paths=("a.gguf",),
        context_length=512,
        kv_cells=512,
        gpu_layers=0,
        options=LoadOptions(**options),  # type: ignore[arg-type]  # the fields are named below
        memory=MemoryPlan(0, 0, 0),
        tuning=None if tuning is None else tuning.without(LoadOptions(**options)),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("options", "tuning", "threads"),
    [
        ({}, None, Threads(best_thread_count(), best_thread_count())),
        ({"threads": 3}, None, Threads(3, 3)),
        ({"threads": 3, "threads_batch": 4}, None, Threads(3, 4)),
        ({"threads_batch": 4}, None, Threads(best_thread_count(), 4)),
        ({}, TUNING, Threads(5, 7, tuned=True)),
        ({"threads": 3}, TUNING, Threads(3, 3)),
        ({"threads_batch": 4}, TUNING, Threads(5, 4, tuned=True)),
    ],
)
def test_what_is_set_stands_above_what_was_tuned(
    options: dict[str, int], tuning: Tuning | None, threads: Threads
) -> None:
    assert threads_for(spec(tuning, **options)) == threads


def test_a_quota_that_has_changed_takes_tuned_threads_back() -> None:
    usual = best_thread_count()
    elsewhere = msgspec.structs.replace(TUNING, usual_threads=usual + 1)
    assert threads_for(spec(elsewhere)) == Threads(usual, usual)


def test_hyper_threads_within_the_quota_may_be_of_use(tmp_path: Path) -> None:
    allowed = len(os.sched_getaffinity(0))
    assert most_threads(tmp_path) == allowed
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert most_threads(tmp_path) == 1
