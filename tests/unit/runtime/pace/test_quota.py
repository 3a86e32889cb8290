"""The limits, and a process' part of them."""

import pytest

from workers.runtime.pace.quota import Limits, quota_of

LIMITS = Limits(100, 10_000)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-ratelimit-limit-requests": "50", "x-ratelimit-limit-tokens": "2000"}, (50, 2_000)),
        ({"X-RateLimit-Limit-Requests": "50"}, (50, 10_000)),
        ({"x-ratelimit-limit-requests": "5000", "x-ratelimit-limit-tokens": "160000"}, (100, 10_000)),
        ({"x-ratelimit-limit-requests": "0", "x-ratelimit-limit-tokens": "-1"}, (100, 10_000)),
        ({"x-ratelimit-limit-requests": "many", "x-ratelimit-limit-tokens": ""}, (100, 10_000)),
        ({"x-ratelimit-remaining-requests": "1"}, (100, 10_000)),
        ({}, (100, 10_000)),
    ],
)
def test_headers_lower_the_limits_and_never_raise_them(
    headers: dict[str, str], expected: tuple[int, int]
) -> None:
    lowered = LIMITS.lowered(headers)

    assert (lowered.requests, lowered.tokens) == expected
    assert lowered.window_ms == 66_000


@pytest.mark.parametrize("wrong", [(0, 1, None, 1.0), (1, 0, None, 1.0), (1, 1, None, 0.0)])
def test_limits_of_nothing_are_refused(wrong: tuple[int, int, None, float]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Limits(*wrong)


@pytest.mark.parametrize("workers", [1, 3, 7, 100, 250])
def test_the_parts_of_all_processes_are_no_more_than_the_limits(workers: int) -> None:
    """With fewer requests than processes each has one, in a longer window."""
    quota = quota_of(LIMITS, workers)

    assert workers * quota.requests / quota.stretch <= LIMITS.requests
    assert workers * quota.tokens <= LIMITS.tokens


def test_a_call_of_more_than_the_quota_counts_for_longer() -> None:
    quota = quota_of(LIMITS, 4)

    assert (quota.counted(100), quota.counted(10_000)) == (100, 2_500)
    assert (quota.hold_ms(100), quota.hold_ms(10_000)) == (66_000, 4 * 66_000)
