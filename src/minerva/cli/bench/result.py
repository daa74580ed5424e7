"""Speeds, in llama-bench's terms: `pp512` reads a prompt of 512 tokens, `tg128` writes 128 tokens one by one.

Each test is repeated; what counts is the mean of the tokens per second and their sample standard deviation.
Source: llama.cpp, tools/llama-bench/README.md.
"""

from __future__ import annotations

import statistics
from typing import Literal

import msgspec

from minerva.cli.terminal import format_count
from minerva.core.model import LoadedModel, ModelFile
from minerva.core.units import format_size

Kind = Literal["pp", "tg"]


class Measurement(msgspec.Struct, frozen=True):
    """What was measured: `tokens` read (`pp`) or written (`tg`), once for each of `seconds`."""

    kind: Kind
    tokens: int
    seconds: tuple[float, ...]

    @property
    def name(self) -> str:
        """The name, as llama-bench writes it: `pp512`."""
        return f"{self.kind}{self.tokens}"

    @property
    def rates(self) -> tuple[float, ...]:
        """Tokens per second of each repetition."""
        return tuple(self.tokens / seconds for seconds in self.seconds)

    @property
    def mean(self) -> float:
        """Mean of the rates, tokens per second."""
        return statistics.fmean(self.rates)

    @property
    def deviation(self) -> float:
        """Sample standard deviation of the rates; 0 for one repetition."""
        return statistics.stdev(self.rates) if len(self.seconds) > 1 else 0.0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One test as JSON; the field names are llama-bench's where it has the same figure."""

    model_filename: str
    model_type: str
    model_size: int
    model_n_params: int
    device: str
    n_gpu_layers: int
    n_threads: int
    n_prompt: int
    n_gen: int
    avg_ts: float
    stddev_ts: float
    samples_ts: tuple[float, ...]


def row(file: ModelFile, loaded: LoadedModel, test: Measurement) -> Row:
    """Return `test` of a model as one row of the JSON output."""
    return Row(
        model_filename=file.paths[0],
        model_type=model_type(file),
        model_size=file.weight_bytes,
        model_n_params=file.parameters,
        device=loaded.device,
        n_gpu_layers=loaded.gpu_layers,
        n_threads=loaded.threads,
        n_prompt=test.tokens if test.kind == "pp" else 0,
        n_gen=test.tokens if test.kind == "tg" else 0,
        avg_ts=test.mean,
        stddev_ts=test.deviation,
        samples_ts=test.rates,
    )


def model_type(file: ModelFile) -> str:
    """Return architecture and quantisation: `llama Q4_0`."""
    architecture = file.shape.architecture if file.shape else "unknown"
    return f"{architecture} {file.quantisation}".strip()


HEADINGS = ("model", "size", "params", "device", "threads", "test", "t/s")


def cells(file: ModelFile, loaded: LoadedModel, test: Measurement) -> tuple[str, ...]:
    """Return `test` as one line of the table."""
    return (
        model_type(file),
        format_size(file.weight_bytes),
        format_count(file.parameters),
        loaded.device,
        str(loaded.threads),
        test.name,
        f"{test.mean:.2f} ± {test.deviation:.2f}",
    )
