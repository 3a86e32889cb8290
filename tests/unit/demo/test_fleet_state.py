"""The fleet's state as the demo reads it: lines, latencies, and when everything is there."""

from tests.unit.demo.values import MAIL, SEND, WAIT, profile
from tests.world import profile_of, sample
from workers.demo.fleet_state import FleetState


def test_no_line_holds_an_address() -> None:
    """A line has id and name; without a name one is made from the address."""
    state = FleetState()
    line = state.apply("enriched-profiles", "user_001", profile_of(sample()).dumps(), 0)

    assert line is not None
    assert line.name == "Sarah Chen"
    assert "@" not in str(line)


def test_the_latency_of_a_write_is_measured_once() -> None:
    """The first profile after a write is measured; a record long after it has another cause."""
    state = FleetState()
    state.start_timing("user_007", 1_000)
    first = state.apply("enriched-profiles", "user_007", profile(age=1).dumps(), 1_042)
    second = state.apply("enriched-profiles", "user_007", profile(age=2).dumps(), 1_050)
    late = state.apply("send-decisions", "user_007", WAIT.dumps(), 90_000)

    assert [line and line.ms for line in (first, second, late)] == [42, None, None]
    assert state.median_latencies() is None


def test_the_state_is_ready_with_profiles_decisions_and_mails() -> None:
    """Decisions on incomplete sources do not count, and each decision to send or ask needs its mail."""
    state = FleetState()
    state.apply("enriched-profiles", "user_001", profile().dumps(), 0)
    unread = WAIT.model_copy(update={"reason": "sources"})
    ready = []
    for topic, value in (("send-decisions", unread), ("send-decisions", SEND), ("emails", MAIL)):
        state.apply(topic, "user_001", value.dumps(), 0)
        ready.append(state.is_ready(1))

    assert ready == [False, False, True]
    assert not state.is_ready(2)
