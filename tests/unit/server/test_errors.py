from __future__ import annotations

import json

import pytest

from minerva.core import errors
from minerva.core.errors import ErrorInfo, MinervaError, error_classes, from_info
from minerva.server.errors import (
    MESSAGE_LIMIT,
    NATIVE,
    OPENAI,
    Table,
    error_body,
    error_response,
    http_error_response,
    row_of,
    table_for,
)

TABLES = {"openai": OPENAI, "native": NATIVE}
RETRIED = {errors.QueueFull, errors.QueueTimeout, errors.ShuttingDown, errors.CapacityError, errors.WorkerCrashed}


def example(cls: type[MinervaError]) -> MinervaError:
    if cls is errors.SettingsError:
        return errors.SettingsError("it is wrong", "a.b", "a file")
    return from_info(
        ErrorInfo(cls.code, "it is wrong", "n", 4, 5, 6, 7, retry_after_s=1.2, timeout_s=8.0, path="p", model="m")
    )


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_error_has_a_row_of_its_own_in_every_table(table: Table) -> None:
    assert set(table) == set(error_classes())


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("cls", error_classes())
def test_every_error_has_an_answer_in_the_shape_of_the_api(cls: type[MinervaError], table: Table) -> None:
    response = error_response(table, example(cls))
    error = json.loads(bytes(response.body))["error"]
    assert response.status_code == table[cls].status
    assert 400 <= response.status_code < 600
    assert error["message"] == "it is wrong"
    assert error["type"]
    assert error["code"] == table[cls].code
    assert "param" in error
    assert response.headers["x-should-retry"] == str(cls in RETRIED).lower()
    assert ("retry-after" in response.headers) == (cls in RETRIED)


def test_the_request_is_at_fault_below_500_and_the_server_from_500_on() -> None:
    for cls, row in OPENAI.items():
        if issubclass(cls, errors.RequestError):
            assert row.status < 500, cls
        if issubclass(cls, errors.EngineError):
            assert row.status >= 500, cls


def test_a_class_that_is_not_listed_is_its_parents() -> None:
    table = {cls: OPENAI[cls] for cls in (MinervaError, errors.RequestError)}
    assert row_of(table, errors.ModelNotFound("no", "m")) == OPENAI[errors.RequestError]
    assert row_of(table, errors.QueueFull("full", 1.0)) == OPENAI[MinervaError]


def test_the_facts_of_an_error_are_fields_of_its_body() -> None:
    error = json.loads(error_body(OPENAI, errors.ContextLimitExceeded("too long", 512, 600)))["error"]
    assert error == {
        "message": "too long",
        "type": "invalid_request_error",
        "param": None,
        "code": "context_length_exceeded",
        "maximum": 512,
        "required": 600,
    }


def test_retry_after_is_in_whole_seconds_and_never_none() -> None:
    assert error_response(OPENAI, errors.QueueFull("full", 2.1)).headers["retry-after"] == "3"
    assert error_response(OPENAI, errors.QueueFull("full", 0.0)).headers["retry-after"] == "1"
    late = error_response(OPENAI, errors.QueueTimeout("late", 2.1, 5.0))
    assert (late.status_code, late.headers["retry-after"]) == (503, "3")


def test_a_message_may_be_of_any_length_and_hold_half_a_character() -> None:
    error = json.loads(error_body(OPENAI, errors.InvalidRequest("\ud800" + "x" * 10_000)))["error"]
    assert error["message"] == "?" + "x" * (MESSAGE_LIMIT - 1) + "…"


def test_paths_tell_the_api() -> None:
    assert table_for("/api/minerva/v1/ps") is NATIVE
    assert table_for("/v1/models") is OPENAI
    assert table_for("/nowhere") is OPENAI


def test_what_http_refuses_has_the_same_shape() -> None:
    response = http_error_response(413, "too large", {"connection": "close"})
    assert json.loads(bytes(response.body))["error"]["code"] == "request_too_large"
    assert response.headers["connection"] == "close"
