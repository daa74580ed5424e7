"""Load a model ahead of the first message, and show how far that is."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from minerva.cli.client import NATIVE, Client
from minerva.cli.failure import CommandFailed

POLL_S = 0.2


class _Model(msgspec.Struct):
    name: str
    state: str
    progress: float = 0.0


class _Ps(msgspec.Struct):
    models: list[_Model]


class _Loaded(msgspec.Struct):
    pass


def load_model(client: Client, name: str) -> None:
    """Have the server load `name`; with a terminal to show it on, progress appears on standard error meanwhile."""
    with _progress(client, name):
        client.post(f"{NATIVE}/load", {"model": name}, _Loaded, patient=True)


@contextmanager
def _progress(client: Client, name: str) -> Iterator[None]:
    """Show progress while the context is open. Asks the server from a thread, as the load itself blocks this one."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(client, name, done), name="load progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _watch(client: Client, name: str, done: threading.Event) -> None:
    while not done.wait(POLL_S):
        try:
            models = client.get(f"{NATIVE}/ps", _Ps).models
        except CommandFailed:
            # The load itself meets the same trouble and reports it.
            return
        loading = next((model for model in models if model.name == name and model.state == "loading"), None)
        share = f" {loading.progress:.0%}" if loading else ""
        sys.stderr.write(f"\r\x1b[Kloading {name} …{share}")
        sys.stderr.flush()
