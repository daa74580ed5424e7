"""Record all answers anew, on the model that ships: `python -m tests.recorded_turns`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.server.live import live_server
from tests.integration.server.sessions.talk import Fields, Talk

FOLDER = Path(__file__).parent
GREEDY: Fields = {"sampling": {"temperature": 0.0}}


def main() -> None:
    """Record and write."""
    with tempfile.TemporaryDirectory() as folder, live_server(Path(folder)) as server, Talk(server.url) as talk:
        _write("plain", talk, _plain(talk, "Hello! Who are you?", {}))
        _write("thoughts", talk, _plain(talk, "What is 2 + 3?", {"thinking": {"enabled": True}}))
        _write("continued", talk, _continued(talk))


def _plain(talk: Talk, question: str, settings: Fields) -> list[Fields]:
    answer = talk.ask(talk.session(), question, settings={**GREEDY, **settings})["answer"]["id"]
    with talk.listen(answer) as events:
        return [event.data for event in events]


def _continued(talk: Talk) -> list[Fields]:
    """An answer that is stopped and goes on, as its session is told of it."""
    session = talk.session()
    settings = {"sampling": {"temperature": 0.0, "ignore_eos": True}, "max_tokens": 60}
    with _told(talk, session) as told:
        answer = talk.ask(session, "What is the sun?", settings=settings)["answer"]["id"]
        events = []
        for event in told:
            events.append(event)
            if event["type"] == "text":
                break
        talk.post(f"/messages/{answer}/stop")
        talk.post(f"/messages/{answer}/continue")
        ends = 0
        for event in told:
            events.append(event)
            is_end = event["type"] == "message" and event["message"]["id"] == answer
            ends += is_end and event["message"]["status"] != "streaming"
            if ends == 2:
                break
    return events


@contextmanager
def _told(talk: Talk, session: str) -> Iterator[Iterator[Fields]]:
    with talk.listen_to_session(session) as events:
        yield (event.data for event in events)


def _write(name: str, talk: Talk, events: list[Fields]) -> None:
    last = [event["message"] for event in events if event["type"] == "message"][-1]
    stored = {**talk.message(last["id"]), "logprobs": None}
    text = json.dumps({"events": events, "message": stored}, ensure_ascii=False, indent=1)
    path = FOLDER / f"{name}.json"
    path.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{path.name}: {len(events)} events\n")


if __name__ == "__main__":
    main()
