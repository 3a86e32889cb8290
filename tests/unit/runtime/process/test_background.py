"""How long a thread has its turn."""

import sys

import pytest

from workers.runtime.process.background import TURN_SECONDS, short_turns


def test_turns_are_short_while_the_block_runs() -> None:
    """And as long as before afterwards."""
    before = sys.getswitchinterval()
    with short_turns():
        assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)

    assert before == sys.getswitchinterval() > TURN_SECONDS
