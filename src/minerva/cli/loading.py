"""Load a model ahead of the first message, and show how far that is."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from minerva.cli.client import NATIVE, Client
from minerva.cli.failure import CommandFailed
from minerva.cli.terminal import visible

POLL_S = 0.2


class _Model(msgspec.Struct):
    name: str
    state: str
    progress: float = 0.0


class _Ps(msgspec.Struct):
    models: list[_Model]


class _Loaded(msgspec.Struct):
    name: str


def load_model(client: Client, name: str | None) -> str:
    """Have the server load model `name`, or its default one, and return its full name.

    With a terminal to show it on, progress appears on standard error meanwhile.
    """
    with _progress(client):
        return client.post(f"{NATIVE}/load", {"model": name}, _Loaded, patient=True).name


@contextmanager
def _progress(client: Client) -> Iterator[None]:
    """Show progress while the context is open. Asks the server from a thread, as the load itself blocks this one."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(client, done), name="load progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _watch(client: Client, done: threading.Event) -> None:
    """Show what is being loaded; a model that is in memory already is never heard of here."""
    while not done.wait(POLL_S):
        try:
            models = client.get(f"{NATIVE}/ps", _Ps).models
        except CommandFailed:
            # The load itself meets the same trouble and reports it.
            return
        loading = [f"loading {model.name} … {model.progress:.0%}" for model in models if model.state == "loading"]
        sys.stderr.write("\r\x1b[K" + visible(", ".join(loading)))
        sys.stderr.flush()
