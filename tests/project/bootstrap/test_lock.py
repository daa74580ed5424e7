import subprocess
import sys
from pathlib import Path

import pytest

from tools.bootstrap.lock import FileLock, held_descriptors


class Blocked(Exception):
    pass


def _refuse() -> None:
    raise Blocked


def test_a_second_holder_waits(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock", _refuse), pytest.raises(Blocked), FileLock(tmp_path / "lock", _refuse):
        pass


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with FileLock(tmp_path / "lock", _refuse):
            assert len(held_descriptors()) == 1
    assert held_descriptors() == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no inherited locks")
def test_a_program_left_behind_keeps_the_lock_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waits_for_input = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with FileLock(path, _refuse):
        child = subprocess.Popen(waits_for_input, stdin=subprocess.PIPE, pass_fds=held_descriptors())
    waited: list[int] = []

    def end_child() -> None:
        waited.append(child.pid)
        child.communicate()

    with FileLock(path, end_child):
        assert waited
        assert child.returncode == 0
