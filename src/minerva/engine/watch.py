"""Looking for texts in what a model writes, wherever the borders of its tokens fall."""

from __future__ import annotations


class Watch:
    """Waits for the first of some texts in a stream of bytes."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        """Without any `texts` nothing is ever found."""
        self._wanted = tuple(text.encode() for text in texts)
        self._overlap = max((len(text) - 1 for text in self._wanted), default=0)
        self._tail = b""

    def feed(self, piece: bytes) -> bytes | None:
        """Take in one token's bytes; once a text is complete, return what `piece` has behind it.

        A piece that completes a text is not kept: feeding another one in its place starts from where it was.
        """
        text = self._tail + piece
        ends = [text.find(wanted) + len(wanted) for wanted in self._wanted if wanted in text]
        if ends:
            return text[min(ends) :]
        self._tail = text[-self._overlap :] if self._overlap else b""
        return None
