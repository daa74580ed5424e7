"""Make this checkout ready to run: `python3 -m tools.setup [--dev]`. Needs Python 3.11 or newer and nothing else.

This file alone is also read by older Pythons, so that they can say so: keep newer syntax out of it.
"""

import sys


def main() -> int:
    """Check the interpreter, then hand over to the real thing."""
    if sys.version_info < (3, 11):
        found = "%d.%d" % sys.version_info[:2]  # noqa: UP031 - an f-string is a syntax error where this matters
        sys.stderr.write(
            "Minerva needs Python 3.11 or newer; this is Python " + found + " (" + sys.executable + ").\n"
            "Install a newer one, or name it: make run PYTHON=python3.12\n"
        )
        return 1
    from tools.bootstrap.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
