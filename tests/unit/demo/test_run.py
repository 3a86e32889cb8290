"""The time limit of the demo."""

import signal

import pytest

from workers.demo.fleet import DemoError
from workers.demo.run import limited


def test_the_time_limit_is_an_error() -> None:
    """After the time there is an error with the limit, and the alarm is off."""
    with pytest.raises(DemoError, match="not through within 1 s"), limited(1):
        signal.pause()

    assert signal.alarm(0) == 0
