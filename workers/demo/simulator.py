"""Simulates the activity of a product's users: one database write after the other. Pure and seeded."""

import random
from collections.abc import Callable
from typing import Any

from schemas.model import RawDocument, from_epoch_ms
from workers.demo import job_acts, product
from workers.demo.database_write import DatabaseWrite
from workers.demo.persons import REQUIRED, value
from workers.demo.product import DemoProduct
from workers.demo.sample import EVENTS, SARAH
from workers.demo.words import ENGLISH, JAPANESE

LABELS = {"cuisine_preference": "cuisines"}  # names for the screen, where they differ from the field's
PREFERENCES = (
    ("saved", "saves the job {}"),
    ("saved", "saves the job {}"),
    ("applied", "applies for the job {}"),
    ("rejected", "does not want the job {}"),
)
MIN_GUESTS = 6  # with fewer guests left, the next event has new ones


class ActivitySimulator:
    """Generates writes, and applies each to `product` as the database does.

    The sample person and those `spared` (a reader may be watching them) are not changed.
    """

    def __init__(self, product: DemoProduct, spared: frozenset[str] = frozenset(), seed: int = 1) -> None:
        self._rng = random.Random(seed)
        self._product = product
        self._spared = spared | {SARAH}
        self._turn = 0
        self._own_orders: list[RawDocument] = []
        self._activities: tuple[Callable[[int], DatabaseWrite | None], ...] = (
            self.register_guest, self.place_order, self.fill_field, self.view_job,
            self.hold_event, self.fill_field, self.send_message, self.place_order,
            self.fill_field, self.register_guest, self.prefer_job, self.cancel_order,
            self.view_job,
        )  # fmt: skip

    def next(self, now: int) -> DatabaseWrite:
        """The next write, made at `now` (epoch milliseconds)."""
        while True:
            activity = self._activities[self._turn % len(self._activities)]
            self._turn += 1
            write = activity(now)
            if write is not None:
                return write

    def register_guest(self, now: int) -> DatabaseWrite | None:
        """A guest of earlier events becomes a user with the same address; None when no guest is left."""
        if not self._product.guests:
            return None
        guest = self._product.guests.pop(0) | {"created_at": from_epoch_ms(now)}
        self._product.users.append(guest)
        attended = sum(guest["email"] in event["participants"] for event in self._documents("events"))
        line = f"registers; was on the list of {attended} event{'' if attended == 1 else 's'} before"
        return DatabaseWrite("insert", "users", guest["_id"], guest, guest["_id"], line)

    def place_order(self, now: int) -> DatabaseWrite:
        """A user buys a seat at an event."""
        events = self._documents("events")
        upcoming = [event for event in events[len(EVENTS) :] if event["date"] > from_epoch_ms(now)]
        user, event = self._draw_user(), self._rng.choice(upcoming or events)
        order: RawDocument = {
            "_id": self._new_id("order"),
            "user_id": user["_id"],
            "event_id": event["_id"],
            "amount": float(self._rng.randrange(28, 130)),
            "date": from_epoch_ms(now),
        }
        self._own_orders.append(order)
        return self._insert("orders", order, user["_id"], f"orders {event['name']} for {order['amount']:.0f}")

    def cancel_order(self, now: int) -> DatabaseWrite | None:
        """The last order of this simulator is deleted; None when there is none."""
        if not self._own_orders:
            return None
        order = self._own_orders.pop()
        self._documents("orders").remove(order)
        return DatabaseWrite(
            "delete", "orders", order["_id"], {}, order["user_id"], f"cancels {order['_id']}"
        )

    def hold_event(self, now: int) -> DatabaseWrite:
        """An event takes place now, with users and, when few guests are left, new ones."""
        people = [self._draw_user() for _ in range(self._rng.randrange(4, 8))]
        guests = self._product.guests
        if len(guests) < MIN_GUESTS:
            number = len(self._product.users) + len(guests) + 1
            guests.extend(product.new_guests(self._rng, number, 2, now))
            people += guests[-2:]
        event = product.evening(self._rng, len(self._documents("events")) + 1, people, now)
        line = f"{event['name']} at {event['venue']}, with {len(event['participants'])} people"
        return self._insert("events", event, None, line)

    def send_message(self, now: int) -> DatabaseWrite:
        """The product sends one of its queued messages, or queues one when there is none."""
        queued = [
            message
            for message in self._documents("messages")
            if message["status"] == "queued" and message["user_id"] not in self._spared
        ]
        if not queued:
            return self.queue_message(now)
        message = self._rng.choice(queued)
        fields = {"status": "sent", "sent_date": from_epoch_ms(now)}
        message.update(fields)
        line = f"gets {message['_id']} from the product"
        return DatabaseWrite("update", "messages", message["_id"], fields, message["user_id"], line)

    def queue_message(self, now: int) -> DatabaseWrite:
        """The product queues a message for a user."""
        user = self._draw_user()
        message = product.message(len(self._documents("messages")) + 1, user["_id"], "queued", now)
        return self._insert("messages", message, user["_id"], f"has {message['_id']} queued by the product")

    def fill_field(self, now: int) -> DatabaseWrite | None:
        """A user, preferably a `thin` one, whose decision it changes, fills in a missing field."""
        users = [user for user in self._users() if missing_field(user) is not None]
        thin = [user for user in users if self._product.personas.get(user["_id"]) == "thin"]
        if not users:
            return None
        user = self._rng.choice(thin or users)
        return fill_missing_field(self._rng, user)

    def view_job(self, now: int) -> DatabaseWrite:
        """A user views a job."""
        user = self._draw_user()
        job = job_acts.drawn_job(self._rng, user, self._documents("jobs"), now)
        seconds = job_acts.reading_seconds(self._rng)
        view = job_acts.view(self._new_id("view"), user, job, seconds, now)
        return self._insert(
            "job_views", view, user["_id"], f"looks at the job {job['title']} for {seconds} s"
        )

    def prefer_job(self, now: int) -> DatabaseWrite:
        """A user saves or rejects a job, or applies for it."""
        user = self._draw_user()
        job = job_acts.drawn_job(self._rng, user, self._documents("jobs"), now)
        kind, words = self._rng.choice(PREFERENCES)
        preference = job_acts.preference(self._new_id("pref"), user, job, kind, now)
        return self._insert("job_preferences", preference, user["_id"], words.format(job["title"]))

    def _insert(self, collection: str, document: RawDocument, person: str | None, line: str) -> DatabaseWrite:
        self._documents(collection).append(document)
        return DatabaseWrite("insert", collection, document["_id"], document, person, line)

    def _documents(self, collection: str) -> list[RawDocument]:
        return self._product.collections[collection]

    def _users(self) -> list[RawDocument]:
        return [user for user in self._product.users if user["_id"] not in self._spared]

    def _draw_user(self) -> RawDocument:
        return self._rng.choice(self._users())

    def _new_id(self, word: str) -> str:
        # numbered by turn, so that the id of a deleted document is not used again
        return f"{word}_live_{self._turn:03d}"


def missing_field(user: RawDocument) -> str | None:
    """The first required field that a user has not filled; None when all are."""
    return next((field for field in REQUIRED if not user.get(field)), None)


def fill_missing_field(rng: random.Random, user: RawDocument) -> DatabaseWrite | None:
    """Fill the first missing field, in the document too; None when no field is missing."""
    field = missing_field(user)
    if field is None:
        return None
    words = JAPANESE if user.get("language") == "ja" else ENGLISH
    fields: dict[str, Any] = {field: value(rng, words, field)}
    user.update(fields)
    line = f"fills in {LABELS.get(field, field)}: {value_text(fields[field])}"
    return DatabaseWrite("update", "users", user["_id"], fields, user["_id"], line)


def value_text(content: Any) -> str:
    """The value of a field as text."""
    return ", ".join(content) if isinstance(content, list) else str(content)
