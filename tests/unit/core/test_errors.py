"""The error tree: complete, distinct, and the same on both sides of a process border."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import msgspec
import pytest

from minerva.core import errors
from minerva.core.errors import ErrorInfo, MinervaError, error_classes, from_info

EXAMPLES: dict[str, object] = {
    "param": "messages[0].content",
    "maximum": 512,
    "required": 600,
    "needed_bytes": 10,
    "available_bytes": 5,
    "retry_after_s": 1.5,
    "timeout_s": 30.0,
    "path": "model.gguf",
    "model": "tiny",
    "revision": 3,
    "key": "server.port",
    "source": "minerva.toml:3",
}


def make(cls: type[MinervaError]) -> MinervaError:
    """Return an error of `cls` with every fact given."""
    names = list(inspect.signature(cls.__init__).parameters)[1:]
    build: Callable[..., MinervaError] = cls
    return build(*("it happened" if name == "message" else EXAMPLES.get(name, ()) for name in names))


@pytest.mark.parametrize("cls", error_classes(), ids=lambda cls: cls.__name__)
def test_an_error_crosses_a_process_border_whole(cls: type[MinervaError]) -> None:
    error = make(cls)
    if isinstance(error, errors.SettingsError):
        return  # Settings are read in one process only.
    wire = msgspec.msgpack.decode(msgspec.msgpack.encode(error.info()), type=ErrorInfo)
    back = from_info(wire)
    assert type(back) is cls
    assert back.info() == error.info()
    assert all(getattr(back, name) is not None for name in cls.facts)


def test_codes_are_distinct_and_every_class_is_in_the_drawing() -> None:
    classes = error_classes()
    assert len({cls.code for cls in classes}) == len(classes)
    drawing = errors.__doc__ or ""
    assert [cls.__name__ for cls in classes if cls.__name__ not in drawing] == []
    assert all(cls.__doc__ for cls in classes)


def test_an_unknown_code_is_still_an_error() -> None:
    assert from_info(ErrorInfo("from_the_future", "?")).code == "inference_error"
