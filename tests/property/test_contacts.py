"""No history of a person exceeds a cap, breaks a cooldown, writes at a closed hour or twice for a slot."""

from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.model import from_epoch_ms
from tests.property.contact_history import DAY_MS, History, Sender, Sent, Step, lived
from tests.property.contact_strategies import policies, senders, steps, zones
from workers.people.decision.hours import is_open_at
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
        earlier = [other.at for other in history.sent if other.at < sent.at]
        check_cooldown(sent, [*earlier, *sent.heard])
        check_caps(sent, earlier, zone)
        assert is_open_at(sent.at, zone, sent.policy), f"{from_epoch_ms(sent.at)} in {zone}"


def check_cooldown(sent: Sent, earlier: list[int]) -> None:
    """The last contact before is at least the cooldown ago."""
    last = max(earlier, default=None)
    assert last is None or sent.at - last >= sent.policy.cooldown_days * DAY_MS


def check_caps(sent: Sent, earlier: list[int], zone: str) -> None:
    """With this mail no cap is exceeded."""
    caps = sent.policy.caps
    for most, days in ((caps.last_24_hours, 1), (caps.last_7_days, 7), (caps.last_30_days, 30)):
        within = [at for at in earlier if at > sent.at - days * DAY_MS]
        assert not most or len(within) + 1 <= most
    if caps.day:
        assert len([at for at in earlier if day_of(at, zone) == day_of(sent.at, zone)]) + 1 <= caps.day


def day_of(at: int, zone: str) -> str:
    """The day of a person."""
    return str(from_epoch_ms(at).astimezone(ZoneInfo(zone)).date())
