"""No history of a person exceeds a cap, breaks a cooldown, writes at a closed hour or twice for a slot."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.property.contact_checks import broken_limits
from tests.property.contact_history import History, Sender, Step, lived
from tests.property.contact_strategies import policies, senders, steps, zones
from workers.people.policy import Policy

# at whose opening, to the millisecond, a message of the product comes in behind the decision
WEDNESDAYS = Policy.model_validate(
    {"cooldown_days": 1, "valid_hours": 1, "send_windows": [{"days": ["wed"]}]}
)


@example("UTC", WEDNESDAYS, [Sender(0.0, ())], [Step(1440, "user", 0), Step(1440, "message", 0)], [])
@given(
    zones, policies(), st.lists(senders, min_size=1, max_size=4), st.lists(steps, max_size=12),
    st.lists(policies(), max_size=3),
)  # fmt: skip
def test_whatever_happens_limits_hold(
    zone: str, policy: Policy, sending: list[Sender], drawn: list[Step], others: list[Policy]
) -> None:
    """Of every mail that was really sent; the limits are those of the policy under which it was decided."""
    history = lived(History(zone, policy, sending), drawn, iter(others))
    slots = [sent.decision.slot for sent in history.sent]
    assert len(slots) == len(set(slots))
    for sent in history.sent:
        earlier = [other for other in history.sent if other.at < sent.at]
        assert broken_limits(sent, earlier, zone) == []
