"""How long requests take here, for telling a refused client when to come back."""

from __future__ import annotations

_WEIGHT = 0.1


class ServiceTime:
    """A running mean of the seconds from a request's admission to its end."""

    def __init__(self) -> None:
        """Start without knowledge."""
        self._mean_s = 1.0
        self._known = False

    def learn(self, seconds: float) -> None:
        """Take in one finished request."""
        self._mean_s = seconds if not self._known else self._mean_s + _WEIGHT * (seconds - self._mean_s)
        self._known = True

    def retry_after_s(self, waiting: int, at_once: int) -> float:
        """Return when one of `waiting` requests will have left the queue, `at_once` being served together; 1 to 600."""
        return min(max(self._mean_s * max(waiting, 1) / at_once, 1.0), 600.0)
