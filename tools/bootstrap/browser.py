"""Chromium, which the tests in `tests/browser` drive: that of the machine, or one that is installed.

It is looked for in `MINERVA_CHROMIUM`, then on the PATH, then where Playwright keeps its own.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from tools.bootstrap import process
from tools.bootstrap.errors import CommandFailed, SetupError
from tools.bootstrap.places import Places, python_in
from tools.bootstrap.report import Report

VARIABLE = "MINERVA_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
_OWN_S = 60.0


def find_chromium() -> Path | None:
    """Return the machine's Chromium, or `None`. Raises `SetupError` if `MINERVA_CHROMIUM` names no file."""
    if named := os.environ.get(VARIABLE):
        if Path(named).is_file():
            return Path(named)
        raise SetupError(f"{VARIABLE} is {named!r}, and there is no such file. Name a Chromium, or unset it.")
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    return Path(found) if found else None


def ensure_browser(places: Places, report: Report) -> bool:
    """Install a Chromium if there is none, and return whether there was none."""
    if find_chromium() or _own(places):
        return False
    log = places.state / "browser.log"
    try:
        if _is_root_of_debian():
            report.say("Installing Chromium for the browser tests (Debian's package)")
            process.run("Updating the list of packages", ["apt-get", "update"], log, DEBIAN_FRONTEND="noninteractive")
            install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
            process.run("Installing Chromium", install, log, DEBIAN_FRONTEND="noninteractive")
        else:
            report.say("Installing Chromium for the browser tests (Playwright's, into its cache folder)")
            process.run("Installing Chromium", [python_in(places.venv), "-m", "playwright", "install", "chromium"], log)
    except CommandFailed as error:
        raise SetupError(
            f"{error}\nOr install Chromium or Chrome yourself; {VARIABLE} may name its program."
        ) from error
    return True


def _own(places: Places) -> bool:
    """Return whether Playwright has a Chromium of its own."""
    command = [str(python_in(places.venv)), "-c", _OWN]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_OWN_S).stdout.strip()
    except subprocess.TimeoutExpired:
        return False
    return bool(said) and Path(said).is_file()


def _is_root_of_debian() -> bool:
    """Ubuntu's package of the same name is an empty one that asks for snap."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return release.get("ID") == "debian" and hasattr(os, "geteuid") and os.geteuid() == 0
