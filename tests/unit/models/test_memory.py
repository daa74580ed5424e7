from pathlib import Path

import psutil
import pytest

from minerva.models.memory import available, cgroup_headrooms, cgroup_limits, total

MIB = 1 << 20


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


def v2(folder: Path, limit: str, usage_mib: int, file_mib: int = 0) -> None:
    stat = f"anon 1\ninactive_file {file_mib * MIB}\nactive_file 0\nshmem 5\nslab_reclaimable {MIB}\n"
    write(folder, memory__max=limit, memory__current=str(usage_mib * MIB), memory__stat=stat)


def test_some_memory_is_available() -> None:
    assert 0 < available() <= psutil.virtual_memory().total
    assert available() < total() <= psutil.virtual_memory().total


def test_the_limits_of_all_groups_above_count(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("0::/user/app\n")
    assert cgroup_limits(tmp_path / "own", tmp_path / "cg") == [1 << 60]
    v2(tmp_path / "cg" / "user" / "app", "max\n", usage_mib=600)
    v2(tmp_path / "cg" / "user", f"{500 * MIB}\n", usage_mib=301)
    v2(tmp_path / "cg", f"{900 * MIB}\n", usage_mib=301)
    assert sorted(cgroup_limits(tmp_path / "own", tmp_path / "cg")) == [500 * MIB, 900 * MIB]


def test_version_2_counts_page_cache_as_free(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("0::/user/app\n")
    v2(tmp_path / "cg" / "user" / "app", str(1000 * MIB), usage_mib=600, file_mib=399)
    assert cgroup_headrooms(tmp_path / "own", tmp_path / "cg") == [800 * MIB]


def test_a_limit_further_up_counts_too(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("0::/user/app\n")
    v2(tmp_path / "cg" / "user" / "app", "max\n", usage_mib=600)
    v2(tmp_path / "cg" / "user", f"{500 * MIB}\n", usage_mib=301)
    assert cgroup_headrooms(tmp_path / "own", tmp_path / "cg") == [200 * MIB]


def test_in_a_container_the_root_is_its_own_group(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("0::/docker/0123\n")
    v2(tmp_path / "cg", str(100 * MIB), usage_mib=41)
    assert cgroup_headrooms(tmp_path / "own", tmp_path / "cg") == [60 * MIB]


def test_version_1(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("5:cpu,cpuacct:/x\n4:memory:/app\n1:name=systemd:/\n")
    write(
        tmp_path / "cg" / "memory" / "app",
        memory__limit_in_bytes=str(100 * MIB),
        memory__usage_in_bytes=str(90 * MIB),
        memory__stat=f"cache 1\ntotal_inactive_file {20 * MIB}\ntotal_active_file {10 * MIB}\n",
    )
    write(
        tmp_path / "cg" / "memory",
        memory__limit_in_bytes="9223372036854771712",
        memory__usage_in_bytes=str(200 * MIB),
        memory__stat="",
    )
    assert cgroup_headrooms(tmp_path / "own", tmp_path / "cg") == [40 * MIB]


@pytest.mark.parametrize("own", ["", "garbage", "0::/", "0::/../../up\n", "\n\n:::\n"])
def test_no_limit(tmp_path: Path, own: str) -> None:
    (tmp_path / "own").write_text(own)
    assert cgroup_headrooms(tmp_path / "own", tmp_path / "cg") == [1 << 60]
    assert cgroup_headrooms(tmp_path / "missing", tmp_path / "cg") == [1 << 60]


def test_more_used_than_allowed(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("0::/\n")
    v2(tmp_path / "cg", str(10 * MIB), usage_mib=50)
    assert cgroup_headrooms(tmp_path / "own", tmp_path / "cg") == [0]
