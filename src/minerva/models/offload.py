"""What lies in main memory and what on the devices, for a number of layers there. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from minerva.core.model import Device, LoadOptions, ModelFile, ModelShape
from minerva.models.estimate import compute_bytes, kv_bytes, overhead_bytes

_KEPT_FREE = 0.05
"""Part of a device's free memory left to its driver and to other programs."""


class Offload:
    """The memory there is, and what a model needs of it. As in llama.cpp `n_gpu_layers` counts from the last layer.

    The token embeddings always stay in main memory; the output matrix counts as one more layer. Layers are taken to be
    equally large, and the two tables to have the mean number of bits per weight.
    """

    def __init__(
        self,
        model: ModelFile,
        shape: ModelShape,
        options: LoadOptions,
        available_bytes: int,
        devices: Sequence[Device],
    ) -> None:
        self._shape = shape
        self._options = options
        self._available = available_bytes
        self._devices = devices
        # Apple's GPUs have no memory of their own: what lies there lies in main memory.
        self._shared = any(device.name.startswith(("MTL", "Metal")) for device in devices)
        per_weight = model.weight_bytes / max(1, model.parameters)
        self._weights = model.weight_bytes
        self._table = min(int(shape.vocabulary * shape.embedding * per_weight), model.weight_bytes // 2)
        self._layer = (model.weight_bytes - self._table) // max(1, shape.layers)

    def layers(self, cells: int) -> tuple[int, str | None]:
        """Return how many layers to put on the devices, with at least `cells` KV cells, and a note if not all."""
        all_layers, fixed = self._shape.layers + 1, self._options.gpu_layers
        if not self._devices:
            return 0, f"gpu_layers is {fixed}, and there is no GPU to use: all on the CPU" if fixed else None
        if fixed is not None:
            return all_layers if fixed < 0 else min(fixed, all_layers), None
        most = next((count for count in range(all_layers, 0, -1) if self._fits_devices(count, cells)), 0)
        return most, f"{most} of {all_layers} layers fit in the GPU's memory" if most < all_layers else None

    def fits(self, layers: int, cells: int) -> bool:
        """Whether `layers` layers and their share of `cells` fit on the devices, and the rest in main memory."""
        need = self._host_bytes(layers, cells) + (self.device_bytes(layers, cells) if self._shared else 0)
        return self._fits_devices(layers, cells) and need <= self._available

    def room(self, layers: int) -> int:
        """Bytes in the place where most of the KV cache will lie."""
        return self._device_room() if 2 * layers > self._shape.layers else self._available

    def total_room(self) -> int:
        """Bytes in main memory and on all devices together."""
        return self._available + (0 if self._shared else self._device_room())

    def _host_bytes(self, layers: int, cells: int) -> int:
        shape, options = self._shape, self._options
        fixed = compute_bytes(shape, cells, options) + overhead_bytes(shape)
        if layers == 0:
            return fixed + self._weights + kv_bytes(shape, cells, options)
        return fixed + self._table + max(0, shape.layers - layers) * self._layer_bytes(cells)

    def device_bytes(self, layers: int, cells: int) -> int:
        """What weights and cache take on the devices; each has a compute buffer of its own beside that."""
        if layers == 0:
            return 0
        output = self._table if layers > self._shape.layers else 0
        return min(layers, self._shape.layers) * self._layer_bytes(cells) + output

    def _fits_devices(self, layers: int, cells: int) -> bool:
        if layers == 0:
            return True
        # Layers are not divided: with several devices a rest stays unused on each.
        each = compute_bytes(self._shape, cells, self._options)
        each += self._layer_bytes(cells) if len(self._devices) > 1 else 0
        return self.device_bytes(layers, cells) + each * len(self._devices) <= self._device_room()

    def _layer_bytes(self, cells: int) -> int:
        return self._layer + kv_bytes(self._shape, cells, self._options) // max(1, self._shape.layers)

    def _device_room(self) -> int:
        return sum(int(device.free_bytes * (1 - _KEPT_FREE)) for device in self._devices)
