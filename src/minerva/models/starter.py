"""The starter model: a tiny one of our own that lies beside this file and ships with Minerva.

It is made by the programs in `starter/`, and is never changed or removed by Minerva itself.
"""

from __future__ import annotations

from pathlib import Path

NAME = "starter"
PATH = Path(__file__).with_name(f"{NAME}.gguf")
"""Where it lies. A package may have been made smaller without it: it is then not listed, and nothing stands in."""
