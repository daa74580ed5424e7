"""An answer over connections that break."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from minerva.cli.client import Client
from minerva.cli.sessions.api import Sessions
from minerva.cli.sessions.follow import Following
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings

ANSWER = SessionSettings(model="long", max_tokens=1000, sampling=SamplingOptions(temperature=0, ignore_eos=True))
FIRST_BYTES = 1000


class Cutter:
    """Stands before a server, and cuts the first connection after a few bytes, each other one after twice as many."""

    def __init__(self, listener: socket.socket, port: int) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.cut = 0
        self._listener = listener
        self._port = port

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with client, socket.create_connection(("127.0.0.1", self._port)) as server:
                    server.sendall(client.recv(65536))
                    self._answer(server, client)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        left = FIRST_BYTES << self.cut
        while left and (data := server.recv(left)):
            client.sendall(data)
            left -= len(data)
        self.cut += not left


@contextmanager
def cutter(url: str) -> Iterator[Cutter]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Cutter(listener, urlsplit(url).port or 0)
        thread = threading.Thread(target=found.serve)
        thread.start()
        try:
            yield found
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_nothing_is_missed_and_nothing_comes_twice(home: Path, server: str) -> None:
    with closing(Client(server)) as client, cutter(server) as before, closing(Client(before.url)) as cut:
        sessions = Sessions(client)
        session = sessions.create(ANSWER, "")
        following = Following(Sessions(cut), sessions.turn(session.id, {"content": "Once"}))
        text = "".join(following.pieces())
        stored = sessions.read(session.id).messages[-1]
    assert before.cut > 1
    assert following.message.status == "complete"
    assert text == following.message.content == stored.content
