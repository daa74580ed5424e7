"""Length-prefixed MessagePack frames over a pair of byte streams.

A frame is its length as four bytes, big-endian, then the message. A worker's channel is its standard input and output:
pipes work alike on Linux, macOS and Windows, and the far end sees end-of-file whenever and however this end dies.
"""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.wire.messages import Command, Reply

MAX_FRAME_BYTES = 256 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class ChannelClosed(Exception):
    """The other process is gone, or sent something that is no frame."""


def pack(message: Command | Reply) -> bytes:
    """Return `message` as one frame."""
    body = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(body)) + body


class WorkerChannel:
    """The worker's end: blocking. `send` may be called from any thread."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        """Take over two unbuffered or buffered binary streams."""
        self._reader = reader
        self._writer = writer
        self._decoder: msgspec.msgpack.Decoder[Command] = msgspec.msgpack.Decoder(Command)
        self._lock = threading.Lock()

    def commands(self) -> Iterator[Command]:
        """Yield commands until the server closes its end or dies."""
        while (head := self._reader.read(_LENGTH.size)) and len(head) == _LENGTH.size:
            (length,) = _LENGTH.unpack(head)
            if length > MAX_FRAME_BYTES:
                raise ChannelClosed(f"a frame of {length} bytes was announced; at most {MAX_FRAME_BYTES} are sent")
            body = self._reader.read(length)
            if len(body) < length:
                return
            yield self._decoder.decode(body)

    def send(self, reply: Reply) -> None:
        """Send one reply, whole. Raises `ChannelClosed` when nobody reads any more."""
        frame = pack(reply)
        try:
            with self._lock:
                self._writer.write(frame)
                self._writer.flush()
        except (OSError, ValueError) as error:
            raise ChannelClosed(str(error)) from error


class ServerChannel:
    """The server's end: asyncio. One task reads, any task sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take over the streams of a subprocess: its stdout to read, its stdin to write."""
        self._reader = reader
        self._writer = writer
        self._decoder: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)

    async def receive(self) -> Reply:
        """Return the next reply. Raises `ChannelClosed` at the end of the stream."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            if length > MAX_FRAME_BYTES:
                raise ChannelClosed(f"a frame of {length} bytes was announced; at most {MAX_FRAME_BYTES} are sent")
            return self._decoder.decode(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, OSError, msgspec.MsgspecError) as error:
            raise ChannelClosed(str(error)) from error

    async def send(self, command: Command) -> None:
        """Send one command and wait while the pipe is full. Raises `ChannelClosed` when the worker is gone."""
        self.post(command)
        try:
            await self._writer.drain()
        except OSError as error:
            raise ChannelClosed(str(error)) from error

    def post(self, command: Command) -> None:
        """Queue one command without waiting, for callers that cannot await.

        Raises `ChannelClosed` if it is closed, `InvalidRequest` for what no frame can carry: integers past 64 bits,
        half a surrogate pair, too much of anything.
        """
        if self._writer.is_closing():
            raise ChannelClosed("the worker's input is closed")
        try:
            frame = pack(command)
        except (OverflowError, UnicodeEncodeError) as error:
            raise InvalidRequest(f"The request cannot be passed to the engine: {error}.") from error
        if len(frame) - _LENGTH.size > MAX_FRAME_BYTES:
            raise InvalidRequest(f"The request has {len(frame)} bytes; the engine takes at most {MAX_FRAME_BYTES}.")
        self._writer.write(frame)

    def close(self) -> None:
        """Close the worker's input: the worker ends when it sees that."""
        self._writer.close()
