"""What the tuning program, `python -m minerva.engine.tune`, is told in JSON, and what it writes: a line each."""

from __future__ import annotations

import msgspec

from minerva.core.errors import ErrorInfo
from minerva.core.model import ModelSpec, Tuning


class TuneCommand(msgspec.Struct, frozen=True):
    """Measure the model of `spec`, whose batch is the largest to be tried, and take about `budget_s` for it."""

    spec: ModelSpec
    budget_s: float


class Rate(msgspec.Struct, frozen=True):
    """Tokens per second with a number of threads, or in batches of a number of tokens."""

    size: int
    tokens_per_s: float


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """What is being done now, in words."""

    text: str


class Tuned(msgspec.Struct, frozen=True, kw_only=True, tag="tuned"):
    """What was measured, and what follows from it.

    `writing`: one token after the other, by threads. `reading`: a prompt, by threads, in batches of `reading_batch`.
    `batches`: a prompt of `batch_prompt` tokens, by the size of its batches; empty where there was no time for the
    usual one.
    """

    writing: tuple[Rate, ...]
    reading: tuple[Rate, ...]
    reading_batch: int
    batches: tuple[Rate, ...]
    batch_prompt: int
    tuning: Tuning


class TuneFailed(msgspec.Struct, frozen=True, tag="failed"):
    """The model was not loaded, or did not compute."""

    error: ErrorInfo


TuneNews = Progress | Tuned | TuneFailed
