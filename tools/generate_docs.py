"""Write `docs/reference` from the code, or with `--check` say which pages differ: `python -m tools.generate_docs`.

One function per page, in `tools/pages`; each returns Markdown and reads nothing but the code.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tools.pages import cli, compat, errors, parameters, routes, settings

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
NOTICE = "<!-- Generated from the code by `make docs-generate`. Change the code, not this page. -->\n\n"

PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli.page,
    "errors.md": errors.page,
    "parameters.md": parameters.page,
    "routes.md": routes.page,
    "settings.md": settings.page,
    **compat.pages(),
}


def main() -> int:
    """Write or check every page; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.generate_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page differs from the code")
    pages = {FOLDER / name: NOTICE + page().rstrip() + "\n" for name, page in PAGES.items()}
    if parser.parse_args().check:
        return check(pages)
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


def check(pages: dict[Path, str]) -> int:
    """Name the pages that are missing or differ; return the exit status."""
    stale = [path for path, text in pages.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path} differs from the code; run: make docs-generate", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
