"""What listeners hear of answers and of sessions."""

from __future__ import annotations

import itertools
import threading

from tests.integration.server.sessions.talk import FINAL, LONG, SentEvent, Talk, text_of
from tests.support.told import put_together


def test_events_begin_and_end_with_the_message(talk: Talk) -> None:
    settings = {**LONG, "max_tokens": 1500}
    answer = talk.ask(talk.session(), "Tell me a story.", model="long", settings=settings)["answer"]["id"]
    with talk.listen(answer) as stream:
        events = list(stream)
    first, last = events[0].data["message"], events[-1].data["message"]
    assert (first["status"], last["status"]) == ("streaming", "complete")
    assert first["content"] + text_of(events) == last["content"]
    assert last == {**talk.message(answer), "logprobs": None}


def test_two_listeners_hear_the_same(talk: Talk) -> None:
    answer = talk.ask(talk.session(), "Tell me a story.", model="long", settings={**LONG, "max_tokens": 400})
    heard: list[list[SentEvent]] = [[], []]

    def listen(place: int) -> None:
        with talk.listen(answer["answer"]["id"]) as events:
            heard[place].extend(events)

    threads = [threading.Thread(target=listen, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one, other = (put_together(event.data for event in events) for events in heard)
    assert one == other
    assert [events[0].data["message"]["content"] + text_of(events) for events in heard] == [
        one[answer["answer"]["id"]]["content"]
    ] * 2


def test_an_answer_goes_on_without_its_listener_who_then_hears_exactly_what_was_missed(talk: Talk) -> None:
    settings = {**LONG, "max_tokens": 4000}
    answer = talk.ask(talk.session(), "Tell me a story.", model="long", settings=settings)["answer"]["id"]
    with talk.listen(answer) as stream:
        before = list(itertools.islice(stream, 5))
    stored = talk.kept(answer)
    with talk.listen(answer, last=before[-1].id) as stream:
        behind = list(stream)
    assert stored["status"] == "streaming"
    assert behind[0].type == "text"
    whole = behind[-1].data["message"]["content"]
    assert before[0].data["message"]["content"] + text_of([*before, *behind]) == whole
    assert whole == talk.message(answer)["content"]
    numbers = [int(event.id or "") for event in [*before, *behind]]
    assert numbers == sorted(set(numbers))


def test_a_number_of_another_stream_gets_the_whole_message(talk: Talk) -> None:
    answer = talk.ask(talk.session(), "Tell me a story.", model="long", settings=LONG)["answer"]["id"]
    with talk.listen(answer, last="5") as stream:
        assert next(stream).type == "message"
    stopped = talk.post(f"/messages/{answer}/stop")
    with talk.listen(answer, last="5") as stream:
        [only] = stream
    assert only.data["message"] == {**stopped, "logprobs": None}


def test_all_that_happens_in_a_session_is_told(talk: Talk) -> None:
    session = talk.session({**LONG, "model": "long", "max_tokens": 100})
    with talk.listen_to_session(session) as stream:
        events = [next(stream)]
        assert events[0].data["session"]["id"] == session
        answer = talk.ask(session, "Tell me a story.")["answer"]["id"]
        while not _ends(events[-1], answer):
            events.append(next(stream))
        told = put_together(event.data for event in events)
        assert list(told.values()) == talk.path(session)
        talk.http.patch(f"/sessions/{session}", json={"title": "Stories"}).raise_for_status()
        renamed = next(event for event in stream if event.type == "session")
        assert renamed.data["session"]["title"] == "Stories"
        talk.http.delete(f"/messages/{answer}").raise_for_status()
        deleted = next(event for event in stream if event.type == "deleted")
        assert deleted.data == {"type": "deleted", "message": answer}


def test_who_comes_later_hears_of_what_is_being_written(talk: Talk) -> None:
    session = talk.session({**LONG, "model": "long"})
    answer = talk.ask(session, "Tell me a story.")["answer"]["id"]
    stored = talk.kept(answer)
    with talk.listen_to_session(session) as stream:
        first, second, third = itertools.islice(stream, 3)
    assert (first.type, second.type, third.type) == ("session", "message", "text")
    assert second.data["message"]["content"].startswith(stored["content"])
    talk.post(f"/messages/{answer}/stop")


def _ends(event: SentEvent, answer: str) -> bool:
    message = event.data["message"] if event.type == "message" else {}
    return bool(message and message["id"] == answer and message["status"] in FINAL)
