"""A made-up product: the sample and generated people. Pure: the same seed gives the same product."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.model import RawDocument, from_epoch_ms, to_epoch_ms
from workers.demo import sample
from workers.demo.job_acts import past_preferences, past_views
from workers.demo.jobs import make_jobs
from workers.demo.persons import DAY_MS, Persona, PersonaMix, person
from workers.demo.words import EVENINGS

SEED = 20
GUESTS = 24  # people on participant lists who are not users yet
VIEWS, PREFERENCES = 700, 160  # of jobs
EVENTS, UPCOMING = 60, 12  # of all events, how many are in the future
HOUR_MS = 3_600_000
FIRST_SOON_MS, SOON_MS = 60_000, 45_000  # until the first cooldown of `soon` ends, and between two ends


@dataclass
class DemoProduct:
    """The documents of each collection; the personas by user id; `guests` are users who register later."""

    collections: dict[str, list[RawDocument]]
    personas: dict[str, Persona] = field(default_factory=dict)
    guests: list[RawDocument] = field(default_factory=list)

    @property
    def users(self) -> list[RawDocument]:
        """The users, the sample first."""
        return self.collections["users"]


def make(now: int, mix: PersonaMix | None = None, seed: int = SEED) -> DemoProduct:
    """Generate a product as of `now` (epoch milliseconds)."""
    rng = random.Random(seed)
    personas = (mix or PersonaMix()).personas()
    rng.shuffle(personas)
    people = [person(rng, number, persona, now) for number, persona in enumerate(personas, 2)]
    guests = [*known_guests(rng, len(people) + 2, now), *new_guests(rng, len(people) + 5, GUESTS, now)]
    events = [event(rng, number, people, guests, now) for number in range(4, 4 + EVENTS)]
    on_jobs = random.Random(seed + 1)  # of its own, so that people do not depend on jobs
    jobs = make_jobs(on_jobs, now)
    ids = [str(user["_id"]) for user in people]
    persona_of = dict(zip(ids, personas, strict=True))
    return DemoProduct(
        {
            "users": [*sample.USERS, *people],
            "events": [*sample.EVENTS, *events],
            "orders": [*sample.ORDERS, *orders(rng, people, events)],
            "messages": [*sample.MESSAGES, *messages(rng, persona_of, now)],
            "jobs": jobs,
            "job_views": past_views(on_jobs, people, jobs, VIEWS, now),
            "job_preferences": past_preferences(on_jobs, people, jobs, PREFERENCES, now),
        },
        persona_of,
        guests,
    )


def known_guests(rng: random.Random, number: int, now: int) -> list[RawDocument]:
    """The sample's guests, as the users that they become."""
    guests = []
    personas: tuple[Persona, ...] = ("send", "ask", "thin")
    for index, (persona, (address, name)) in enumerate(zip(personas, sample.GUESTS, strict=True)):
        document = person(rng, number + index, persona, now)
        guests.append(document | {"email": address, "name": name, "language": "en"})
    return guests


def new_guests(rng: random.Random, number: int, count: int, now: int) -> list[RawDocument]:
    """That many more guests, numbered from `number`."""
    return [person(rng, number + n, rng.choice(("send", "thin", "ask")), now) for n in range(count)]


def event(
    rng: random.Random, number: int, people: list[RawDocument], guests: list[RawDocument], now: int
) -> RawDocument:
    """An event with five to eleven people and perhaps guests, in the past year or the next weeks."""
    upcoming = number % (EVENTS // UPCOMING) == 0
    days = rng.randrange(2, 40) if upcoming else -rng.randrange(1, 360)
    # the draw prefers the front of the list, so that some people attend often
    drawn = [people[int(len(people) * rng.random() ** 1.6)] for _ in range(rng.randrange(5, 12))]
    drawn += [rng.choice(guests[len(sample.GUESTS) :]) for _ in range(rng.randrange(0, 3))]
    return evening(rng, number, drawn, now + days * DAY_MS)


def evening(rng: random.Random, number: int, people: Iterable[RawDocument], at: int) -> RawDocument:
    """An event around a time (epoch milliseconds); its participants are the people with an address."""
    venue, host, programme = rng.choice(EVENINGS)
    name, kind = rng.choice(programme)
    return {
        "_id": f"event_{number:03d}",
        "name": name,
        "date": from_epoch_ms(at - at % HOUR_MS),
        "venue": venue,
        "host": host,
        "event_type": kind,
        "participants": list(dict.fromkeys(user["email"] for user in people if "email" in user)),
    }


def orders(rng: random.Random, people: list[RawDocument], events: list[RawDocument]) -> list[RawDocument]:
    """An order for 60 % of the seats of users."""
    user_of = {user["email"]: str(user["_id"]) for user in people if "email" in user}
    seats = [
        (user_of[address], event)
        for event in events
        for address in event["participants"]
        if address in user_of
    ]
    paid = [seat for seat in seats if rng.random() < 0.6]
    return [order(rng, number, user, event) for number, (user, event) in enumerate(paid, 3)]


def order(rng: random.Random, number: int, user: str, event: RawDocument) -> RawDocument:
    """A seat at an event, paid one to seven days before."""
    return {
        "_id": f"order_{number:03d}",
        "user_id": user,
        "event_id": event["_id"],
        "amount": float(rng.randrange(28, 130)),
        "date": from_epoch_ms(to_epoch_ms(event["date"]) - rng.randrange(1, 8) * DAY_MS),
    }


def messages(rng: random.Random, personas: dict[str, Persona], now: int) -> list[RawDocument]:
    """The product's sent and queued messages: the cooldown personas had one in the last seven days."""
    documents: list[RawDocument] = []
    soon = 0
    for user, persona in personas.items():
        ago = None
        if persona == "cooldown":
            ago = rng.randrange(2 * HOUR_MS, 6 * DAY_MS)
        elif persona == "soon":
            ago = 7 * DAY_MS - FIRST_SOON_MS - soon * SOON_MS
            soon += 1
        elif rng.random() < 0.5:
            ago = rng.randrange(8, 200) * DAY_MS
        if ago is not None:
            documents.append(message(len(documents) + 3, user, "sent", now - ago))
        if rng.random() < 0.15:
            documents.append(
                message(len(documents) + 3, user, "queued", now - rng.randrange(1, 72) * HOUR_MS)
            )
    return documents


def message(number: int, user: str, status: str, at: int) -> RawDocument:
    """A message that was sent or queued at a time (epoch milliseconds)."""
    date_field = "sent_date" if status == "sent" else "created_date"
    return {
        "_id": f"msg_{number:03d}",
        "user_id": user,
        "content": "We have a seat for you.",
        "status": status,
        date_field: from_epoch_ms(at),
    }
