"""Write `web/src/lib/api/openapi.d.ts`, which git does not keep: `python -m tools.web_types`.

The types of the server's own API, by openapi-typescript from the OpenAPI document. No server runs for it. The page is
built without them: they are for the type checker.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.bootstrap.errors import SetupError
from tools.bootstrap.node import ensure_node
from tools.bootstrap.places import find_places
from tools.bootstrap.report import Report
from tools.pages.document import document

PREFIX = "/api/minerva/v1/"
NOTICE = "// Generated from the server's code by `python -m tools.web_types`. Change the code, not this file.\n\n"
_SCHEMA = re.compile(r'"#/components/schemas/([^"]+)"')


def main() -> int:
    """Write the file; return the exit status."""
    web = find_places().root / "web"
    target = web / "src" / "lib" / "api" / "openapi.d.ts"
    try:
        text = NOTICE + types(own_part(document()), web)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    target.write_text(text, encoding="utf-8", newline="\n")
    return 0


def own_part(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with the paths of the server's own API alone, and the schemas that these need."""
    paths = {path: operations for path, operations in whole["paths"].items() if path.startswith(PREFIX)}
    schemas: dict[str, Any] = whole["components"]["schemas"]
    needed, new = set[str](), _names(paths)
    while new:
        needed |= new
        new = {name for known in new for name in _names(schemas[known])} - needed
    kept = {name: schema for name, schema in schemas.items() if name in needed}
    return {**whole, "paths": paths, "components": {"schemas": kept}}


def _names(part: object) -> set[str]:
    return set(_SCHEMA.findall(json.dumps(part)))


def types(described: Mapping[str, Any], web: Path) -> str:
    """Return TypeScript for a document."""
    node = ensure_node(find_places(), Report())
    program = shutil.which("node", path=node.path)
    command = web / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    if program is None or not command.is_file():
        raise SetupError(f"There is no {command}. Run: make setup-dev")
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "openapi.json", Path(folder) / "openapi.d.ts"
        given.write_text(json.dumps(described), encoding="utf-8")
        done = subprocess.run(
            [program, command, given, "--output", made], capture_output=True, text=True, check=False, cwd=web
        )
        if done.returncode != 0:
            raise SetupError(f"openapi-typescript failed:\n{done.stdout}{done.stderr}")
        return made.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
