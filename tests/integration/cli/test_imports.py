"""What a command imports, it pays for at every start."""

from __future__ import annotations

import json
import subprocess
import sys

SLOW = {"httpx", "fastapi", "pydantic", "uvicorn", "structlog", "rich", "jinja2", "numpy", "psutil"}


def imported_by(statement: str) -> set[str]:
    code = f"import sys, json; {statement}; json.dump(sorted(sys.modules), sys.stdout)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return set(json.loads(done.stdout))


def test_the_command_line_itself_imports_nothing_slow() -> None:
    assert SLOW & imported_by("import minerva.cli.main") == set()


def test_serving_imports_no_client() -> None:
    assert {"httpx", "minerva.cli.client", "numpy"} & imported_by("import minerva.cli.serve") == set()


def test_asking_a_server_imports_no_server() -> None:
    assert {"fastapi", "pydantic", "uvicorn", "structlog"} & imported_by("import minerva.cli.models") == set()
    assert {"fastapi", "pydantic", "uvicorn", "structlog"} & imported_by("import minerva.cli.run") == set()
