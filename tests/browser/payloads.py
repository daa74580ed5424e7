"""Texts that try to be more than text."""

from __future__ import annotations

from pathlib import Path

CORPUS = Path(__file__).parents[2] / "web" / "src" / "lib" / "chat" / "payloads.testing.ts"
"""What the web chat's own tests try on the code that makes HTML; here a browser is what reads it."""
KINDS = ["scripts", "handlers", "foreign", "mutation", "addresses", "pictures", "pages", "code", "formulas"]
_SOURCES = [
    'graph TD; A["<img src=x onerror=pwned()>"] --> B["<script>pwned()</script>"]',
    '%%{init: {"securityLevel": "loose", "htmlLabels": true}}%%\n'
    'graph TD; A["<img src=x onerror=pwned()>"]; click A call pwned()',
    '---\nconfig:\n  securityLevel: loose\n---\ngraph TD\n  A[go]\n  click A href "javascript:pwned()" _self',
    'sequenceDiagram\n  participant A as <svg onload=pwned()>\n  A->>A: <iframe srcdoc="<script>pwned()</script>">',
    '%%{init: {"themeCSS": "*{fill:url(//evil.example/pwned)}</style><img src=x onerror=pwned()>"}}%%\n'
    "graph TD; A --> B",
]
DIAGRAMS = [f"```mermaid\n{source}\n```" for source in _SOURCES]
"""What a diagram might make the library do that draws it."""
DEEP = [
    ">" * 5000 + " quote",
    "\n".join("  " * depth + "- item" for depth in range(400)),
    "[" * 5000 + "x" + "](y)" * 5000,
    "![" * 3000,
    "**" * 5000 + "x",
    "_a*" * 5000,
    "<b>" * 5000 + "x",
    "<div>\n" * 3000,
    "`" * 5000 + "x",
    "$" + r"\frac{" * 1500 + "x" + "}{y}" * 1500 + "$",
    "$" + "{" * 5000 + "$",
    "|" * 3000 + "\n" + "|-" * 1500 + "|\n" + "|x" * 1500 + "|",
    "```" + "x" * 5000 + "\n" + "(" * 20_000,
    "a" * 200_000,
    "&lt;" * 20_000,
    "[x]: " * 3000,
]
"""Texts that whoever walks down them with a stack, or goes back again and again, does not survive."""
EVIL = '<img src=x onerror=pwned()><svg onload="pwned()">'
"""For names and titles: where it stands as HTML, it runs."""
