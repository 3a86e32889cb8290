"""Days are cut in the zone that a value states, else in the person's, else in the policy's."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from schemas.profile import EnrichedProfile
from tests.world import World
from workers.people import enrich_user_profiles
from workers.people.policy import Policy

ZONES = (
    *("UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/London", "Africa/Cairo", "Asia/Kathmandu"),
    *(
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Pacific/Chatham",
        "America/St_Johns",
        "Australia/Lord_Howe",
    ),
    "America/Sao_Paulo",
)
AS_OF = datetime(2024, 2, 11, 3, 30, tzinfo=UTC)


class Json:
    """A document as a database has it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.dumps = json.dumps(document).encode


def profile(
    user: dict[str, Any], policy: Policy | None = None, **documents: dict[str, Any]
) -> dict[str, Any]:
    """The profile at AS_OF of a user with an event, an order or a message: the same from stream and batch."""
    documents = {topic: {"id": "1", "user_id": "a", **document} for topic, document in documents.items()}
    user = {"id": "a", "email": "a@x.jp", **user}
    documents = {
        topic: document | ({"participants": ["a@x.jp"]} if topic == "events" else {})
        for topic, document in documents.items()
    }
    world = World("2024-02-11T01:00:00", policy)
    for topic, document in {"users": user, **documents}.items():
        world.write(topic, document["id"], Json(document))  # type: ignore[arg-type]
    world.settle()
    early = world.profile("a")
    assert early is not None
    world.settle("2024-02-11T03:30:00")
    lists = [[documents[topic]] if topic in documents else [] for topic in ("orders", "events", "messages")]
    (batch,) = enrich_user_profiles([user], *lists, as_of=AS_OF, policy=policy)
    emitted = EnrichedProfile.loads(world.fleet.latest("enriched-profiles")["a"]).at(AS_OF)
    for each in (emitted, early.at(AS_OF)):
        stream = each.model_dump(mode="json")
        assert {name: batch[name] for name in stream} == stream
    return batch


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-02-10T08:00:00+09:00", "2024-02-10"),
        ("2024-02-09T20:00:00-08:00", "2024-02-09"),
        ("2024-02-10 23:30", "2024-02-10"),
        ("2024-02-10T00:30:00", "2024-02-10"),
        ("2024-02-10", "2024-02-10"),
        ("10 Feb 2024 08:00 +0900", "2024-02-10"),
        (20240210, "2024-02-10"),
        ("2024-02-10T00:00:00Z", "2024-02-10"),
    ],
)
def test_a_day_that_is_stated_is_the_day_in_every_zone(zone: str, written: Any, day: str) -> None:
    made = profile({"time_zone": zone}, events={"date": written}, orders={"date": written})
    sent = profile({"time_zone": zone}, messages={"status": "sent", "sent_date": written})

    assert {made["last_event_date"], made["first_event_date"], made["last_order_date"]} == {day}
    assert sent["last_message_sent_date"] == day
    assert (made["event_history"] or made["upcoming_events"])[0]["date"] == day


MOMENTS = ("2024-02-09T23:10:00Z", 1707520200, 1707520200000, {"$date": {"$numberLong": "1707520200000"}})


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    ("user", "policy", "day"),
    [
        ({"time_zone": "Asia/Tokyo"}, Policy(), "2024-02-10"),
        ({"time_zone": "America/Los_Angeles"}, Policy(time_zone="Asia/Tokyo"), "2024-02-09"),
        ({}, Policy(time_zone="Asia/Tokyo"), "2024-02-10"),
        ({}, Policy(), "2024-02-09"),
    ],
)
def test_a_moment_has_its_day_in_the_zone_of_the_person_or_the_policy(
    moment: Any, user: dict[str, str], policy: Policy, day: str
) -> None:
    made = profile(user, policy, events={"date": moment}, messages={"status": "sent", "sent_date": moment})

    assert (made["last_event_date"], made["last_message_sent_date"]) == (day, day)


@pytest.mark.parametrize(
    ("zone", "days"), [("UTC", 1), ("Asia/Tokyo", 1), ("America/Los_Angeles", 0), ("Pacific/Kiritimati", 1)]
)
def test_days_since_are_counted_from_the_persons_today(zone: str, days: int) -> None:
    """At 03:30 in UTC it is still the day before in Los Angeles; no number is below 0."""
    made = profile({"name": "Ann", "time_zone": zone}, events={"date": "2024-02-10"})

    assert made["days_since_last_event"] == days
    assert ("yesterday" in made["summary"], "today" in made["summary"]) == (days == 1, days == 0)


@pytest.mark.parametrize(
    ("birth", "zone", "day"),
    [
        ("1990-05-01T00:00:00+09:00", None, "1990-05-01"),
        ("1990-05-01T23:00:00-08:00", "Asia/Tokyo", "1990-05-01"),
        ("1990-04-30T15:00:00Z", "Asia/Tokyo", "1990-05-01"),
        ({"$date": "1990-04-30T15:00:00Z"}, "Asia/Tokyo", "1990-05-01"),
        ({"$date": {"$numberLong": "641487600000"}}, "Asia/Tokyo", "1990-05-01"),
        ("1990-05-01T00:00:00Z", "America/Los_Angeles", "1990-05-01"),
        ("1990-05-01", "America/Los_Angeles", "1990-05-01"),
        ("1990-04-30T15:00:00Z", None, "1990-04-30"),
    ],
)
def test_a_birth_is_on_the_day_that_is_written(birth: Any, zone: str | None, day: str) -> None:
    assert profile({"birth_date": birth, "time_zone": zone})["birth_date"] == day


@pytest.mark.parametrize(
    ("zone", "age", "changes_at"),
    [
        ("Asia/Tokyo", 34, "2025-02-10T15:00:00Z"),
        ("UTC", 34, "2025-02-11T00:00:00Z"),
        ("America/Los_Angeles", 33, "2024-02-11T08:00:00Z"),
    ],
)
def test_people_grow_older_at_their_own_midnight(zone: str, age: int, changes_at: str) -> None:
    made = profile({"birth_date": "1990-02-11", "time_zone": zone})

    assert (made["age"], made["changes_at"]) == (age, changes_at)


def test_an_event_in_the_last_year_has_a_day_in_every_zone() -> None:
    made = profile({"time_zone": "Asia/Tokyo"}, events={"date": "9999-12-31T23:59:59Z"})

    assert [entry["date"] for entry in made["upcoming_events"]] == [str(date.max)]
