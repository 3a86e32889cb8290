"""The profile at a later time, computed from the profile, is the one built then."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.model import from_epoch_ms, to_epoch_ms
from tests.unit.people.person_facts import START, facts, stored_person_of
from tests.world import DAY_MS
from workers.people.policy import Policy
from workers.people.profile.build import build_profile, next_change

POLICY = Policy()


@settings(max_examples=150, deadline=None)
@given(facts(), st.integers(0, 2_000 * DAY_MS), st.integers(0, 2_000 * DAY_MS))
def test_at_is_exact(some: list[Any], wait: int, more: int) -> None:
    """To the byte, at any later time, also by way of a time between."""
    stored = stored_person_of(some)
    now = build_profile(stored, START, POLICY)
    if now.truncated:
        return
    for at in {now.later[0].at if now.later else now.as_of, from_epoch_ms(START + wait)}:
        then = build_profile(stored, to_epoch_ms(at), POLICY)
        assert now.at(at).dumps() == then.dumps()
        last = at + timedelta(milliseconds=more)
        assert now.at(at).at(last).dumps() == now.at(last).dumps()


@settings(max_examples=100, deadline=None)
@given(facts(), st.integers(0, 1_500 * DAY_MS))
def test_the_stream_wakes_at_the_next_change(some: list[Any], wait: int) -> None:
    """`changes_at` is when the stream wakes; until then nothing but days, averages and decays are others."""
    stored = stored_person_of(some)
    now = build_profile(stored, START + wait, POLICY)
    change = next_change(stored, START + wait, POLICY)
    assert now.changes_at == (None if change is None else from_epoch_ms(change))
    before = now.at(from_epoch_ms(change - 1 if change is not None else START + 4_000 * DAY_MS))
    daily = {"as_of", "affinities", "decayed_spend", "average_events_per_month", "activity_level", "summary"}
    daily |= {"days_since_last_event", "days_since_last_message"}
    assert now.model_dump(exclude=daily) == before.model_dump(exclude=daily)
