"""Which models' workers crashed, how often, and when each may be started again."""

from __future__ import annotations

from minerva.workers import policy


class CrashHistory:
    """Kept as long as the server runs: a worker's end must not forget what the next one needs to know."""

    def __init__(self) -> None:
        """Start with no crashes."""
        self._crashes: dict[str, policy.Crashes] = {}

    def of(self, name: str) -> policy.Crashes:
        """Return the model's crashes."""
        return self._crashes.get(name, policy.Crashes())

    def add(self, name: str, lived_s: float, now_s: float) -> str:
        """Count a crash of a worker that was ready for `lived_s`; return for the error message what happens next."""
        self._crashes[name] = policy.after_crash(self.of(name), lived_s, now_s)
        return policy.what_next(self._crashes[name])
