"""The profile at a later time, computed from the profile, equals the one that is built at that time."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.profile import PastEvent
from schemas.profile.model import with_attended_events
from tests.unit.people.person_facts import START, facts, stored_person_of
from tests.world import DAY_MS
from workers.people.policy import Policy
from workers.people.profile.build import build_profile, next_change

POLICY = Policy()


@given(facts(), st.integers(0, 2_000 * DAY_MS), st.integers(0, 2_000 * DAY_MS))
def test_at_gives_the_bytes_of_the_profile_that_is_built_then(
    drawn: list[Any], wait: int, longer: int
) -> None:
    """At any later time, also by way of a time between."""
    stored = stored_person_of(drawn)
    profile = build_profile(stored, START, POLICY)
    if profile.truncated:
        return
    for time in {profile.later[0].at if profile.later else profile.as_of, from_epoch_ms(START + wait)}:
        built = build_profile(stored, to_epoch_ms(time), POLICY)
        assert profile.at(time).dumps() == built.dumps()
        last = time + timedelta(milliseconds=longer)
        assert profile.at(time).at(last).dumps() == profile.at(last).dumps()


@given(facts(), st.integers(0, 1_500 * DAY_MS))
def test_the_timer_of_the_stage_is_changes_at(drawn: list[Any], wait: int) -> None:
    """Until then nothing but days, averages and decays changes, and what of jobs grows too old."""
    stored = stored_person_of(drawn)
    profile = build_profile(stored, START + wait, POLICY)
    change = next_change(stored, START + wait, POLICY)
    assert profile.changes_at == (None if change is None else from_epoch_ms(change))
    before = profile.at(from_epoch_ms(change - 1 if change is not None else START + 4_000 * DAY_MS))
    daily = {"as_of", "affinities", "decayed_spend", "average_events_per_month", "activity_level", "summary"}
    daily |= {"days_since_last_event", "days_since_last_message", "jobs", "searches"}
    assert profile.model_dump(exclude=daily) == before.model_dump(exclude=daily)


def test_events_that_have_taken_place_move_before_those_without_a_date() -> None:
    """The first upcoming events follow the dated ones of the history."""
    past, undated = PastEvent(name="past", date=date(2024, 1, 1)), PastEvent(name="undated")
    soon, later = (PastEvent(name=name, date=date(2024, 3, day)) for day, name in ((1, "soon"), (2, "later")))

    assert with_attended_events([past, undated], [soon, later], 0) == ([past, undated], [soon, later])
    assert with_attended_events([past, undated], [soon, later], 1) == ([past, soon, undated], [later])
    assert with_attended_events([], [soon, later], 2) == ([soon, later], [])
