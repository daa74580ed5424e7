"""What set-up prints: one line per step, with the time since the start."""

import shutil
import sys
import time

LINE_EVERY_S = 15.0


class Report:
    """Lines for a person: `say` for a step, `progress` for how far a long one is, `waiting` for others."""

    def __init__(self) -> None:
        """The clock starts here."""
        self._start_s = time.monotonic()
        self._last_s = 0.0
        self._open = False
        self._waits_for = ""
        self._rewrites = sys.stdout.isatty()

    def say(self, text: str) -> None:
        """Print one line."""
        self._close()
        print(f"[{duration(self._elapsed_s())}] {text}", flush=True)
        self._last_s = self._elapsed_s()

    def progress(self, text: str) -> None:
        """Rewrite one line on a terminal; elsewhere print a line now and then."""
        if self._rewrites:
            line = f"[{duration(self._elapsed_s())}] {text}"
            print(f"\r\033[K{line[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)
            self._open = True
        elif self._elapsed_s() - self._last_s >= LINE_EVERY_S:
            self.say(text)

    def waiting(self, text: str) -> None:
        """Say at once what is waited for, then go on as `progress` does."""
        if text == self._waits_for:
            self.progress(text)
        else:
            self._waits_for = text
            self.say(text)

    def _close(self) -> None:
        if self._open:
            print()
            self._open = False

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._start_s


def duration(seconds: float) -> str:
    """Return `seconds` as minutes and seconds, `1:05`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
