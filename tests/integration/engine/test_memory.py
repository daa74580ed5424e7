"""What llama.cpp says of its buffers becomes the ledger's figures."""

from __future__ import annotations

from minerva.core.model import MemoryPlan
from minerva.engine.llama.load import _memory, _NativeLog

MIB = 1 << 20


def test_buffers_of_a_gpu_are_not_counted_as_ram() -> None:
    log = _NativeLog(lambda _level, _line: None)
    for line in (
        "load_tensors:   CPU_Mapped model buffer size =   100.00 MiB",
        "load_tensors:        CUDA0 model buffer size =   400.00 MiB",
        "llama_kv_cache:      CUDA0 KV buffer size =    64.00 MiB",
        "llama_kv_cache:        CPU KV buffer size =    16.00 MiB",
        "llama_context:  CUDA_Host  output buffer size =     2.00 MiB",
        "sched_reserve:      CUDA0 compute buffer size =    30.00 MiB",
        "sched_reserve:  CUDA_Host compute buffer size =     6.00 MiB",
    ):
        log("info", line)
    plan = _memory(500 * MIB, log, MemoryPlan(0, 0, 0, overhead_bytes=10 * MIB))
    assert (plan.weights_bytes, plan.kv_bytes, plan.compute_bytes) == (500 * MIB, 80 * MIB, 38 * MIB)
    assert plan.device_bytes == 494 * MIB
    assert plan.ram_bytes == (100 + 16 + 2 + 6 + 10) * MIB
