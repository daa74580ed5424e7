"""The number format to multiply in: bfloat16 where the processor has it, for elsewhere it is worked out bit by bit."""

from __future__ import annotations

import time

import torch

_SIZE = 256
_TRIES = 3


def fastest(device: torch.device) -> torch.dtype:
    """Return `torch.bfloat16` or `torch.float32`, whichever multiplies matrices of the network's size sooner.

    Measured, not looked up: processors with AVX-512 but without its bfloat16 instructions lie on both sides. With AVX2
    alone bfloat16 took 45 times as long.
    """
    if device.type == "cuda":
        return torch.bfloat16
    return min((torch.bfloat16, torch.float32), key=lambda precision: _seconds(device, precision))


def autocast(device: torch.device, precision: torch.dtype) -> torch.autocast:
    """Return the context in which matrices are multiplied in `precision`; weights stay in float32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision is torch.bfloat16)


def _seconds(device: torch.device, precision: torch.dtype) -> float:
    """Return the processor's time for a product, the best of some: others may want the processor too."""
    one = torch.randn(_SIZE, _SIZE, device=device, dtype=precision)
    times: list[float] = []
    for _ in range(_TRIES + 1):
        started = time.thread_time()
        one @ one
        times.append(time.thread_time() - started)
    return min(times[1:])
