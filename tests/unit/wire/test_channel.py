"""What cannot cross the boundary is the request's fault, and costs nobody else anything."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.wire import channel
from minerva.wire.channel import ServerChannel
from minerva.wire.messages import Generate


class _Pipe:
    """The writing end of a pipe, as far as `post` needs it."""

    def __init__(self) -> None:
        self.written = b""

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes) -> None:
        self.written += data


def _post(prompt: str | list[int], **options: Any) -> bytes:
    pipe = _Pipe()
    command = Generate(id=1, request_id="1", prompt=prompt, sampling=resolve(SamplingOptions(**options)))
    ServerChannel(cast(asyncio.StreamReader, None), cast(asyncio.StreamWriter, pipe)).post(command)
    return pipe.written


@pytest.mark.parametrize("prompt", [[2**70], "\ud800"])
def test_what_no_frame_can_carry_is_an_invalid_request(prompt: str | list[int]) -> None:
    with pytest.raises(InvalidRequest):
        _post(prompt)


def test_so_is_a_bias_on_a_token_that_no_vocabulary_has() -> None:
    with pytest.raises(InvalidRequest):
        _post([1], logit_bias={2**70: 1.0})


def test_a_frame_that_the_worker_would_not_read_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "MAX_FRAME_BYTES", 1000)
    with pytest.raises(InvalidRequest, match="1000"):
        _post("x" * 1001)
    assert _post("x")
