"""Times in documents on their way to a decision: what cannot be true leads to no mail and no odd profile."""

import json
from typing import Any

import pytest

from tests.fleet import Fleet
from tests.world import World
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.product.reading.clock import clock_at
from workers.route.stage import ADDRESSES, documents_stage
from workers.runtime.kafka.records import ProducerRecord

LIKES = {"interests": ["tea", "hiking"], "occupation": "nurse", "cuisine_preference": ["Thai"], "age": None}
YEAR_1 = ("0001-01-01T00:00:00Z", -62135596800000, {"$date": {"$numberLong": "-62135596800000"}})


class Feed(World):
    """A fleet whose documents are bounded against the world's own time."""

    def __init__(self) -> None:
        super().__init__()
        documents = documents_stage(lambda: clock_at(self.now, 3600))
        self.fleet = Fleet((documents, ADDRESSES, stage(Policy())))

    def feed(self, topic: str, key: str, **fields: Any) -> None:
        data = json.dumps({"id": key} | fields).encode()
        self.fleet._append(ProducerRecord(topic, key.encode(), data, (), self.now))


@pytest.mark.parametrize("none", YEAR_1)
def test_the_year_1_is_no_date(none: Any) -> None:
    """Nobody is 2025 years old, and a message without a date counts as new: no mail follows."""
    world = Feed()
    world.feed("users", "mia", email="mia@x.jp", birth_date=none, created_at=none, **LIKES)
    world.feed("orders", "o", user_id="mia", amount=5, date=none)
    world.feed("events", "e", name="Tea", date=none, participants=["mia@x.jp"])
    world.feed("messages", "m", user_id="mia", status="sent", sent_date=none)
    world.settle()
    profile, decision = world.profile("mia"), world.decision("mia")
    assert profile is not None
    assert decision is not None
    assert world.dead_letters() == []
    assert (profile.age, profile.days_since_last_message, profile.days_since_last_event) == (None, 0, None)
    assert (profile.number_of_events_attended, profile.total_orders) == (0, 1)
    assert decision.verdict == "wait"
    assert "year" not in profile.summary


@pytest.mark.parametrize(
    "none", [0, "1970-01-01T00:00:00Z", "1970-01-20T17:46:43.208Z", {"$date": {"$numberLong": "0"}}]
)
def test_zero_is_no_date(none: Any) -> None:
    """Neither are seconds that were taken for milliseconds: no mail follows a message that was sent then."""
    world = Feed()
    world.feed("users", "mia", email="mia@x.jp", created_at=none, **LIKES)
    world.feed("orders", "o", user_id="mia", amount=5, date=none)
    world.feed("events", "e", name="Tea", date=none, participants=["mia@x.jp"])
    world.feed("messages", "m", user_id="mia", status="sent", sent_date=none, created_date=none)
    world.settle()
    profile, decision = world.profile("mia"), world.decision("mia")
    assert profile is not None
    assert decision is not None
    assert (profile.days_since_last_message, profile.days_since_last_event) == (0, None)
    assert (profile.number_of_events_attended, profile.total_orders, profile.decayed_spend) == (0, 1, 0.0)
    assert decision.verdict == "wait"


@pytest.mark.parametrize("ahead", ["2024-02-10T09:00:00Z", "2100-01-01", "9999-12-31"])
def test_a_message_sent_in_the_future_was_sent_now(ahead: str) -> None:
    """No mail follows, and later the person is written to again."""
    world = Feed()
    world.feed("users", "mia", email="mia@x.jp", **LIKES)
    world.feed("messages", "m", user_id="mia", status="sent", sent_date=ahead, created_date="2023-01-01")
    world.settle()
    profile, decision = world.profile("mia"), world.decision("mia")
    assert profile is not None
    assert decision is not None
    assert (profile.days_since_last_message, decision.verdict) == (0, "wait")
    assert [note.field for note in profile.data_quality.malformed] == ["sent_date"]
    world.settle("2024-06-10")
    decision = world.decision("mia")
    assert decision is not None
    assert decision.verdict != "wait"
