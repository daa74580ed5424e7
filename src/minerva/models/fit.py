"""Choosing context, KV cells and GPU layers so that a model fits in the memory there is. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import NoReturn

import msgspec

from minerva.core.errors import ModelLoadFailed, OutOfMemory
from minerva.core.model import Device, LoadOptions, MemoryPlan, ModelFile, ModelShape, ModelSpec
from minerva.models.estimate import CELL_STEP, compute_bytes, kv_bytes, overhead_bytes, pad_cells
from minerva.models.offload import Offload

SMALLEST_CONTEXT = 512
"""A window is not reduced below this, for a model with less is of no use."""
_USUAL_CONTEXT = 8_192
"""A window above this is reduced rather than that a layer stays off the GPU."""
_CACHE_SHARE = 4
"""By default the KV cache takes no more than this part of the available memory, unless one window needs more; and so do
the buffers of a model that reads texts whole, whose size is the window's."""
_USUAL_CELLS = 16_384
"""Nor more cells than this, unless one window needs more: llama.cpp touches the whole cache when it makes it. What has
no room in it goes to the tiers, if there are any."""


def fit(model: ModelFile, options: LoadOptions, available_bytes: int, devices: Sequence[Device] = ()) -> ModelSpec:
    """Decide how to load `model` with `available_bytes` of main memory and the free memory of `devices`.

    What `options` fixes is kept; the rest is the trained window, as many KV cells as all sequences could fill, and all
    layers on the devices, each reduced to fit. `notes` of the result say what was reduced.

    Raises:
        OutOfMemory: It does not fit with what is fixed, or not even with the smallest window.
        ModelLoadFailed: The file holds no model, or the options contradict one another.
    """
    if model.kind != "model" or model.shape is None:
        raise ModelLoadFailed(f"{model.name} is a file of kind {model.kind!r} and holds no model.", model.name)
    _check_options(model.name, options)
    if model.shape.whole:
        # One text at a time has the window to itself: sequences have no share in it.
        reader = _Fit(model, model.shape, _for_reading(model.shape, options), available_bytes, devices)
        return msgspec.structs.replace(reader.spec(), options=options, whole=True)
    return _Fit(model, model.shape, options, available_bytes, devices).spec()


def plan_memory(model: ModelFile, shape: ModelShape, options: LoadOptions, cells: int) -> MemoryPlan:
    """Return what `model` takes with `cells` KV cells, wherever it lies."""
    return MemoryPlan(
        weights_bytes=model.weight_bytes,
        kv_bytes=kv_bytes(shape, cells, options),
        compute_bytes=compute_bytes(shape, cells, options),
        overhead_bytes=overhead_bytes(shape),
    )


def say_bytes(count: int) -> str:
    """Write a number of bytes as people read it: `1.5 GiB`."""
    if count >= 1 << 30:
        return f"{count / (1 << 30):.1f} GiB"
    return f"{count / (1 << 20):.0f} MiB" if count >= 10 << 20 else f"{count / (1 << 20):.1f} MiB"


def _check_options(name: str, options: LoadOptions) -> None:
    context, cells = options.context_length, options.kv_cells
    if context is not None and cells is not None and cells < context:
        reason = f"kv_cells is {cells:,} and context_length {context:,}: one window must fit in the cells"
        raise ModelLoadFailed(f"{name} cannot be loaded: {reason}.", name)
    if options.flash_attention is False and options.kv_type_v not in {"f32", "f16", "bf16"}:
        reason = f"kv_type_v is {options.kv_type_v}, which needs flash attention, and that is switched off"
        raise ModelLoadFailed(f"{name} cannot be loaded: {reason}.", name)


def _for_reading(shape: ModelShape, options: LoadOptions) -> LoadOptions:
    """No window longer than was trained: there are no positions past that."""
    asked = options.context_length and min(options.context_length, shape.context_length)
    return msgspec.structs.replace(options, context_length=asked, kv_cells=None, max_sequences=1)


class _Fit:
    """One decision, in its steps: layers, then the window, then the cells."""

    def __init__(
        self,
        model: ModelFile,
        shape: ModelShape,
        options: LoadOptions,
        available_bytes: int,
        devices: Sequence[Device],
    ) -> None:
        self._model = model
        self._shape = shape
        self._options = options
        self._offload = Offload(model, shape, options, available_bytes, devices)
        self._wanted = options.context_length or min(shape.context_length, options.kv_cells or shape.context_length)
        self._least = options.context_length or min(self._wanted, SMALLEST_CONTEXT)
        self._notes: list[str] = []

    def spec(self) -> ModelSpec:
        layers = self._layers()
        most = self._most_cells(layers)
        context = self._context(most)
        cells = self._cells(layers, context, most)
        plan = plan_memory(self._model, self._shape, self._options, cells)
        return ModelSpec(
            name=self._model.name,
            paths=self._model.paths,
            context_length=context,
            kv_cells=cells,
            gpu_layers=layers,
            options=self._options,
            memory=msgspec.structs.replace(plan, device_bytes=self._offload.device_bytes(layers, cells)),
            notes=tuple(self._notes),
        )

    def _layers(self) -> int:
        least = max(self._least, min(self._wanted, _USUAL_CONTEXT))
        layers, note = self._offload.layers(pad_cells(self._options.kv_cells or least))
        if note:
            self._notes.append(note)
        return layers

    def _most_cells(self, layers: int) -> int:
        """The most cells that fit with `layers` on the devices, up to what all sequences can fill."""
        most = pad_cells(self._options.kv_cells or self._wanted * self._options.max_sequences)
        steps = range(1, most // CELL_STEP + 1)
        # The need grows with the cells: the steps that fit come first.
        return CELL_STEP * bisect.bisect(
            steps, False, key=lambda step: not self._offload.fits(layers, step * CELL_STEP)
        )

    def _context(self, most: int) -> int:
        if most < pad_cells(self._options.kv_cells or self._least):
            self._out_of_memory(most)
        if self._shape.whole and self._options.context_length is None:
            most = min(most, max(self._readable(most), pad_cells(self._least)))
        if self._wanted > self._shape.context_length:
            self._notes.append(
                f"context window {self._wanted:,} is longer than the {self._shape.context_length:,} tokens"
                " that the model was trained with"
            )
        if self._wanted <= most:
            return self._wanted
        self._notes.append(f"context window reduced from {self._wanted:,} to {most:,} tokens to fit in memory")
        return most

    def _readable(self, most: int) -> int:
        """The longest text whose buffers keep within their share of the memory."""
        share, options = self._offload.total_room() // _CACHE_SHARE, self._options
        steps = range(1, most // CELL_STEP + 1)
        fitting = bisect.bisect(steps, share, key=lambda step: compute_bytes(self._shape, step * CELL_STEP, options))
        return fitting * CELL_STEP

    def _cells(self, layers: int, context: int, most: int) -> int:
        if self._options.kv_cells is not None:
            return pad_cells(self._options.kv_cells)
        share = self._offload.room(layers) // _CACHE_SHARE
        steps = range(1, most // CELL_STEP + 1)
        shared = bisect.bisect(steps, share, key=lambda step: kv_bytes(self._shape, step * CELL_STEP, self._options))
        useful = min(pad_cells(context * self._options.max_sequences), _USUAL_CELLS)
        cells = max(pad_cells(context), min(shared * CELL_STEP, most, useful))
        if cells < useful:
            self._notes.append(
                f"KV cache of {cells:,} cells: {self._options.max_sequences} sequences share them,"
                f" each may take up to {context:,}"
            )
        return cells

    def _out_of_memory(self, most: int) -> NoReturn:
        least = pad_cells(self._options.kv_cells or self._least)
        plan = plan_memory(self._model, self._shape, self._options, least)
        available = self._offload.total_room()
        advice = "Stop another model (`minerva stop`), or take a smaller model or quantisation"
        if most and self._options.context_length is not None:
            advice = f"A context of {most:,} tokens would fit"
        raise OutOfMemory(
            f"{self._model.name} needs {say_bytes(plan.total_bytes)} with a context of {self._least:,} tokens"
            f" (weights {say_bytes(plan.weights_bytes)}, KV cache {say_bytes(plan.kv_bytes)}, compute buffers"
            f" {say_bytes(plan.compute_bytes)}, the process {say_bytes(plan.overhead_bytes)}) and"
            f" {say_bytes(available)} are available. {advice}.",
            plan.total_bytes,
            available,
        )
