"""The page of generation parameters, from the one table in `minerva.core.parameters`."""

from minerva.core.parameters import PARAMETERS, Parameter, Value
from tools.pages.markdown import code, table

INTRODUCTION = """\
# Generation parameters

A value out of range or of the wrong type is refused, naming the field, the value and the range. Silence means the
default: the model file's own where it stores one, else the one below. The last columns are its names in the APIs;
without one, that API cannot set it.
"""


def page() -> str:
    """Return the page: one row per parameter."""
    head = ["Parameter", "Default", "Range", "Meaning", "OpenAI", "Ollama", "Anthropic"]
    return f"{INTRODUCTION}\n{table(head, map(_row, PARAMETERS))}"


def _row(row: Parameter) -> list[str]:
    names = [code(name or "") for name in (row.openai, row.ollama, row.anthropic)]
    return [code(row.name), _default(row.default), row.range_text, row.meaning, *names]


def _default(value: Value) -> str:
    match value:
        case None | ():
            return "none"
        case bool():
            return code(str(value).lower())
        case tuple():
            return " ".join(code(item.replace("\n", "\\n")) for item in value)
        case _:
            return code(str(value))
