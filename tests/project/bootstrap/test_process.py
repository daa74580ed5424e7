import os
import sys
from pathlib import Path

import pytest

from tools.bootstrap import process
from tools.bootstrap.errors import CommandFailed

PARENT_AND_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_every_line_is_seen_and_kept(tmp_path: Path) -> None:
    lines: list[str] = []
    process.run("Counting", _python("for i in range(300): print(i)"), tmp_path / "log", watch=lines.append)
    assert lines == [str(i) for i in range(300)]
    assert (tmp_path / "log").read_text().endswith("299\n")


def test_a_failure_shows_the_end_of_the_output_and_where_the_rest_is(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed) as failure:
        process.run("Trying", _python("print('first', 'x' * 999); raise SystemExit('the reason')"), tmp_path / "log")
    message = str(failure.value)
    assert message.startswith("Trying failed.")
    assert "the reason" in message
    assert str(tmp_path / "log") in message
    assert "x" * 300 not in message


def test_added_variables_arrive_and_harmful_ones_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    lines: list[str] = []
    code = "import os; print(os.environ.get('PYTHONPATH'), os.environ['COLOUR'])"
    process.run("Looking", _python(code), tmp_path / "log", watch=lines.append, COLOUR="green")
    assert lines == ["None green"]


@pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX signals to look for the child")
def test_an_interrupt_ends_what_the_program_started_too(tmp_path: Path) -> None:
    children: list[int] = []

    def interrupt(line: str) -> None:
        children.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        process.run("Waiting", _python(PARENT_AND_CHILD), tmp_path / "log", watch=interrupt)
    assert not _runs(children[0])


def _runs(pid: int) -> bool:
    """A killed child whose new parent has not collected it yet counts as ended."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").exists()
