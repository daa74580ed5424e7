"""The page of errors, from `minerva.core.errors` and the OpenAI table of `minerva.server.errors`."""

import inspect

from minerva.core.errors import MinervaError, error_classes
from minerva.server.errors import OPENAI
from tools.pages.markdown import code, table

INTRODUCTION = """\
# Errors

Every error is one of these. Codes are stable; programs may rely on them. The column *OpenAI* has the status and the
code of that API, whose body is

```json
{"error": {"message": "…", "type": "…", "param": null, "code": "…"}}
```

with the error's facts beside these. Once a stream has begun, the same body arrives as an event and the stream ends.
"""


def page() -> str:
    """Return the page: the tree of errors as a table, parents first."""
    head = ["Class", "Code", "OpenAI", "Facts", "Meaning"]
    return f"{INTRODUCTION}\n{table(head, map(_row, error_classes()))}"


def _row(cls: type[MinervaError]) -> list[str]:
    depth = len([base for base in cls.__mro__ if issubclass(base, MinervaError)]) - 1
    row = next(OPENAI[base] for base in cls.__mro__ if base in OPENAI)
    facts = ", ".join(map(code, cls.facts))
    return [
        "&nbsp;" * 4 * depth + code(cls.__name__),
        code(cls.code),
        f"{row.status} {code(row.code)}",
        facts,
        inspect.cleandoc(cls.__doc__ or ""),
    ]
