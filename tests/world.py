"""A product and the pure stages of the fleet in memory: documents in, profiles and decisions out."""

from datetime import UTC, datetime
from typing import Any

from schemas.decision import SendDecision
from schemas.documents import Event, Message, Order, User
from schemas.mail import Engagement, Outcome
from schemas.model import Model, from_epoch_ms, to_epoch_ms
from schemas.profile import EnrichedProfile
from tests.fleet import Cut, Fleet
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.route.stage import STAGES

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
EMAIL = "sarah.chen@email.com"


def ms(text: str) -> int:
    """Epoch milliseconds of an ISO date or time, UTC."""
    return to_epoch_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


class World:
    """Writes documents at the time `now` (epoch milliseconds), with rising versions, and runs the fleet."""

    def __init__(self, now: str = "2024-02-10", policy: Policy | None = None) -> None:
        self.fleet = Fleet((*STAGES, stage(policy or Policy())))
        self.now = ms(now)
        self._versions = 0

    def put(self, topic: str, document: Model) -> None:
        """Write the new content of a document; its `id` is the key."""
        self.write(topic, str(document.model_dump()["id"]), document)

    def delete(self, topic: str, id_: str) -> None:
        """Delete a document."""
        self.write(topic, id_, None)

    def write(self, topic: str, id_: str, document: Model | None) -> None:
        """Write the new content of a document, or its deletion, with a version above all others."""
        self._versions += 1
        self.fleet.put(topic, id_, document, version=(1, self._versions), at=self.now)

    def report(self, decision: str, outcome: Outcome, at: int | None = None, **fields: str) -> None:
        """Write an outcome of a decision, at a time (epoch milliseconds; None: now).

        `fields` are further ones of the report.
        """
        person, time = decision.rpartition(":")[0], self.now if at is None else at
        engagement = Engagement.model_validate(
            {"decision_id": decision, "person": person, "outcome": outcome, "at": from_epoch_ms(time)}
            | fields
        )
        self.fleet.put("engagements", person, engagement, at=time)

    def settle(self, now: str | None = None, cut: Cut | None = None) -> None:
        """Process everything, then a watermark at `now`."""
        self.fleet.run(cut)
        self.now = ms(now) if now else self.now
        self.fleet.watermark(self.now)
        self.fleet.run(cut)

    def wait_for(self, *sources: str) -> None:
        """Process everything, then a watermark at `now` with sources that are not ready."""
        self.fleet.run()
        self.fleet.watermark(self.now, waiting=sources)
        self.fleet.run()

    def profile(self, person: str = "user_001") -> EnrichedProfile | None:
        """The latest profile of a person."""
        data = self.fleet.latest("enriched-profiles").get(person)
        return None if data is None else EnrichedProfile.loads(data)

    def decision(self, person: str = "user_001") -> SendDecision | None:
        """The latest decision about a person."""
        data = self.fleet.latest("send-decisions").get(person)
        return None if data is None else SendDecision.loads(data)

    def decisions(self, person: str = "user_001") -> list[SendDecision]:
        """All decisions about a person, in order."""
        records = self.fleet.records("send-decisions")
        return [
            SendDecision.loads(record.value)
            for record in records
            if record.value and record.key == person.encode()
        ]

    def dead_letters(self) -> list[bytes | None]:
        """The values of all dead letters."""
        return [record.value for record in self.fleet.records("dead-letters")]


SARAH = User.model_validate(User.EXAMPLES[0])


def event(id_: str, date: str | None, *participants: str, **fields: str) -> Event:
    """An event with participants, by address."""
    return Event.model_validate({"id": id_, "date": date, "participants": participants, **fields})


SAMPLE_EVENTS = (
    event(
        "event_001", "2024-01-15", EMAIL, "mike.jones@email.com", "jenny.kim@email.com",
        name="Italian Wine Tasting", venue="The Vault", host="Chef Mario", event_type="wine_tasting",
    ),
    event(
        "event_002", "2024-01-22", EMAIL, "mike.jones@email.com",
        name="Thai Cooking Class", venue="Culinary Studio", host="Chef Ploy", event_type="cooking_class",
    ),
    event(
        "event_003", "2024-02-05", EMAIL, "jenny.kim@email.com", "alex.wong@email.com",
        name="Farm to Table Dinner", venue="The Vault", host="Chef Mario", event_type="dinner",
    ),
)  # fmt: skip
SAMPLE_ORDERS = (
    Order.model_validate({"id": "order_001", "user_id": "user_001", "amount": 75.0, "date": "2024-01-10"}),
    Order.model_validate({"id": "order_002", "user_id": "user_001", "amount": 85.0, "date": "2024-01-18"}),
)
SAMPLE_MESSAGES = tuple(Message.model_validate(example) for example in Message.EXAMPLES)


def sample() -> World:
    """The sample product of one user, three events, two orders and two messages, on 2024-02-10."""
    world = World()
    world.put("users", SARAH)
    for sample_event in SAMPLE_EVENTS:
        world.put("events", sample_event)
    for order in SAMPLE_ORDERS:
        world.put("orders", order)
    for message in SAMPLE_MESSAGES:
        world.put("messages", message)
    return world


def profile_of(world: World, person: str = "user_001") -> EnrichedProfile:
    """The profile of a person who has one, after everything was processed without dead letters."""
    world.settle()
    profile = world.profile(person)
    assert profile is not None
    assert world.dead_letters() == []
    return profile


def attends(*events: Event, **user: Any) -> EnrichedProfile:
    """The profile, on 2024-02-10, of a user who participates in events."""
    world = World()
    world.put("users", User.model_validate({"id": "user_001", "email": EMAIL, **user}))
    for attended_event in events:
        world.put("events", attended_event)
    return profile_of(world)


def at(text: str) -> datetime:
    """The time of an ISO date or time, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def sent_on(day: str, id_: str = "m1") -> Message:
    """A message that was sent to the sample user."""
    return Message.model_validate({"id": id_, "user_id": "user_001", "status": "sent", "sent_date": day})
