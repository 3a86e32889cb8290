"""How long capture waits for an unreachable database."""

import pytest

from workers.capture.failure import CaptureError, delay_after
from workers.runtime.process.backoff import GIVE_UP_SECONDS, MAX_DELAY, Backoff


class ManualClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """The time now."""
        return self.seconds


@pytest.fixture
def clock() -> ManualClock:
    """The clock of the test."""
    return ManualClock()


def test_delays_grow_end_after_a_minute_and_start_again(clock: ManualClock) -> None:
    """Delays double up to a limit; after a minute there is an error; a success starts them again."""
    backoff = Backoff(clock=clock)
    delays = [delay_after(OSError("x"), backoff) for _ in range(8)]
    clock.seconds = GIVE_UP_SECONDS
    delay_after(OSError("x"), backoff)
    clock.seconds = GIVE_UP_SECONDS + 1
    with pytest.raises(CaptureError, match="MongoDB is lost since 61 s: gone"):
        delay_after(OSError("gone\nand more"), backoff)
    backoff.reset()

    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, MAX_DELAY, MAX_DELAY]
    assert delay_after(OSError("x"), backoff) == delays[0]
