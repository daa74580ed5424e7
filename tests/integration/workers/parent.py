"""A server in small, to be killed: loads a model, prints its worker's pid when the wanted stage is reached, goes on.

Arguments: the model's path, and the stage: `loading`, `prefill` or `decode`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from minerva.core.log import configure, get_logger
from minerva.core.model import Device, LoadOptions, MemoryPlan, ModelSpec
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import Admitted, Delta, Generate
from minerva.workers.pool import Pool, PoolSettings


def report(pid: int) -> None:
    sys.stdout.write(f"{pid}\n")
    sys.stdout.flush()


async def main(path: Path, stage: str) -> None:
    def plan(available_bytes: int, devices: tuple[Device, ...]) -> ModelSpec:
        return ModelSpec(
            name="tiny",
            paths=(str(path),),
            context_length=8192,
            kv_cells=8192,
            gpu_layers=0,
            options=LoadOptions(max_sequences=2, threads=1),
            memory=MemoryPlan(1000, 0, 0),
        )

    pool = Pool(PoolSettings(), get_logger("parent"), lambda: 2**40)
    watching = asyncio.create_task(_report_process(pool)) if stage == "loading" else None
    async with pool.lease("tiny", plan) as lease:
        sampling = resolve(SamplingOptions(temperature=0.0, ignore_eos=True))
        prompt = [40 + index % 200 for index in range(8000 if stage == "prefill" else 8)]
        reached = Admitted if stage == "prefill" else Delta
        async for news in lease.worker.generate(Generate(id=0, request_id="r", prompt=prompt, sampling=sampling)):
            if isinstance(news, reached) and watching is None:
                report(lease.worker.info.pid)


async def _report_process(pool: Pool) -> None:
    while not (loaded := pool.loaded()) or not loaded[0].model.pid:
        await pool.changed()
    report(loaded[0].model.pid)


if __name__ == "__main__":
    configure()
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
