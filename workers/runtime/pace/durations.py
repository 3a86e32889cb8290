"""Durations in the headers of a language model's service, in seconds."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import isfinite

UNIT_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(h|ms|m|s|us|µs|μs|ns)")


def duration_seconds(text: str) -> float | None:
    """Seconds of a duration as Go writes it (`12ms`, `6m0s`, `1h2m3.5s`, `0`); None for any other text."""
    text = text.strip()
    if text == "0":
        return 0.0
    parts = PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * UNIT_SECONDS[unit] for number, unit in parts)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """How long a service asks to wait, by `retry-after-ms`, else `Retry-After`; None when it does not say.

    Names in any case; seconds, a Go-like duration, or a date, which counts from the `Date` of the answer.
    What lies in the past is now.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    milliseconds = _finite(by_name.get("retry-after-ms", ""))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    text = by_name.get("retry-after", "")
    seconds = _finite(text)
    if seconds is None:
        seconds = duration_seconds(text)
    return max(0.0, seconds) if seconds is not None else _until(text, by_name.get("date", ""))


def number_of(text: str) -> float | None:
    """A finite number of at least 0; None for any other text."""
    number = _finite(text)
    return number if number is not None and number >= 0 else None


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _until(date: str, answered: str) -> float | None:
    try:
        delay = parsedate_to_datetime(date) - parsedate_to_datetime(answered)
    except (ValueError, TypeError):  # no date, or only one of them has a zone
        return None
    return max(0.0, delay.total_seconds())
