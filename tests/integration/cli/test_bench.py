from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.program import minerva


def test_bench_speaks_llama_benchs_terms_without_a_server(home: Path) -> None:
    done = minerva(home, "bench", "tiny", "-p", "32", "-n", "16", "-r", "3", "--json")
    assert done.returncode == 0, done.stderr
    prompt, answer = json.loads(done.stdout)
    assert (prompt["n_prompt"], prompt["n_gen"]) == (32, 0)
    assert (answer["n_prompt"], answer["n_gen"]) == (0, 16)
    for row in (prompt, answer):
        assert len(row["samples_ts"]) == 3
        assert row["avg_ts"] == pytest.approx(sum(row["samples_ts"]) / 3)
        assert row["stddev_ts"] >= 0
        assert row["model_n_params"] > 0


def test_a_default_that_does_not_fit_the_window_is_reduced_and_named(home: Path) -> None:
    done = minerva(home, "bench", "tiny", "-r", "1")
    assert "pp510" in done.stdout
    assert "tg128" in done.stdout
    assert "±" in done.stdout


def test_a_test_is_skipped_with_zero_tokens(home: Path) -> None:
    rows = json.loads(minerva(home, "bench", "tiny", "-p", "0", "-n", "4", "-r", "1", "--json").stdout)
    assert [row["n_gen"] for row in rows] == [4]


@pytest.mark.parametrize(
    ("arguments", "words"), [(("tiny", "-p", "600"), "512"), (("nobody",), "nobody"), (("tiny", "-r", "0"), "-r")]
)
def test_what_cannot_be_measured_is_said(home: Path, arguments: tuple[str, ...], words: str) -> None:
    done = minerva(home, "bench", *arguments)
    assert done.returncode in {1, 2}
    assert words in done.stderr
