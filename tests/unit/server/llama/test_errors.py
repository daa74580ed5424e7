"""Errors in llama-server's shape."""

from __future__ import annotations

import json

import pytest

from minerva.core import errors
from minerva.core.errors import ErrorInfo, MinervaError, error_classes, from_info
from minerva.server.errors import LLAMA, LLAMA_PATHS, OPENAI, error_response, http_error_response, table_for

TYPES = {
    "invalid_request_error": {400, 409},
    "exceed_context_size_error": {400},
    "authentication_error": {401},
    "permission_error": {403},
    "not_found_error": {404},
    "unavailable_error": {429, 503},
    "server_error": {500, 504},
}


def example(cls: type[MinervaError]) -> MinervaError:
    if cls is errors.SettingsError:
        return errors.SettingsError("it is wrong", "a.b", "a file")
    return from_info(ErrorInfo(cls.code, "it is wrong", "n", 4, 5, 6, 7, 1.2, 8.0, path="p", model="m"))


@pytest.mark.parametrize("cls", error_classes())
def test_every_error_has_a_type_that_goes_with_its_status(cls: type[MinervaError]) -> None:
    raised = example(cls)
    response = error_response(LLAMA, raised)
    error = json.loads(bytes(response.body))["error"]
    assert error["code"] == response.status_code == OPENAI[cls].status
    assert response.status_code in TYPES[error["type"]]
    assert error["message"] == ("`n`: it is wrong" if raised.info().param == "n" else raised.info().message)


def test_what_http_refuses_has_the_same_shape() -> None:
    error = json.loads(bytes(http_error_response(405, "wrong method", table=LLAMA).body))["error"]
    assert error == {"code": 405, "message": "wrong method", "type": "invalid_request_error"}


def test_paths_tell_the_api() -> None:
    assert {table_for(path) is LLAMA for path in LLAMA_PATHS} == {True}
    assert table_for("/v1/chat/completions/input_tokens") is OPENAI
    assert table_for("/tokenize/x") is OPENAI
