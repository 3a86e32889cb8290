"""Policies, senders and steps of the histories of contact_history.py, as Hypothesis strategies."""

from hypothesis import strategies as st

from tests.property.contact_history import Sender, Step
from workers.people.policy import Policy

hours = st.sampled_from((0, 1, 5, 24, 26, 60, 200))
senders = st.builds(
    Sender,
    st.sampled_from((None, 0.0, 0.3, 0.999)),
    st.lists(
        st.tuples(st.sampled_from(("sent", "sent", "failed", "bounced", "clicked", "expired")), hours),
        max_size=3,
    ).map(tuple),
)
steps = st.builds(
    Step,
    st.sampled_from((1, 60, 700, 1_440, 5_000, 20_000, 200_000)),
    st.sampled_from(("user", "message", "outage", "policy", "paused", "person-paused")),
    st.integers(0, 50),
)
times = st.sampled_from(("00:00", "02:30", "06:00", "08:00", "12:00", "21:00", "23:30"))
zones = st.sampled_from(
    (
        "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Pacific/Chatham", "America/New_York",
        "Asia/Tokyo", "UTC", "America/Sao_Paulo",
    )
)  # fmt: skip


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Caps, cooldown, hours, fatigue, campaigns: any of them, most of them small."""
    windows = [
        {"days": ["mon", "wed", "sat"], "start": draw(times), "end": draw(times)}
        for _ in range(draw(st.integers(0, 2)))
    ]
    values = {
        "cooldown_days": draw(st.integers(0, 3)),
        "valid_hours": draw(st.sampled_from((1, 24, 72))),
        "retry_hours": draw(st.sampled_from((1, 24))),
        "caps": {
            "day": draw(st.integers(0, 2)),
            "last_24_hours": draw(st.integers(0, 2)),
            "last_7_days": draw(st.integers(0, 3)),
            "last_30_days": draw(st.integers(0, 4)),
        },
        "quiet_hours": {"start": draw(times), "end": draw(times)},
        "send_windows": windows,
        "fatigue": {"ignored": draw(st.integers(0, 3)), "rest_days": draw(st.integers(1, 40))},
        "most_bounces": draw(st.sampled_from((0, 1, 3))),
    }
    try:
        return Policy.model_validate(values)
    except ValueError:  # no time is left to write
        return Policy.model_validate(values | {"send_windows": [], "quiet_hours": {}})
