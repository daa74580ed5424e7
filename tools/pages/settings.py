"""The page of settings, from the schema in `minerva.settings`."""

import inspect
from itertools import groupby

from minerva.settings.keys import Key, expected, keys, show
from minerva.settings.schema import Settings
from tools.pages.markdown import code, table

INTRODUCTION = """\
# Settings

A setting comes from a flag, else from its environment variable, else from the settings file, else it has its default.
`minerva doctor` prints where that file is. An unknown key, or a value out of range, is an error that names the file and
the line. The same setting, three times:

```toml
[server]
port = 8080
```

```sh
MINERVA_SERVER_PORT=8080 minerva serve
minerva serve --port 8080
```
"""


def page() -> str:
    """Return the page: a table per section."""
    sections = groupby(keys().values(), key=lambda key: key.section)
    return "\n".join([INTRODUCTION, *(_section(name, list(rows)) for name, rows in sections)])


def _section(name: str, rows: list[Key]) -> str:
    about = inspect.getdoc(type(getattr(Settings(), name))) or ""
    head = ["Key", "Default", "Values", "Meaning", "Variable"]
    return f"## `[{name}]`\n\n{about}\n\n{table(head, map(_row, rows))}"


def _row(key: Key) -> list[str]:
    name = key.name.removeprefix(f"{key.section}.")
    default = show(key, key.default)
    default = default if default == "unset" else code(default)
    return [code(name), default, expected(key), key.description, code(key.variable)]
