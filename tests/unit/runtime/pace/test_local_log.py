"""The log that a process keeps on its own."""

from hypothesis import given
from hypothesis import strategies as st

from workers.runtime.pace.local_log import LocalLog, LoggedCall
from workers.runtime.pace.quota import Limits, quota_of

WINDOW = 1_100
QUOTA = quota_of(Limits(3, 100, None, 1.0), 1)


def logged(*calls: tuple[int, int]) -> LocalLog:
    """A log of calls at a time with so many tokens."""
    log = LocalLog()
    for number, (at, tokens) in enumerate(calls):
        log.add(str(number), LoggedCall(at, tokens, 0), QUOTA)
    return log


def test_a_wait_lasts_until_enough_has_left_the_window() -> None:
    """By requests, by tokens, and by the longer of both."""
    assert logged().wait_ms(0, 1, 100, QUOTA) == 0
    assert logged((0, 1), (10, 1)).wait_ms(20, 1, 98, QUOTA) == 0
    assert logged((0, 1), (10, 1), (20, 1)).wait_ms(100, 1, 1, QUOTA) == WINDOW - 100
    assert logged((0, 1), (10, 1), (20, 1)).wait_ms(100, 2, 1, QUOTA) == WINDOW - 90
    assert logged((0, 30), (10, 70)).wait_ms(100, 1, 30, QUOTA) == WINDOW - 100
    assert logged((0, 30), (10, 70)).wait_ms(100, 1, 31, QUOTA) == WINDOW - 90
    assert logged((0, 1), (10, 98), (20, 1)).wait_ms(100, 1, 50, QUOTA) == WINDOW - 90


def test_more_than_a_window_holds_waits_for_several() -> None:
    """Of ten requests in a row the tenth is let through after three windows."""
    assert [logged().wait_ms(0, requests, 1, QUOTA) for requests in (3, 4, 6, 7, 10)] == [
        0,
        WINDOW,
        WINDOW,
        2 * WINDOW,
        3 * WINDOW,
    ]
    assert logged((0, 1)).wait_ms(100, 4, 1, QUOTA) == WINDOW  # the first three need no place of it
    assert logged((0, 1)).wait_ms(100, 6, 1, QUOTA) == 2 * WINDOW - 100


def test_a_correction_and_a_removal_free_what_was_not_taken() -> None:
    log = logged((0, 100))
    log.correct("0", 40, 7)

    assert log.wait_ms(0, 1, 60, QUOTA) == 0
    assert log.wait_ms(0, 1, 61, QUOTA) == WINDOW
    assert [(name, call.tokens, call.micro_dollars) for name, call in log.younger_than(1, 0)] == [
        ("0", 40, 7)
    ]
    log.remove("0")
    log.remove("0")
    log.correct("0", 100, 0)
    assert log.wait_ms(0, 1, 100, QUOTA) == 0


def test_a_call_leaves_the_log_when_it_counts_no_more() -> None:
    log = logged((0, 100))
    log.add("late", LoggedCall(WINDOW, 1, 0), QUOTA)

    assert len(log) == 1
    assert log.wait_ms(WINDOW, 1, 99, QUOTA) == 0


def test_a_clock_that_is_set_back_holds_a_call_for_no_longer_than_a_window() -> None:
    assert logged((10**9, 100)).wait_ms(0, 1, 1, QUOTA) == WINDOW


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 100)), min_size=1, max_size=40),
    st.integers(1, 4),
)
def test_who_waits_as_told_never_breaks_the_quota(calls: list[tuple[int, int]], workers: int) -> None:
    """And is let through at that time, not earlier."""
    quota = quota_of(Limits(3, 100, None, 1.0), workers)
    log, now, admitted = LocalLog(), 0, []
    for number, (pause, tokens) in enumerate(calls):
        now += pause
        wait = log.wait_ms(now, 1, quota.counted(tokens), quota)
        if wait:
            assert log.wait_ms(now + wait - 1, 1, quota.counted(tokens), quota) > 0
        now += wait
        assert log.wait_ms(now, 1, quota.counted(tokens), quota) == 0
        log.add(str(number), LoggedCall(now, tokens, 0), quota)
        admitted.append((now, tokens))
    for start, _ in admitted:
        inside = [tokens for at, tokens in admitted if start <= at < start + quota.window_ms]
        assert len(inside) <= quota.requests
        assert sum(quota.counted(tokens) for tokens in inside) <= quota.tokens
