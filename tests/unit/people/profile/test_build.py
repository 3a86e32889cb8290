"""The profile: the sample, and each rule on its own."""

import json
from datetime import UTC, date, datetime

import pytest

from schemas.documents import JobPreference, JobView, Message, Order, User
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.world import EMAIL, SARAH, World, attends, event, ms, profile_of, sample
from workers.people.policy import DEFAULT_FIELDS, Policy
from workers.people.profile.build import build_profile
from workers.people.profile.readiness import SCORE

SUMMARY = (
    "Sarah is a 32-year-old software engineer living in Mission District who works in SOMA. She's a "
    "vegetarian interested in hiking, photography, and cooking, preferring communal table experiences. She's "
    "an active user who has attended 3 events, most recently 5 days ago at The Vault. She frequently attends "
    "events hosted by Chef Mario and enjoys Italian and Thai cuisine venues. She often attends with her "
    "friends Mike Jones and Jenny Kim."
)


def test_the_sample_user_has_the_documented_profile() -> None:
    """As of 2024-02-10, to the last word of the summary."""
    profile = profile_of(sample())

    expected = {
        "friends": ["Mike Jones", "Jenny Kim"],
        "event_history_hosts": ["Chef Mario", "Chef Ploy"],
        "venue_history": ["The Vault", "Culinary Studio"],
        "number_of_events_attended": 3,
        "last_event_date": date(2024, 2, 5),
        "favorite_event_types": ["wine_tasting", "cooking_class", "dinner"],
        "average_events_per_month": 3.0,
        "days_since_last_event": 5,
        "has_queued_messages": True,
        "queued_message_count": 1,
        "has_sent_messages": True,
        "last_message_sent_date": date(2024, 1, 25),
        "days_since_last_message": 16,
        "total_messages_sent": 1,
        "can_send_new_message": True,
        "has_enough_fields_to_personalize": True,
        "is_first_time_user": False,
        "should_request_more_details": False,
        "is_healthy_active_user": True,
        "is_on_team": False,
        "personalization_score": 85,
        "total_orders": 2,
        "summary": SUMMARY,
    }
    assert expected == {name: getattr(profile, name) for name in expected}
    assert [
        ("Italian Wine Tasting", date(2024, 1, 15), "The Vault"),
        ("Thai Cooking Class", date(2024, 1, 22), "Culinary Studio"),
        ("Farm to Table Dinner", date(2024, 2, 5), "The Vault"),
    ] == [(past.name, past.date, past.venue) for past in profile.event_history]
    assert {name: getattr(SARAH, name) for name in DEFAULT_FIELDS} == {
        name: getattr(profile, name) for name in DEFAULT_FIELDS
    }


@pytest.mark.parametrize(
    "claimed", ["2024-02-10T00:00:03", "2024-02-11", "9999-12-31T23:59:59", "0001-01-01"]
)
def test_a_message_that_was_sent_at_an_impossible_time_was_sent_when_its_record_changed(claimed: str) -> None:
    """A sender's clock is fast, or says year 1 for "no date": the cooldown begins now, and ends."""
    world = World()
    world.put("users", SARAH)
    world.put("messages", message("m1", "sent", claimed))
    profile = profile_of(world)
    assert (profile.has_sent_messages, profile.last_contact_at) == (True, from_epoch_ms(world.now))
    assert (profile.days_since_last_message, profile.can_send_new_message) == (0, False)
    world.settle("2024-02-16T23:59:59")
    assert [decision.verdict for decision in world.decisions()] == ["wait"]
    world.settle("2024-02-17")
    assert profile_of(world).can_send_new_message
    assert [decision.verdict for decision in world.decisions()] == ["wait", "send"]


def message(id_: str, status: str, sent_date: str | None) -> Message:
    return Message.model_validate(
        {"id": id_, "user_id": "user_001", "status": status, "sent_date": sent_date}
    )


def test_a_sent_message_without_a_date_was_sent_when_its_record_changed() -> None:
    """The time of the change is the latest possible one, so the cooldown is never too short."""
    world = World()
    world.put("users", SARAH)
    world.put("messages", message("m1", "Sent ", None))
    profile = profile_of(world)
    assert (date(2024, 2, 10), False) == (profile.last_message_sent_date, profile.can_send_new_message)


@pytest.mark.parametrize(
    ("sent", "can_send"), [("2024-02-03", True), ("2024-02-03T00:00:01", False), ("2024-02-09", False)]
)
def test_the_cooldown_is_seven_whole_days(sent: str, can_send: bool) -> None:
    """A new message may follow exactly seven days after the last."""
    world = World()
    world.put("users", SARAH)
    world.put("messages", message("m1", "sent", sent))
    assert can_send == profile_of(world).can_send_new_message


@pytest.mark.parametrize(
    ("filled", "enough", "ask"), [(0, False, True), (1, False, True), (2, False, False), (3, True, False)]
)
def test_readiness_depends_on_the_four_required_fields(filled: int, enough: bool, ask: bool) -> None:
    """Three of four are enough; below two, more details are requested."""
    fields = {"interests": ["a"], "cuisine_preference": ["b"], "age": 30, "occupation": "Cook"}
    profile = attends(**dict(list(fields.items())[:filled]))
    assert (enough, ask) == (profile.has_enough_fields_to_personalize, profile.should_request_more_details)


def test_each_row_of_the_score_has_a_limit() -> None:
    """Fields, events and orders give at most 60, 25 and 15 points."""
    world = sample()
    for n in range(9):
        world.put("orders", Order.model_validate({"id": f"o{n}", "user_id": "user_001"}))
        world.put("events", event(f"e{n}", "2024-01-01", EMAIL))
    assert 100 == sum(row.limit for row in SCORE) == profile_of(world).personalization_score


def test_the_team_is_known_by_flag_or_domain() -> None:
    """A flag in the document, or an address in one of the team's domains."""
    world = World(policy=Policy(team_domains=("kairos.jp",)))
    world.put("users", User(id="a", email="Ann@Kairos.jp"))
    world.put("users", User(id="b", email="b@x.jp", is_team_member=True))
    world.put("users", User(id="c", email="c@notkairos.jp"))
    assert [profile_of(world, person).is_on_team for person in "abc"] == [True, True, False]


def test_a_job_counts_once_however_often_it_was_viewed() -> None:
    """Viewed and saved jobs are counted by job."""
    world = World()
    world.put("users", SARAH)
    for n in range(3):
        world.put("job-views", JobView(id=f"v{n}", user_id="user_001", job_id=f"j{n % 2}"))
    world.put(
        "job-preferences",
        JobPreference(id="p", user_id="user_001", job_id="j0", preference_type="saved"),
    )
    profile = profile_of(world)
    assert (profile.jobs_viewed, profile.jobs_saved) == (2, 1)


def test_at_computes_the_profile_at_a_later_time() -> None:
    """The fields that depend on the time are new; an earlier time gives the profile itself."""
    profile = profile_of(sample())
    later = profile.at(datetime(2024, 5, 10, tzinfo=UTC))

    assert (
        later.days_since_last_event,
        later.days_since_last_message,
        later.can_send_new_message,
    ) == (95, 106, True)
    assert later.average_events_per_month == 0.79
    assert "over the past 4 months, most recently 95 days ago" in later.summary
    assert profile == profile.at(datetime(2020, 1, 1, tzinfo=UTC))
    assert profile == EnrichedProfile.loads(profile.dumps())


def test_the_record_has_every_field_of_the_profile() -> None:
    """And decodes to the profile that is built from the same facts."""
    world = sample()
    world.settle()
    (person,) = world.fleet.replays[-1].states().values()
    (record,) = world.fleet.latest("enriched-profiles").values()
    assert set(json.loads(record)) == set(EnrichedProfile.model_fields)
    assert EnrichedProfile.loads(record) == build_profile(person.stored, ms("2024-02-10"), Policy())


def test_an_older_fact_does_not_move_as_of_back() -> None:
    """`as_of` is the time of the newest fact."""
    world = sample()
    world.settle()
    world.now = ms("2024-01-01")
    world.put("orders", Order.model_validate({"id": "o9", "user_id": "user_001"}))
    assert datetime(2024, 2, 10, tzinfo=UTC) == profile_of(world).as_of
