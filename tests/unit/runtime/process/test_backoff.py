"""Exponential backoff: delays, jitter, and the two ways to be exhausted."""

from math import inf

from workers.runtime.process.backoff import GIVE_UP_SECONDS, MAX_DELAY, Backoff


class ManualClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.seconds


def test_delays_double_up_to_the_longest_and_start_again_after_a_reset() -> None:
    """Each failure in a row waits twice as long; a success ends the row."""
    backoff = Backoff(60)

    delays = [backoff.failed() for _ in range(8)]

    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, MAX_DELAY, MAX_DELAY]
    backoff.reset()
    assert backoff.failed() == 0.1


def test_first_and_longest_delay_can_be_chosen() -> None:
    """The supervisor and the model client have delays of their own."""
    backoff = Backoff(inf, 0.5, 8.0)

    assert [backoff.failed() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_jitter_takes_at_most_a_quarter_off_a_delay() -> None:
    """Clients that failed together do not come back together; the next delay doubles from the full one."""
    for share, delays in ((0.0, [1.0, 2.0, 4.0]), (0.5, [0.875, 1.75, 3.5]), (1.0, [0.75, 1.5, 3.0])):
        backoff = Backoff(inf, 1.0, 8.0, jitter=lambda share=share: share)  # type: ignore[misc]

        assert [backoff.failed() for _ in range(3)] == delays


def test_it_is_exhausted_when_the_failures_last_longer_than_the_limit() -> None:
    """The time counts from the first failure of the row; exactly the limit is still allowed."""
    clock = ManualClock()
    backoff = Backoff(clock=clock)
    states = []
    for seconds in (0.0, GIVE_UP_SECONDS, GIVE_UP_SECONDS + 1):
        clock.seconds = seconds
        backoff.failed()
        states.append((backoff.lasted, backoff.exhausted))

    assert states == [(0.0, False), (GIVE_UP_SECONDS, False), (GIVE_UP_SECONDS + 1, True)]
    backoff.reset()
    assert not backoff.exhausted


def test_it_is_exhausted_after_the_last_attempt() -> None:
    """With `attempts`, that many failures in a row are the end; without, only time is."""
    bounded, unbounded = Backoff(inf, attempts=3), Backoff(inf)
    states = []
    for _ in range(3):
        bounded.failed()
        unbounded.failed()
        states.append((bounded.failures, bounded.exhausted, unbounded.exhausted))

    assert states == [(1, False, False), (2, False, False), (3, True, False)]
    bounded.reset()
    assert (bounded.failures, bounded.exhausted) == (0, False)


def test_no_time_to_give_up_still_allows_the_first_failure() -> None:
    """The first failure has lasted for no time; the next one is too late."""
    clock = ManualClock()
    backoff = Backoff(0.0, clock=clock)
    backoff.failed()
    assert not backoff.exhausted
    clock.seconds = 0.1
    backoff.failed()
    assert backoff.exhausted
