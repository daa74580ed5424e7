"""The page of errors, from `minerva.core.errors` and the tables of `minerva.server.errors`."""

import inspect

from minerva.core.errors import MinervaError, error_classes
from minerva.server.errors import ANTHROPIC, OLLAMA, OPENAI
from tools.pages.markdown import code, table

INTRODUCTION = """\
# Errors

Every error is one of these. Codes are stable; programs may rely on them. The column *OpenAI* has the status and the
code of that API, whose body is

```json
{"error": {"message": "…", "type": "…", "param": null, "code": "…"}}
```

with the error's facts beside these. The column *Anthropic* has the status and the type of that API, whose body is

```json
{"type": "error", "error": {"type": "…", "message": "…", "details": {"error_code": "…"}}, "request_id": "…"}
```

with our code and the facts in `details`. Ollama's API has a status and `{"error": "…"}`. The
paths that are llama-server's own have the statuses of OpenAI's and

```json
{"error": {"code": 400, "message": "…", "type": "…"}}
```

with the facts beside these. Once a stream has begun, the
same body arrives as an event, or as a line, and the stream ends.
"""


def page() -> str:
    """Return the page: the tree of errors as a table, parents first."""
    head = ["Class", "Code", "OpenAI", "Anthropic", "Ollama", "Facts", "Meaning"]
    return f"{INTRODUCTION}\n{table(head, map(_row, error_classes()))}"


def _row(cls: type[MinervaError]) -> list[str]:
    depth = len([base for base in cls.__mro__ if issubclass(base, MinervaError)]) - 1
    facts = ", ".join(map(code, cls.facts))
    return [
        "&nbsp;" * 4 * depth + code(cls.__name__),
        code(cls.code),
        f"{OPENAI[cls].status} {code(OPENAI[cls].code)}",
        f"{ANTHROPIC[cls].status} {code(ANTHROPIC[cls].type)}",
        str(OLLAMA[cls].status),
        facts,
        inspect.cleandoc(cls.__doc__ or ""),
    ]
