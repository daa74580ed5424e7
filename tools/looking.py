"""A real server and a real Chromium, for programs that look at the web chat as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.bootstrap.browser import find_chromium

_FLAGS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")


@contextmanager
def serving(home: Path, *options: str) -> Iterator[str]:
    """Run `minerva serve` on a free port with all its folders below `home`, and give its address.

    Raises:
        SystemExit: It ended before it listened.
    """
    command = [sys.executable, "-m", "minerva", "serve", "--port", "0", "--log-format", "json", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINERVA_")}
    home.mkdir(parents=True, exist_ok=True)
    environment["MINERVA_HOME"] = str(home)
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        yield _address(process.stderr or iter(()))
    finally:
        process.terminate()
        process.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium: the machine's, or Playwright's own."""
    # Where Chromium is started as root it refuses to run with its sandbox.
    flags = [*_FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        yield browser
        browser.close()


def _address(lines: Iterator[str]) -> str:
    """Return the address in the log, and go on reading it so that the server never waits for that."""
    said: list[str] = []
    for line in lines:
        said.append(line)
        record = json.loads(line) if line.startswith("{") else {}
        if record.get("event") == "listening":
            threading.Thread(target=deque, args=(lines, 0), daemon=True).start()
            return str(record["url"])
    raise SystemExit("The server ended before it listened:\n" + "".join(said))
