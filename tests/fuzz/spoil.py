"""What can go wrong below JSON: the text of a body, its bytes, its headers, the path and the method."""

from __future__ import annotations

import random
from urllib.parse import quote

from tests.fuzz.seeds import STORED

_LITERALS = (
    *("", " ", "\n", "null", "true", "0", '"text"', "[]", "{}", "{", "}", "{]", "[1", '{"a"', '{"a":', "{'a': 1}"),
    *("NaN", "{} {}", "{}x", "// {}", "a=b&c=d", "<xml/>", "\ufeff{}", "-", "\x00", '{"\\ud800": 1}', '{"a": "\\u12"}'),
    *("[" * 100_000, '{"a":' * 20_000, '"' + "a" * 10**6, '{"a": 1e99999}', '{"model": "starter", "model": "other"}'),
)
_TYPES = (
    *("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", ";", "json", "a/b/c"),
    *("application/json; charset=utf-16", "application/json; charset=nothing", "APPLICATION/JSON", "application/json,"),
    *("application/vnd.api+json", "application/octet-stream", "text/html; charset=\xff"),
    "application/json\t; x=" + "y" * 2000,
)
_HEADERS = (
    *({"content-encoding": "gzip"}, {"content-encoding": "br, gzip, nothing"}, {"transfer-encoding-x": "chunked"}),
    *({"x-request-id": "a" * 5000}, {"x-request-id": "a b\tc"}, {"anthropic-version": "1999-01-01"}),
    *({"accept": "text/event-stream;q=nan"}, {"accept": "\xff\xfe"}, {"range": "bytes=5-1"}, {"if-none-match": "*"}),
    *({"authorization": "Bearer " + "x" * 4000}, {"authorization": "Basic \xe4"}, {"x-api-key": ""}),
    *({"origin": "null"}, {"origin": "http://[::1"}, {"forwarded": "for=unknown"}, {"x-forwarded-host": "a, b"}),
    {"cookie": "; ".join(["a=b"] * 500)},
)
_NAMES = (
    *("starter", "nothing", "a/b", "..", "../../etc/passwd", "%", "%zz", " ", "a b", "ü", "🦉", "a" * 3000, "\x00"),
    *("\x7f", "resp_1", "?", "#", ";", "\\", "'", "*", "starter@", "/", "//", "a/", "~", "\r\n"),
)
_QUERIES = (
    *("limit=0", "limit=-1", "limit=1e9", "limit=a", "limit=", "limit=1&limit=2", "limit=1", "order=up", "order=asc"),
    *("after=nothing", "include=x", "include[]=a", "%ff=%fe", "&&&", "a" * 3000, "stream=true", "=", "verbose=1"),
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND")


def spoiled_text(chance: random.Random, good: str) -> tuple[bytes, str]:
    """Return bytes that are no JSON, or hardly, made of the text of a good body or of nothing; and what they are."""
    data = good.encode()
    match chance.randrange(9):
        case 0:
            at = chance.randrange(len(data))
            return data[:at], f"cut at byte {at}"
        case 1:
            at, byte = chance.randrange(len(data)), chance.randrange(256)
            return data[:at] + bytes([byte]) + data[at + 1 :], f"byte {at} is {byte:#x}"
        case 2:
            at, byte = chance.randrange(len(data)), chance.choice(b'\x00\x01\x1b\x7f\x80\xff\xc0\xed"\\{[,:')
            return data[:at] + bytes([byte]) + data[at:], f"{byte:#x} put in at byte {at}"
        case 3:
            encoding = chance.choice(["utf-16", "utf-32-be", "utf-7", "utf-8-sig"])
            return good.encode(encoding), encoding
        case 4:
            return data + chance.choice([data, b"\x00", b"]", b"//", b" \n"]), "with more at its end"
        case 5:
            return data[:-1] + b", " + data[1:], "every field twice"
        case 6:
            return b" " * chance.choice([1, 10**6]) + data, "after blanks"
        case _:
            text = chance.choice(_LITERALS)
            return text.encode(), f"{text[:20]!r} ({len(text)} characters)"


def odd_headers(chance: random.Random) -> tuple[dict[str, str], str]:
    """Return headers that a body comes with, and what is odd about them."""
    headers = {"content-type": chance.choice(_TYPES)} if chance.random() < 0.5 else dict(chance.choice(_HEADERS))
    return headers, ", ".join(f"{name}: {value[:40]!r}" for name, value in headers.items())


def odd_path(chance: random.Random, path: str) -> str:
    """Return `path` with its variables filled in, and perhaps a query."""
    while "{" in path:
        before, _, rest = path.partition("{")
        variable, _, after = rest.partition("}")
        is_stored = variable == "response_id" and chance.random() < 0.5
        name = STORED if is_stored else quote(chance.choice(_NAMES), safe=chance.choice(["", "/"]))
        # Dots as they are would be resolved by the client already.
        path = before + name.replace("..", "%2E%2E") + after
    if chance.random() < 0.1:
        path += chance.choice(["/", "//", "/x", "%00", "/%2E%2E/x", ";a=b", ".json"])
    return path + (f"?{chance.choice(_QUERIES)}" if chance.random() < 0.3 else "")
