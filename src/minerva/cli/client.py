"""The command line's side of HTTP: requests to a running server, its errors as messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote

import httpx
import msgspec

from minerva.cli.address import is_loopback
from minerva.cli.failure import CommandFailed, Unreachable
from minerva.cli.sse import Sent, sent

NATIVE = "/api/minerva/v1"
CONNECT_S = 5.0
ANSWER_S = 60.0
T = TypeVar("T")


class Client:
    """Talks to the server at `url`. Each failure is a `CommandFailed`: the server's own message, or what went wrong."""

    def __init__(self, url: str, api_key: str | None = None) -> None:
        """Connect lazily; `api_key` goes with every request."""
        self.url = url
        headers = {"content-type": "application/json"}
        if api_key:
            headers["authorization"] = f"Bearer {api_key}"
        self._http = httpx.Client(
            base_url=url,
            headers=headers,
            trust_env=not is_loopback(url),
        )

    def close(self) -> None:
        """Close every connection; a request that still runs is thereby cancelled."""
        self._http.close()

    def get(self, path: str, shape: type[T]) -> T:
        """Return the answer to `GET path`, read as `shape`."""
        return self._decode(self._request("GET", path, None), shape)

    def post(self, path: str, body: object, shape: type[T], *, patient: bool = False) -> T:
        """Return the answer to `POST path`; `patient` waits as long as it takes, as loading a model may."""
        timeout = _PATIENT if patient else None
        return self._decode(self._request("POST", path, msgspec.json.encode(body), timeout), shape)

    def patch(self, path: str, body: object, shape: type[T]) -> T:
        """Return the answer to `PATCH path`."""
        return self._decode(self._request("PATCH", path, msgspec.json.encode(body)), shape)

    def delete(self, path: str, body: object, shape: type[T]) -> T:
        """Return the answer to `DELETE path`; it waits as long as it takes, as unloading a model may."""
        return self._decode(self._request("DELETE", path, msgspec.json.encode(body), _PATIENT), shape)

    @contextmanager
    def stream(self, path: str, body: object) -> Iterator[Iterator[str]]:
        """Send `body` and yield the data of the events that come back; leaving the context cancels the request."""
        with self._stream("POST", path, msgspec.json.encode(body), {}) as events:
            yield (event.data for event in events)

    @contextmanager
    def listen(self, path: str, last: str | None) -> Iterator[Iterator[Sent]]:
        """Yield the events at `path`, those behind the one with the id `last`; leaving the context ends nothing."""
        with self._stream("GET", path, None, {} if last is None else {"last-event-id": last}) as events:
            yield events

    @contextmanager
    def _stream(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str]
    ) -> Iterator[Iterator[Sent]]:
        opened = self._http.stream(method, path, content=content, headers=headers, timeout=_PATIENT)
        with self._reachable(), opened as response:
            if response.is_error:
                response.read()
                raise _server_error(response)
            yield sent(response.iter_lines())

    def _request(
        self, method: str, path: str, content: bytes | None, timeout: httpx.Timeout | None = None
    ) -> httpx.Response:
        with self._reachable():
            response = self._http.request(method, path, content=content, timeout=timeout or _HASTY)
        if response.is_error:
            raise _server_error(response)
        return response

    def _decode(self, response: httpx.Response, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(response.content, type=shape)
        except msgspec.MsgspecError as error:
            raise CommandFailed(
                f"The server at {self.url} is no Minerva server, or of another version: {error}."
            ) from error

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(f"No Minerva server answers at {self.url}; start one with: minerva serve") from error
        except httpx.TimeoutException as error:
            raise Unreachable(f"The server at {self.url} did not answer within {ANSWER_S:g} s.") from error
        except httpx.HTTPError as error:
            raise Unreachable(f"The connection to {self.url} broke: {str(error) or type(error).__name__}.") from error


_HASTY = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
_PATIENT = httpx.Timeout(None, connect=CONNECT_S)


def model_path(name: str) -> str:
    """Return the native API's path of a model; a name may hold slashes and colons."""
    return f"{NATIVE}/models/{quote(name, safe='')}"


class _Error(msgspec.Struct):
    message: str


class ErrorBody(msgspec.Struct):
    """The shape of every error the server reports; the routes that are Ollama's have a text where others have more."""

    error: _Error | str


def _server_error(response: httpx.Response) -> CommandFailed:
    try:
        error = msgspec.json.decode(response.content, type=ErrorBody).error
        return CommandFailed(error if isinstance(error, str) else error.message)
    except msgspec.MsgspecError:
        return CommandFailed(f"{response.url} answered {response.status_code}; is it a Minerva server?")
