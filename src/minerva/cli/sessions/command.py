"""`minerva sessions`: which conversations there are, and where something was said in them."""

from __future__ import annotations

import sys
from pathlib import Path

from minerva.cli import codes
from minerva.cli.connect import connect
from minerva.cli.failure import CommandFailed
from minerva.cli.sessions.api import MOST_HITS, Sessions
from minerva.cli.sessions.table import by_session, say_hits, say_sessions
from minerva.cli.terminal import note, say_json


def list_sessions(text: str | None, url: str | None, config: Path | None, *, archived: bool, as_json: bool) -> None:
    """Print the sessions, or with `text` those that have it somewhere, and where."""
    if text is not None and archived:
        raise CommandFailed("--archived is for the list alone; TEXT is searched in all sessions anyway.", codes.USAGE)
    sessions = Sessions(connect(url, config))
    if text is None:
        _list(sessions, archived=archived, as_json=as_json)
    else:
        _search(sessions, text, as_json=as_json)


def _list(sessions: Sessions, *, archived: bool, as_json: bool) -> None:
    found = list(sessions.all("true" if archived else "false"))
    if as_json:
        say_json({"sessions": found})
    elif found:
        say_sessions(found)
    else:
        note(f"There is no {'archived ' if archived else ''}session. `minerva run` begins one with the first message.")


def _search(sessions: Sessions, text: str, *, as_json: bool) -> None:
    hits = sessions.search(text)
    if as_json:
        say_json({"hits": hits})
        return
    say_hits(by_session(hits), bold=sys.stdout.isatty())
    if not hits:
        note(f"Nothing was found for {text!r}.")
    elif len(hits) == MOST_HITS:
        note(f"There may be more than these {MOST_HITS} hits; more words find fewer.")
