"""The check of the sample person."""

from tests.unit.demo.values import MAIL, SEND
from tests.world import profile_of, sample
from workers.demo import check
from workers.demo.fleet_state import FleetState


def test_each_failed_expectation_is_a_line() -> None:
    """Without any records of the person all expectations fail."""
    state = FleetState()
    assert len(check.problems(state)) == len(check.EXPECTED)

    state.apply("enriched-profiles", "user_001", profile_of(sample()).dumps(), 0)
    state.apply("send-decisions", "user_001", SEND.dumps(), 0)
    state.apply("emails", "user_001", MAIL.dumps(), 0)
    assert check.problems(state) == []

    state.apply("emails", "user_001", MAIL.model_copy(update={"language": "ja"}).dumps(), 0)
    assert check.problems(state) == ["user_001: mail's language: 'ja', expected 'en'"]
