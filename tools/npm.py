"""npm in `web/`, with the Node that set-up uses: `python -m tools.npm run dev`."""

import os
import subprocess
import sys

from tools.bootstrap.errors import SetupError
from tools.bootstrap.node import ensure_node
from tools.bootstrap.places import find_places
from tools.bootstrap.report import Report


def main() -> int:
    """Run npm with the arguments of this program; return its exit status."""
    places = find_places()
    try:
        node = ensure_node(places, Report())
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    command = [*node.npm, "--prefix", str(places.root / "web"), *sys.argv[1:]]
    try:
        return subprocess.run(command, env={**os.environ, "PATH": node.path}, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
