"""Which session a person means: by `last`, by an id or its beginning, by a title or its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from minerva.cli.failure import CommandFailed
from minerva.cli.sessions.api import Sessions
from minerva.cli.sessions.table import short_id
from minerva.cli.terminal import visible
from minerva.core.session import Session

LAST = "last"
_PREFIX = "ses_"
_ID = re.compile(r"(ses_)?[0-9a-f]{24}")
_MOST_SHOWN = 10

Rule = Callable[[str, Session], bool]


def find_session(sessions: Sessions, text: str) -> Session:
    """Return the one session that `text` means, an archived one too. Raises `CommandFailed`.

    The first of these rules that fits any session decides: the id; the title; the beginning of the id, with or without
    `ses_`; the beginning of the title. Case does not matter. `last` is the one that was changed last.
    """
    if text == LAST:
        return _last(sessions.all())
    if _ID.fullmatch(text):
        return sessions.read(_PREFIX + text.removeprefix(_PREFIX)).session
    return choose(text, list(sessions.all("all")))


def choose(text: str, candidates: Iterable[Session]) -> Session:
    """Return the one of `candidates` that `text` means. Raises `CommandFailed` if that is none, or several."""
    wanted = " ".join(text.split()).casefold()
    for rule in _RULES:
        fitting = [session for session in candidates if wanted and rule(wanted, session)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise _several(text, fitting)
    raise CommandFailed(f"There is no session whose id or title begins with {text!r}. `minerva sessions` lists them.")


def _last(sessions: Iterable[Session]) -> Session:
    """The pinned ones come first, whenever they were changed; of the others the first is the last changed one."""
    seen: list[Session] = []
    for session in sessions:
        seen.append(session)
        if not session.pinned:
            break
    if not seen:
        raise CommandFailed("There is no session yet. `minerva run` begins one with the first message.")
    return max(seen, key=lambda session: session.updated_s)


def _several(text: str, fitting: list[Session]) -> CommandFailed:
    lines = [f"  {short_id(session)}  {visible(session.title)}" for session in fitting[:_MOST_SHOWN]]
    if len(fitting) > _MOST_SHOWN:
        lines.append(f"  and {len(fitting) - _MOST_SHOWN} more")
    return CommandFailed("\n".join([f"{len(fitting)} sessions fit {text!r}; say which:", *lines]))


def _is_title(wanted: str, session: Session) -> bool:
    return session.title.casefold() == wanted


def _begins_id(wanted: str, session: Session) -> bool:
    return session.id.startswith((wanted, _PREFIX + wanted))


def _begins_title(wanted: str, session: Session) -> bool:
    return session.title.casefold().startswith(wanted)


_RULES: tuple[Rule, ...] = (_is_title, _begins_id, _begins_title)
