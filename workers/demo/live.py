"""A product that lives: one change after the other, as its users would make them. Pure and seeded."""

import random
from collections.abc import Callable
from typing import Any

from schemas.model import RawDocument, from_epoch_ms
from workers.demo import product
from workers.demo.change import DatabaseWrite
from workers.demo.persons import REQUIRED, value
from workers.demo.product import DemoProduct
from workers.demo.sample import EVENTS, SARAH
from workers.demo.words import ENGLISH, JAPANESE

FIELDS = {"cuisine_preference": "cuisines"}  # fields whose name reads badly
GUESTS_LOW = 6  # from here on, events bring new guests


class Life:
    """Makes changes to a product, and keeps it as the database has it.

    The sample person and whoever is `spared` (somebody may be looking at them) are left alone.
    """

    def __init__(self, product: DemoProduct, spared: frozenset[str] = frozenset(), seed: int = 1) -> None:
        self._rng = random.Random(seed)
        self._product = product
        self._spared = spared | {SARAH}
        self._turn = 0
        self._own_orders: list[RawDocument] = []
        self._cast: tuple[Callable[[int], DatabaseWrite | None], ...] = (
            self.registers, self.orders, self.fills, self.views, self.meets, self.fills,
            self.is_written_to, self.orders, self.fills, self.registers, self.views, self.cancels,
        )  # fmt: skip

    def next(self, now: int) -> DatabaseWrite:
        """The next change, at `now` (epoch milliseconds)."""
        while True:
            act = self._cast[self._turn % len(self._cast)]
            self._turn += 1
            change = act(now)
            if change is not None:
                return change

    def registers(self, now: int) -> DatabaseWrite | None:
        """A guest of earlier events becomes a user, under the address they came with."""
        if not self._product.guests:
            return None
        guest = self._product.guests.pop(0) | {"created_at": from_epoch_ms(now)}
        self._product.users.append(guest)
        been = sum(guest["email"] in event["participants"] for event in self._documents("events"))
        line = f"registers; was on the list of {been} event{'' if been == 1 else 's'} before"
        return DatabaseWrite("insert", "users", guest["_id"], guest, guest["_id"], line)

    def orders(self, now: int) -> DatabaseWrite:
        """Somebody buys a seat."""
        events = self._documents("events")
        coming = [event for event in events[len(EVENTS) :] if event["date"] > from_epoch_ms(now)]
        user, event = self._somebody(), self._rng.choice(coming or events)
        order: RawDocument = {
            "_id": self._new_id("order"),
            "user_id": user["_id"],
            "event_id": event["_id"],
            "amount": float(self._rng.randrange(28, 130)),
            "date": from_epoch_ms(now),
        }
        self._own_orders.append(order)
        return self._insert("orders", order, user["_id"], f"orders {event['name']} for {order['amount']:.0f}")

    def cancels(self, now: int) -> DatabaseWrite | None:
        """An order is deleted."""
        if not self._own_orders:
            return None
        order = self._own_orders.pop()
        self._documents("orders").remove(order)
        return DatabaseWrite(
            "delete", "orders", order["_id"], {}, order["user_id"], f"cancels {order['_id']}"
        )

    def meets(self, now: int) -> DatabaseWrite:
        """An event took place today, with users and perhaps new guests."""
        people = [self._somebody() for _ in range(self._rng.randrange(4, 8))]
        guests = self._product.guests
        if len(guests) < GUESTS_LOW:
            number = len(self._product.users) + len(guests) + 1
            guests.extend(product.new_guests(self._rng, number, 2, now))
            people += guests[-2:]
        event = product.evening(self._rng, len(self._documents("events")) + 1, people, now)
        line = f"{event['name']} at {event['venue']}, with {len(event['participants'])} people"
        return self._insert("events", event, None, line)

    def is_written_to(self, now: int) -> DatabaseWrite:
        """The product sends one of its own queued messages."""
        queued = [
            one
            for one in self._documents("messages")
            if one["status"] == "queued" and one["user_id"] not in self._spared
        ]
        if not queued:
            return self.is_queued_for(now)
        message = self._rng.choice(queued)
        new = {"status": "sent", "sent_date": from_epoch_ms(now)}
        message.update(new)
        line = f"gets {message['_id']} from the product"
        return DatabaseWrite("update", "messages", message["_id"], new, message["user_id"], line)

    def is_queued_for(self, now: int) -> DatabaseWrite:
        """The product queues a message for somebody."""
        user = self._somebody()
        message = product.message(len(self._documents("messages")) + 1, user["_id"], "queued", now)
        return self._insert("messages", message, user["_id"], f"has {message['_id']} queued by the product")

    def fills(self, now: int) -> DatabaseWrite | None:
        """Somebody tells more about themselves, preferably somebody for whom that decides."""
        users = [user for user in self._users() if missing(user) is not None]
        thin = [user for user in users if self._product.parts.get(user["_id"]) == "thin"]
        if not users:
            return None
        user = self._rng.choice(thin or users)
        return fill(self._rng, user)

    def views(self, now: int) -> DatabaseWrite:
        """Somebody looks at a job."""
        user, job = self._somebody(), self._rng.choice(self._documents("jobs"))
        view: RawDocument = {
            "_id": self._new_id("view"),
            "user_id": user["_id"],
            "job_id": job["_id"],
            "time_spent_seconds": self._rng.randrange(20, 240),
            "source": "feed",
            "viewed_at": from_epoch_ms(now),
        }
        line = f"looks at the job {job['title']} for {view['time_spent_seconds']} s"
        return self._insert("job_views", view, user["_id"], line)

    def _insert(self, collection: str, document: RawDocument, person: str | None, line: str) -> DatabaseWrite:
        self._documents(collection).append(document)
        return DatabaseWrite("insert", collection, document["_id"], document, person, line)

    def _documents(self, collection: str) -> list[RawDocument]:
        return self._product.collections[collection]

    def _users(self) -> list[RawDocument]:
        return [user for user in self._product.users if user["_id"] not in self._spared]

    def _somebody(self) -> RawDocument:
        return self._rng.choice(self._users())

    def _new_id(self, word: str) -> str:
        # counted by the turn: a deleted document's id is not used again
        return f"{word}_live_{self._turn:03d}"


def missing(user: RawDocument) -> str | None:
    """The first required field that a user has not filled."""
    return next((field for field in REQUIRED if not user.get(field)), None)


def fill(rng: random.Random, user: RawDocument) -> DatabaseWrite | None:
    """The user fills the first missing field (the document is changed too); None when none is missing."""
    field = missing(user)
    if field is None:
        return None
    words = JAPANESE if user.get("language") == "ja" else ENGLISH
    new: dict[str, Any] = {field: value(rng, words, field)}
    user.update(new)
    line = f"fills in {FIELDS.get(field, field)}: {shown(new[field])}"
    return DatabaseWrite("update", "users", user["_id"], new, user["_id"], line)


def shown(found: Any) -> str:
    """A value in words."""
    return ", ".join(found) if isinstance(found, list) else str(found)
