"""The tags of one call, for formats with a tag per argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Tags:
    """A call is `begin`, the tool's name, `name_end`, arguments, `end`. All of it with the template's white space.

    An argument is `key_begin`, its name, `key_end`, the value, `value_end`. Where the value's type is written, `kinds`
    has what stands behind `key_end` for each: `string`, another JSON type, or `json` for all others. `number`: what
    stands before and behind the number of a call, in place of `name_end`. `cdata`: text may be wrapped so.
    """

    begin: str = ""
    name_end: str
    key_begin: str
    key_end: str
    value_end: str
    end: str
    kinds: Mapping[str, str] = field(default_factory=dict)
    number: tuple[str, str] = ("", "")
    cdata: bool = False

    @property
    def example(self) -> str:
        """A call of `tool_name`."""
        number = "1".join(self.number) if self.number[0] else self.name_end
        kind = next((text for text, kind in self.kinds.items() if kind == "string"), "")
        argument = f"{self.key_begin}parameter{self.key_end}{kind}value{self.value_end}"
        return f"{self.begin}tool_name{number}{argument}{self.end}"
