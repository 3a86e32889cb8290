"""Durations of headers, in seconds."""

import pytest

from workers.runtime.pace.durations import duration_seconds, number_of, retry_after_seconds

ANSWERED = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12ms", 0.012),
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("1h2m3.5s", 3723.5),
        (" 1m ", 60.0),
        ("0", 0.0),
        ("250µs", 0.00025),
        ("250us", 0.00025),
        ("5ns", 5e-9),
        (".5s", 0.5),
    ],
)
def test_a_duration_is_read_as_go_writes_it(text: str, seconds: float) -> None:
    assert duration_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "12", "-1s", "1 s", "s", "1d", "1s later", "1.2.3s", "１s", "1s2"])
def test_any_other_text_is_no_duration(text: str) -> None:
    assert duration_seconds(text) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20.0),
        ({"Retry-After": "20", "Retry-After-Ms": "1500"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "2"}, 2.0),
        ({"retry-after": "1m2s"}, 62.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": ANSWERED}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:30 GMT", "date": ANSWERED}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 -0000", "date": ANSWERED}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "-5"}, 0.0),
        ({}, None),
    ],
)
def test_a_service_says_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers) == seconds


@pytest.mark.parametrize("text", ["", "nan", "inf", "-1", "one"])
def test_only_finite_numbers_from_zero_are_numbers(text: str) -> None:
    assert number_of(text) is None
