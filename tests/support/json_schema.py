"""Whether a document fits a JSON Schema of draft 2020-12, its formats included, decimals taken as they are written."""

from __future__ import annotations

import calendar
import json
import re
from decimal import Decimal, localcontext
from typing import Any
from urllib.parse import urlsplit

import jsonschema

_FORMATS = jsonschema.FormatChecker(("email", "ipv4", "ipv6", "uuid"))
_DIGITS = 10_000
"""Of the longest numbers that can be multiples of another."""
_MOST_EXPONENT = 5_000

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?(Z|[+-]([0-9]{2}):([0-9]{2}))", re.ASCII | re.IGNORECASE
)
_DURATION = re.compile(r"P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)", re.ASCII)
_URI = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)", re.ASCII)


def faults(document: str, schema: Any) -> list[str]:
    """Return what is wrong with the JSON text `document`, in words; nothing if it fits `schema`."""
    with localcontext(prec=_DIGITS):
        exact = json.loads(json.dumps(schema), parse_float=_number)
        validator = jsonschema.Draft202012Validator(exact, format_checker=_FORMATS)
        return [error.message for error in validator.iter_errors(json.loads(document, parse_float=_number))]


def fits(document: str, schema: Any) -> bool:
    """Return whether the JSON text `document` fits `schema`."""
    return not faults(document, schema)


def _number(text: str) -> Decimal:
    """Beyond the exponents that are told apart here, numbers are as good as infinite, or nothing."""
    digits, _, exponent = text.lower().partition("e")
    return Decimal(digits).scaleb(max(-_MOST_EXPONENT, min(int(exponent or 0), _MOST_EXPONENT)))


@_FORMATS.checks("date")
def _is_date(value: object) -> bool:
    """RFC 3339, 5.6, with the days that a month has (5.7); there was a year 0000."""
    if not isinstance(value, str):
        return True
    found = _DATE.fullmatch(value)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year or 400, month)[1]


@_FORMATS.checks("time")
def _is_time(value: object) -> bool:
    """RFC 3339, 5.6, without leap seconds: most minutes have none."""
    if not isinstance(value, str):
        return True
    found = _TIME.fullmatch(value)
    if found is None:
        return False
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    return hour < 24 and minute < 60 and second < 60 and int(found[6] or 0) < 24 and int(found[7] or 0) < 60


@_FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or (_is_date(value[:10]) and value[10:11] in {"T", "t"} and _is_time(value[11:]))


@_FORMATS.checks("duration")
def _is_duration(value: object) -> bool:
    """RFC 3339, appendix A."""
    return not isinstance(value, str) or _DURATION.fullmatch(value) is not None


@_FORMATS.checks("hostname")
def _is_hostname(value: object) -> bool:
    """RFC 1123, 2.1."""
    return not isinstance(value, str) or (
        len(value) <= 253 and all(_LABEL.fullmatch(label) for label in value.split("."))
    )


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    """RFC 3986: with a scheme, and of its characters alone."""
    if not isinstance(value, str):
        return True
    try:
        return bool(urlsplit(value).scheme) and _URI.fullmatch(value) is not None
    except ValueError:
        return False
