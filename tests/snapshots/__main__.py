"""Record all streams anew, on the model that ships: `python -m tests.snapshots`. `git diff` says what changed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.integration.server.live import live_server
from tests.snapshots.cases import CASES
from tests.snapshots.form import text_of
from tests.snapshots.record import LOAD, SERVER, record
from tests.snapshots.store import FOLDER, path_of


def main() -> None:
    """Record, write, and remove the files of cases that are no more."""
    with tempfile.TemporaryDirectory() as models, live_server(Path(models), SERVER, load=LOAD) as server:
        recordings = record(server, CASES)
    wanted = {path_of(recording.case): text_of(recording) for recording in recordings}
    for path in set(FOLDER.rglob("*.txt")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(wanted)} streams recorded in {FOLDER}\n")


if __name__ == "__main__":
    main()
