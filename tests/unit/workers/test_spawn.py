import pytest

from minerva.workers.spawn import describe_exit


@pytest.mark.parametrize(
    ("returncode", "words"),
    [
        (0, "exited with code 0"),
        (3, "exited with code 3"),
        (0xC0000005, "exited with code 0xc0000005"),
        (None, "has not ended"),
    ],
)
def test_exit_codes_in_words(returncode: int | None, words: str) -> None:
    assert describe_exit(returncode) == words


def test_signals_by_name() -> None:
    assert describe_exit(-6) == "was killed by SIGABRT"
    assert describe_exit(-250) == "was killed by signal 250"
    assert describe_exit(-9).startswith("was killed by SIGKILL (often the system's answer to a lack of memory")
