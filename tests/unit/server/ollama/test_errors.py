from __future__ import annotations

import json

import pytest

from minerva.core import errors
from minerva.core.errors import ErrorInfo, MinervaError, error_classes, from_info
from minerva.server.errors import NATIVE, OLLAMA, error_body, error_response, http_error_response, table_for

INFO = ErrorInfo("", "it is wrong", "n", 4, 5, 6, 7, retry_after_s=1.2, timeout_s=8.0, path="p", model="m")


def example(cls: type[MinervaError]) -> MinervaError:
    if cls is errors.SettingsError:
        return errors.SettingsError("it is wrong", "a.b", "a file")
    return cls("it is wrong", **{name: getattr(INFO, name) for name in cls.facts})


def test_every_error_has_a_row_of_its_own() -> None:
    assert set(OLLAMA) == set(error_classes())


@pytest.mark.parametrize("cls", error_classes())
def test_every_error_is_a_message_and_a_status(cls: type[MinervaError]) -> None:
    response = error_response(OLLAMA, example(cls))
    said = "model 'm' not found: it is wrong" if cls is errors.ModelNotFound else "it is wrong"
    assert json.loads(bytes(response.body)) == {"error": said}
    assert response.status_code == OLLAMA[cls].status
    assert (response.status_code < 500) == (issubclass(cls, errors.RequestError) or cls is errors.ModelNotLoaded)


def test_statuses_that_clients_know() -> None:
    known = {errors.InvalidRequest: 400, errors.ModelNotFound: 404, errors.Unauthorized: 401, errors.QueueFull: 503}
    assert {cls: OLLAMA[cls].status for cls in known} == known


def test_a_full_queue_says_when_to_come_back() -> None:
    assert error_response(OLLAMA, errors.QueueFull("full", 2.1)).headers["retry-after"] == "3"


def test_the_last_line_of_a_stream_is_the_same_body() -> None:
    error = from_info(ErrorInfo("context_length_exceeded", "too long", maximum=4, required=5))
    assert json.loads(error_body(OLLAMA, error)) == {"error": "too long"}


def test_what_http_refuses_has_the_same_shape() -> None:
    response = http_error_response(413, "too large", table=OLLAMA)
    assert (response.status_code, json.loads(bytes(response.body))) == (413, {"error": "too large"})


def test_paths_tell_the_api() -> None:
    assert table_for("/api/chat") is table_for("/api/nowhere") is OLLAMA
    assert table_for("/api/minerva/v1/ps") is NATIVE
