"""A long scan tells how far it is, and a short one nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from workers.capture.scan_report import progress_of, reported


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged."""
    with structlog.testing.capture_logs() as lines:
        yield lines


def scan(documents: int, per_second: int, total: int | None) -> list[Any]:
    """Scan so many documents at a speed; gives what was read, and how often the total was asked."""
    read = asked = 0

    def about() -> int | None:
        nonlocal asked
        asked += 1
        return total

    def documents_read() -> Iterator[dict[str, Any]]:
        nonlocal read
        for read in range(1, documents + 1):
            yield {"_id": read}

    list(reported(documents_read(), "scanning", "users", about, lambda: read * 1000 / per_second))
    return [read, asked]


def test_a_long_scan_tells_every_ten_seconds(lines: list[Any]) -> None:
    """Documents, of about how many, the percentage, the rate, and the seconds that are left."""
    assert scan(40_000, 1_000, 50_000) == [40_000, 1]

    assert [line["documents"] for line in lines] == [10_000, 20_000, 30_000, 40_000]
    assert lines[1] == {
        "event": "scanning",
        "log_level": "info",
        "collection": "users",
        "documents": 20_000,
        "of_about": 50_000,
        "percent": 40,
        "per_second": 1_000,
        "seconds_left": 30,
    }


def test_a_short_scan_tells_nothing(lines: list[Any]) -> None:
    """And asks nothing."""
    assert scan(9_000, 1_000, 9_000) == [9_000, 0]
    assert lines == []


@pytest.mark.parametrize("total", [None, 0, 999])
def test_without_a_number_that_can_be_nothing_is_said_of_the_rest(total: int | None) -> None:
    """The server does not say, or its estimate was too low."""
    assert progress_of(1_000, total, 2_000) == {"documents": 1_000, "per_second": 500}


def test_the_end_is_a_hundred_percent() -> None:
    """And no time divides by zero."""
    assert progress_of(1_000, 1_000, 0)["percent"] == 100
