"""What is kept of a person is bounded: below the bounds any order is one state, above counts stay."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from tests.unit.people.person_facts import START, fact, facts, stored_person_of
from tests.world import DAY_MS
from workers.people import bounds
from workers.people.decision.slots import apply_engagement
from workers.people.facts import apply_fact
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.state import PersonState, StoredPerson
from workers.people.state_formats import PersonCodec

MANY = 450
USER = fact("user", 0, {"email": "ann@x.jp"}, 1)
VALUES: dict[str, dict[str, Any]] = {
    "attendance": {"host": "Mario", "companions": [{"email": "b@x.jp"}, {"email": "c@x.jp"}]},
    "order": {"amount": 10.0},
    "message": {"status": "sent"},
    "job-view": {"job_id": "j"},
}
DATES = {"attendance": "date", "order": "date", "message": "sent_date", "job-view": "viewed_at"}


def encoded(stored: StoredPerson) -> bytes:
    return PersonCodec().encode(PersonState(stored))


def in_order(kind: str, count: int = MANY) -> list[Any]:
    """Facts of a kind, one a day, the last of them at START."""
    return [
        fact(kind, n, {**VALUES[kind], DATES[kind]: (START - (count - 1 - n) * DAY_MS) / 1000}, n + 2)
        for n in range(count)
    ]


@settings(max_examples=80, deadline=None)
@given(facts(), st.randoms(use_true_random=False))
def test_below_the_bounds_any_order_is_the_same(some: list[Any], dice: Any) -> None:
    """The same bytes of state and profile, however facts of different documents come, and come again."""
    shuffled = [*some, *some]
    dice.shuffle(shuffled)
    one, other = stored_person_of(some), stored_person_of(shuffled)
    assert encoded(one) == encoded(other)
    built = [build_profile(stored, START, Policy()).dumps() for stored in (one, other)]
    assert built[0] == built[1]


@pytest.mark.parametrize("kind", list(VALUES))
def test_above_a_bound_memory_ends_and_counts_go_on(kind: str) -> None:
    """The items are at their bound, everything is counted once, and facts that come again change nothing."""
    some = in_order(kind)
    stored = stored_person_of([USER, *some])
    profile = build_profile(stored, START, Policy())
    counts = {
        "attendance": profile.number_of_events_attended,
        "order": profile.total_orders,
        "message": profile.total_messages_sent,
        "job-view": MANY,
    }

    assert bounds.BOUNDS[kind].size(stored) == bounds.BOUNDS[kind].limit
    assert (counts[kind], profile.truncated) == (MANY, True)
    before = encoded(stored)
    for one in some:
        apply_fact(stored, one)
    assert encoded(stored) == before
    assert len(before) < 40_000


def test_what_is_let_go_stays_in_sums_and_first_dates() -> None:
    """Amounts, their number, and the first event survive; averages are those of everything."""
    profile = build_profile(
        stored_person_of([USER, *in_order("order"), *in_order("attendance")]), START, Policy()
    )
    assert (profile.order_amount_total, profile.order_amount_average) == (10.0 * MANY, 10.0)
    assert profile.first_event_date == from_epoch_ms(START - (MANY - 1) * DAY_MS).date()
    assert len(profile.event_history) == bounds.BOUNDS["attendance"].limit
    assert profile.friends == ["B", "C"]


def test_below_the_bound_nothing_is_truncated() -> None:
    """Exactly at the bound everything is held."""
    limit = bounds.BOUNDS["order"].limit
    stored = stored_person_of([USER, *in_order("order", limit)])
    assert stored.evicted is None
    assert not build_profile(stored, START, Policy()).truncated


def test_a_waiting_message_is_not_let_go_before_sent_ones() -> None:
    """It has no date, and yet it is not old."""
    waiting = fact("message", MANY, {"status": "queued"}, 1)
    profile = build_profile(stored_person_of([USER, waiting, *in_order("message")]), START, Policy())
    assert (profile.queued_message_count, profile.total_messages_sent) == (1, MANY)


def test_many_later_changes_are_told_up_to_a_bound() -> None:
    """A profile says what changes at the next times, and that it does not say more."""
    some = [fact("order", n, {"date": (START + (n + 1) * DAY_MS) / 1000, "amount": 5}, 2) for n in range(12)]
    profile = build_profile(stored_person_of([USER, *some]), START, Policy())
    assert (len(profile.later), profile.truncated) == (bounds.MAX_LATER_CHANGES, True)
    assert all(one.at < other.at for one, other in pairwise(profile.later))


def test_our_own_mails_are_bounded_and_counted_once() -> None:
    """The oldest go, and their report again changes nothing."""
    stored = stored_person_of([USER])
    reports = [
        Engagement(
            decision_id=f"a:{n}", person="a", outcome="sent", at=from_epoch_ms(START - (130 - n) * DAY_MS)
        )
        for n in range(130)
    ]
    for report in [*reports, *reports]:
        apply_engagement(stored, report)
    assert len(stored.contact.sent) == bounds.MAX_SENT_MAILS
    assert build_profile(stored, START, Policy()).total_messages_sent == 130


def test_no_more_notes_than_the_bound_are_told() -> None:
    """The first by document, field and reason."""
    notes = [{"field": f"f{n:02}", "problem": "malformed", "reason": "odd"} for n in range(30)]
    some = [fact("order", n, {"notes": notes}, 2) for n in range(3)]
    quality = build_profile(stored_person_of([USER, *some]), START, Policy()).data_quality
    assert [note.field for note in quality.malformed] == [f"f{n:02}" for n in range(bounds.MAX_NOTES)]
    assert {note.document for note in quality.malformed} == {"orders/0"}
