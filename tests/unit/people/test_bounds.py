"""The state of a person is bounded: below the bounds order does not matter, above them counts stay right."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.control import Watermark
from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.people.person_facts import START, fact, facts, stored_person_of
from tests.world import DAY_MS
from workers.people import bounds
from workers.people.decision.slots import apply_engagement
from workers.people.facts import apply_fact
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.stage import stage
from workers.people.state import PersonState, StoredPerson
from workers.people.state_formats import PersonCodec
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord

MANY = 450
USER = fact("user", 0, {"email": "ann@x.jp"}, 1)
VALUES: dict[str, dict[str, Any]] = {
    "attendance": {"host": "Mario", "companions": [{"email": "bo@x.jp"}, {"email": "cy@x.jp"}]},
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


@given(facts(), st.randoms(use_true_random=False))
def test_below_the_bounds_any_order_of_facts_gives_the_same_bytes(drawn: list[Any], random: Any) -> None:
    """Bytes of state and profile are the same in any order of the facts, and if they are delivered twice."""
    shuffled = [*drawn, *drawn]
    random.shuffle(shuffled)
    first, second = stored_person_of(drawn), stored_person_of(shuffled)
    assert encoded(first) == encoded(second)
    built = [build_profile(stored, START, Policy()).dumps() for stored in (first, second)]
    assert built[0] == built[1]


@pytest.mark.parametrize("kind", list(VALUES))
def test_above_a_bound_the_state_stops_growing_and_every_fact_is_counted_once(kind: str) -> None:
    """The items are at their bound, and facts that are delivered again change nothing."""
    in_sequence = in_order(kind)
    stored = stored_person_of([USER, *in_sequence])
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
    for each in in_sequence:
        apply_fact(stored, each)
    assert encoded(stored) == before
    assert len(before) < 40_000


def test_evicted_items_stay_in_sums_and_first_dates() -> None:
    """Amounts, their number, and the first event survive; averages are those of everything."""
    profile = build_profile(
        stored_person_of([USER, *in_order("order"), *in_order("attendance")]), START, Policy()
    )
    assert (profile.order_amount_total, profile.order_amount_average) == (10.0 * MANY, 10.0)
    assert profile.first_event_date == from_epoch_ms(START - (MANY - 1) * DAY_MS).date()
    assert len(profile.event_history) == bounds.BOUNDS["attendance"].limit
    assert profile.friends == ["Bo", "Cy"]


def test_below_the_bound_nothing_is_truncated() -> None:
    """Exactly at the bound everything is stored."""
    limit = bounds.BOUNDS["order"].limit
    stored = stored_person_of([USER, *in_order("order", limit)])
    assert stored.evicted is None
    assert not build_profile(stored, START, Policy()).truncated


def test_a_queued_message_is_not_evicted_before_sent_ones() -> None:
    """It has no date, but comes last in the order of eviction."""
    queued = fact("message", MANY, {"status": "queued"}, 1)
    profile = build_profile(stored_person_of([USER, queued, *in_order("message")]), START, Policy())
    assert (profile.queued_message_count, profile.total_messages_sent) == (1, MANY)


def test_a_profile_has_later_changes_up_to_a_bound() -> None:
    """It has the changes at the next times, and is marked as truncated."""
    orders = [
        fact("order", n, {"date": (START + (n + 1) * DAY_MS) / 1000, "amount": 5}, 2) for n in range(12)
    ]
    profile = build_profile(stored_person_of([USER, *orders]), START, Policy())
    assert (len(profile.later), profile.truncated) == (bounds.MAX_LATER_CHANGES, True)
    assert all(earlier.at < later.at for earlier, later in pairwise(profile.later))


def test_our_own_mails_are_bounded_and_counted_once() -> None:
    """The oldest are evicted, and reports that are delivered again change nothing."""
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


def test_a_profile_has_notes_up_to_a_bound() -> None:
    """The first by document, field and reason."""
    notes = [{"field": f"f{n:02}", "problem": "malformed", "reason": "odd"} for n in range(30)]
    orders = [fact("order", n, {"notes": notes}, 2) for n in range(3)]
    quality = build_profile(stored_person_of([USER, *orders]), START, Policy()).data_quality
    assert [note.field for note in quality.malformed] == [f"f{n:02}" for n in range(bounds.MAX_NOTES)]
    assert {note.document for note in quality.malformed} == {"orders/0"}


LONG = "語" * 1_500  # 4,500 bytes; one of 15,000 in a fact that is as large as `route` lets it be


def crowd_of_large_facts(text: str, count: int) -> list[Any]:
    """Events whose every text is long, with companions whose names are."""
    names = ("name", "venue", "host", "event_type", "neighborhood")
    companions = [{"email": f"c{n}@x.jp", "name": f"{n}{text[:100]}"} for n in range(50)]
    return [
        fact(
            "attendance",
            n,
            {
                **dict.fromkeys(names, f"{n}{text}"),
                "cuisine": [f"{n}{text}"],
                "date": (START + (20 - n) * DAY_MS) / 1000,
                "companions": companions,
            },
            n + 2,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(("text", "count"), [("", 450), ("v" * 700, 450), (LONG, 40), (LONG[:500] * 5, 200)])
def test_no_fact_is_refused_because_others_are_stored(text: str, count: int) -> None:
    """Whatever `route` lets through, state, profile and decision fit into a record (900,000 bytes)."""
    interests = [f"{n}{'i' * 20}" for n in range(9_000)]
    user = fact("user", 0, {"email": "ann@x.jp", "interests": interests}, 1)
    orders = [
        fact("order", n, {"notes": [{"field": "x", "problem": "malformed", "reason": "r" * 200}] * 9}, 2)
        for n in range(250)
    ]
    tags = [fact("job-view", n, {"job_id": "j", "tags": [f"{n}{text}"]}, 2) for n in range(350)]
    replay = Replay(stage(Policy()))
    facts_in_order = [user, *crowd_of_large_facts(text, count), *orders, *tags]
    records = [
        ConsumerRecord("inbox", 0, n, b"a", each.dumps(), START, ()) for n, each in enumerate(facts_in_order)
    ]
    mark = Watermark(at=START + 10_000, wall=START).dumps()
    headers = tuple(watermark_headers("/test", START))
    records.append(ConsumerRecord("inbox", 0, len(records), WATERMARK_KEY, mark, START, headers))
    written = [*replay.feed(records[:300]), *replay.feed(records[300:])]

    assert {record.topic for record in written} == {"enriched-profiles", "send-decisions", "job-signals"}
    *_, profile = [
        EnrichedProfile.loads(record.value or b"")
        for record in written
        if record.topic == "enriched-profiles"
    ]
    assert (profile.interests, profile.truncated) == (interests, True)
    assert profile.total_orders == 250
    assert profile.number_of_events_attended + len(profile.upcoming_events) <= count


def test_a_large_item_in_place_of_a_small_one_evicts_others() -> None:
    """A kind is within its bytes after every fact; the newest item is the last to go."""
    stored = stored_person_of([USER, *in_order("attendance", 200)])
    for version, name in ((500, "n" * 45_000), (501, "n")):
        for n in range(200):
            value = {"name": name, "date": (START - (199 - n) * DAY_MS) / 1000}
            apply_fact(stored, fact("attendance", n, value, version + n))
            assert bounds.fits(stored, bounds.BOUNDS["attendance"])
    newest = next(iter(stored.attendances.values()))["199"]
    assert newest.name == "n"
