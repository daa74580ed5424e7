"""Which GPUs the compiled llama.cpp can use: asked of the engine program, as only it may load the library."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from minerva.core.errors import EngineError
from minerva.core.log import Logger
from minerva.core.model import Device
from minerva.workers.spawn import ENGINE, environment

DEVICES_TIMEOUT_S = 30.0


class DeviceList:
    """The GPUs as one server knows them."""

    def __init__(self, command: Sequence[str], log: Logger) -> None:
        """`command` starts the engine; nothing is asked yet."""
        self._command = tuple(command)
        self._log = log
        self._devices: tuple[Device, ...] | None = None
        self._asking: asyncio.Task[tuple[Device, ...]] | None = None

    @property
    def known(self) -> tuple[Device, ...]:
        """The GPUs as they were when last asked; none before that."""
        return self._devices or ()

    async def now(self) -> tuple[Device, ...]:
        """Return the GPUs with the memory that is free on them now; an engine that knows of none is asked once.

        Who comes while the engine is being asked waits for the same answer.
        """
        if self._devices == ():
            return self._devices
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="list devices")
        return await asyncio.shield(self._asking)

    async def look(self) -> None:
        """Ask, for those who come later."""
        with suppress(asyncio.CancelledError):
            await self.now()

    async def close(self) -> None:
        """Give up an answer that nobody will need, and wait until the process that was asked is gone."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    async def _ask(self) -> tuple[Device, ...]:
        try:
            self._devices = await list_devices(self._command)
        except EngineError as error:
            self._log.warning("GPUs unknown, models run on the CPU", reason=error.message)
            self._devices = ()
        return self._devices


async def list_devices(command: Sequence[str] = ENGINE) -> tuple[Device, ...]:
    """Run the engine with `--devices` and return what it lists, with the memory that is free now.

    Takes as long as a process start and the initialisation of the GPU driver; whoever asks often keeps the answer.
    Raises `EngineError` when the engine cannot tell.
    """
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, "--devices", stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment()
        )
    except OSError as error:
        raise EngineError(f"The engine could not be started to list the GPUs: {error}.") from error
    try:
        async with asyncio.timeout(DEVICES_TIMEOUT_S):
            stdout, stderr = await process.communicate()
    except TimeoutError:
        raise EngineError(f"The engine took longer than {DEVICES_TIMEOUT_S:g} s to list the GPUs.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        return msgspec.json.decode(stdout, type=tuple[Device, ...])
    except msgspec.MsgspecError as error:
        words = stderr.decode("utf-8", errors="replace")[-500:].strip()
        raise EngineError(
            f"The engine did not list the GPUs (exit code {process.returncode}, {error}): {words}"
        ) from error
