"""Streams have the form that they had when they were last recorded, and official clients have a type for each event."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests.integration.server.live import live_server
from tests.snapshots.cases import CASES, Case
from tests.snapshots.clients import strange
from tests.snapshots.form import text_of
from tests.snapshots.record import LOAD, SERVER, Recording, record
from tests.snapshots.store import FOLDER, path_of

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    with live_server(tmp_path_factory.mktemp("models"), SERVER, load=LOAD) as server:
        return {recording.case.name: recording for recording in record(server, CASES)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_stream_has_the_form_that_was_recorded(recordings: dict[str, Recording], case: Case) -> None:
    path = path_of(case)
    said, now = path.read_text(encoding="utf-8").splitlines(), text_of(recordings[case.name]).splitlines()
    difference = "\n".join(difflib.unified_diff(said, now, _relative(path), "this run", lineterm=""))
    if difference:
        pytest.fail(f"{difference}\n\nIf this is meant: python -m tests.snapshots", pytrace=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_official_client_has_a_type_for_each_event(recordings: dict[str, Recording], case: Case) -> None:
    assert strange(recordings[case.name]) == []


def test_every_file_is_of_a_case() -> None:
    assert sorted(FOLDER.rglob("*.txt")) == sorted(path_of(case) for case in CASES)


def _relative(path: Path) -> str:
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()
