"""The error for a conversation that a template refuses: it names what is refused, if that can be told."""

from __future__ import annotations

import bisect

from minerva.chat.calls import Messages
from minerva.chat.conversation import parse_object
from minerva.chat.repair import Attempt
from minerva.chat.sandbox import TemplateRaised
from minerva.core.errors import InvalidModelFile, InvalidRequest

_HINT = "Change the conversation to what the template accepts."


def refusal(messages: Messages, attempt: Attempt, said: str) -> InvalidRequest:
    """Return the error for `messages`, which `attempt` refuses saying `said`.

    It names the message that ends the shortest refused beginning.
    """

    def is_refused(count: int) -> bool:
        try:
            attempt(messages[:count])
        except TemplateRaised as error:
            return str(error) == said
        except InvalidModelFile:
            return False
        return False

    if not messages or is_refused(0):
        return InvalidRequest(f"The model's chat template refuses `messages`: {_sentence(said)} {_HINT}", "messages")
    # Whole conversations are refused too, so the last count is known; refusals in between stay refusals.
    index = bisect.bisect_left(range(1, len(messages)), True, key=is_refused)
    field = f"messages[{index}]"
    what = f"`{field}` (role `{messages[index].role}`)"
    return InvalidRequest(f"The model's chat template refuses {what}: {_sentence(said)} {_HINT}", field)


def refusal_of(field: str, said: str) -> InvalidRequest:
    """Return the error for a `field` without which the template accepts the conversation."""
    what = f"The model's chat template refuses `{field}`: {_sentence(said)}"
    return InvalidRequest(f"{what} Leave it out, or give what the template accepts.", field)


def malformed_call(messages: Messages) -> InvalidRequest | None:
    """Return the error for the first call whose arguments are no JSON object, which most templates need; if any is."""
    for index, message in enumerate(messages):
        for number, call in enumerate(message.tool_calls):
            if parse_object(call.arguments) is None:
                field = f"messages[{index}].tool_calls[{number}].function.arguments"
                what = f"`{field}` is no JSON object, or nests too deeply: {call.arguments[:80]!r}."
                return InvalidRequest(f"{what} The model's chat template cannot show such a call.", field)
    return None


def _sentence(said: str) -> str:
    return said.rstrip(" .") + "."
