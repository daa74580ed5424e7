"""How the answer to a chat is read: the model's form of calls, its marks of thinking, and what of them it may use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from minerva.chat.assemble import Assembler
from minerva.chat.formats.find import find
from minerva.chat.formats.format import Format
from minerva.chat.reasoning import Marks, find_marks
from minerva.chat.resume import Resumed
from minerva.core.model import LoadedModel
from minerva.core.request import NOT_BEGUN, Begun, ChatInput
from minerva.core.tools import NamedTool, Tool
from minerva.service.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a chat's answer before it comes.

    `tools` are those it may call; with `must_call` it has to. `opens_thinking`: it begins within a thought. Of an
    answer that goes on, `beginning` is what stands behind `prompt`, and is made of what is `begun`.
    """

    call_format: Format
    marks: Marks | None
    tools: tuple[Tool, ...]
    parallel: bool
    must_call: bool
    prompt: str
    opens_thinking: bool
    begun: Begun = NOT_BEGUN
    beginning: str = ""

    def assembler(self, choice: int) -> Assembler | Resumed:
        """Return what makes events of the text of one choice."""
        assembler = self._assembler(choice)
        return Resumed(assembler, self.beginning, self.begun) if self.beginning else assembler

    def _assembler(self, choice: int) -> Assembler:
        return Assembler(
            choice,
            self.call_format,
            _new_id,
            tools=self.tools,
            parallel=self.parallel,
            marks=self.marks,
            prompt=self.prompt,
        )

    def shown(self, control_tokens: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of `control_tokens` that have to come as text, for calls and thoughts are told by them."""
        calls = self.call_format
        written = [*calls.triggers, *calls.marks, calls.example] if self._reads_calls else []
        if self.marks is not None:
            marks = self.marks
            written += [marks.opening, marks.closing, *marks.answer_openings, marks.answer_closing]
        return tuple(token for token in control_tokens if any(token in text for text in written))

    @property
    def _reads_calls(self) -> bool:
        return bool(self.tools or self.call_format.text_openings)


def reading_of(chat: ChatInput, prompt: Prompt, model: LoadedModel) -> Reading:
    """Return how the answer of `model` to `prompt`, which was made of `chat`, is read."""
    template = model.chat_template or ""
    choice = chat.tool_choice
    tools = () if choice == "none" else chat.tools
    if isinstance(choice, NamedTool):
        tools = tuple(tool for tool in tools if tool.name == choice.name)
    return Reading(
        call_format=find(template),
        marks=find_marks(template),
        tools=tools,
        parallel=chat.parallel_tool_calls,
        must_call=isinstance(choice, NamedTool) or choice == "required",
        prompt=(prompt.text or "").removesuffix(prompt.beginning),
        opens_thinking=prompt.opens_thinking,
        begun=chat.begun,
        beginning=prompt.beginning,
    )


def _new_id() -> str:
    return f"call_{secrets.token_hex(12)}"
