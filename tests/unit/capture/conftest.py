"""What the tests of watermarks share: a producer that records them, and a clock."""

import pytest

from tests.unit.capture.recorded_marks import ManualClock, RecordingProducer


@pytest.fixture
def producer() -> RecordingProducer:
    """The producer of the test."""
    return RecordingProducer()


@pytest.fixture
def clock() -> ManualClock:
    """The clock of the test."""
    return ManualClock()
