"""A text with a gap into the prompt for which a model fills it, between the marks that it was trained with.

Source: `/infill` of llama-server, and for several files arXiv 2409.12186, "File-Level" and "Repo-Level" training. The
order is prefix, suffix, middle, which models know that know any.
"""

from __future__ import annotations

from minerva.chat.template import Rendered
from minerva.core.errors import InvalidRequest
from minerva.core.model import InfillMarks
from minerva.core.request import InfillFile, InfillInput

_REPOSITORY, _FILE = "myproject", "filename"
"""Names of what has none, those of llama-server."""

_SNIPPET = "\n\n--- snippet ---\n\n"
"""Before another file's text where the model knows no mark for it."""


def infill_prompt(source: InfillInput, marks: InfillMarks | None) -> Rendered:
    """Return the prompt of `source`, in which nothing counts as a mark that a caller wrote.

    Raises `InvalidRequest` if there are no `marks`, for the model then knows no gaps.
    """
    if marks is None:
        raise InvalidRequest(
            "This model cannot fill a gap in a text: its vocabulary has no tokens that mark prefix, suffix and middle. "
            "Use a model that was trained for that, as models for code are; or ask for a continuation, without a "
            "suffix.",
            "suffix",
        )
    draft = _Draft()
    if source.files is not None:
        _write_files(draft, source.files, marks)
    draft.mark(marks.prefix)
    draft.quote(source.prefix)
    draft.mark(marks.suffix)
    draft.quote(source.suffix)
    draft.mark(marks.middle)
    return draft.done()


def _write_files(draft: _Draft, files: tuple[InfillFile, ...], marks: InfillMarks) -> None:
    if marks.repository:
        draft.mark(marks.repository)
        draft.quote(f"{_REPOSITORY}\n")
    for file in files:
        if marks.file:
            draft.mark(marks.file)
            draft.quote(f"{file.name}\n{file.text}")
        else:
            draft.quote(_SNIPPET + file.text)
    if marks.file:
        draft.mark(marks.file)
        draft.quote(f"{_FILE}\n")


class _Draft:
    """A prompt in the making."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._literal: list[tuple[int, int]] = []

    def mark(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def quote(self, text: str) -> None:
        """Add what is no mark, whatever it spells."""
        if text:
            self._literal.append((self._length, self._length + len(text)))
            self.mark(text)

    def done(self) -> Rendered:
        return Rendered("".join(self._parts), tuple(self._literal))
