"""When a fleet counts as calm: two windows of time with about as many records."""

import pytest

from tests.bench.idle_bench import are_even


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(300, 300, True), (300, 240, True), (300, 200, False), (200, 300, False)],
)
def test_windows_are_even_when_neither_has_much_more(first: int, second: int, expected: bool) -> None:
    assert are_even(first, second) is expected


def test_a_fleet_that_writes_nothing_is_calm() -> None:
    assert are_even(0, 0)
