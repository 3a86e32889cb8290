"""How long a lost database is waited for."""

import pytest

from workers.capture.failure import CaptureError, delay_after
from workers.runtime.process.backoff import GIVE_UP_SECONDS, MAX_DELAY, Backoff


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.ms


@pytest.fixture
def clock() -> Time:
    """The time of the test."""
    return Time()


def test_the_backoff_grows_is_exhausted_and_is_reset(clock: Time) -> None:
    """The delays double up to a limit; after a minute it is over; a success starts them anew."""
    backoff = Backoff(clock=clock)
    delays = [delay_after(OSError("x"), backoff) for _ in range(8)]
    clock.ms = GIVE_UP_SECONDS
    delay_after(OSError("x"), backoff)
    clock.ms = GIVE_UP_SECONDS + 1
    with pytest.raises(CaptureError, match="MongoDB is lost since 61 s: gone"):
        delay_after(OSError("gone\nand more"), backoff)
    backoff.reset()

    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, MAX_DELAY, MAX_DELAY]
    assert delay_after(OSError("x"), backoff) == delays[0]
