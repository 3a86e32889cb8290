"""A product on its first day with us: of each person a user, two orders, a message, a quarter of an event.

Every third person had a message yesterday and must not be written to, so that a decision which is made before
the messages are read can be told.
"""

import random
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo.database import Database

from schemas.model import from_epoch_ms

DAY_MS = 86_400_000
YEARS_DAYS = 730
GUESTS = 12  # of an event; everybody was at three on average
AT_ONCE = 5_000  # documents that are written together
Document = dict[str, Any]


class FirstPeople:
    """A product with so many people as of `now` (epoch milliseconds); the same seed, the same product."""

    def __init__(self, people: int, now: int, seed: int = 19) -> None:
        self.ids = [f"u{number}" for number in range(people)]
        self.recent = set(self.ids[::3])
        self._random, self._now = random.Random(seed), now

    def fill(self, database: Database[Document]) -> int:
        """Write all documents into a database; returns how many."""
        collections = {
            "users": self._users(),
            "orders": self._orders(),
            "events": self._events(),
            "messages": self._messages(),
        }
        count = 0
        for name, documents in collections.items():
            while batch := [*islice(documents, AT_ONCE)]:
                database[name].insert_many(batch, ordered=False)
                count += len(batch)
        return count

    def _days_ago(self, days: float) -> datetime:
        return from_epoch_ms(self._now - int(days * DAY_MS))

    def _long_ago(self) -> datetime:
        return self._days_ago(self._random.uniform(10, YEARS_DAYS))

    def _users(self) -> Iterator[Document]:
        for person in self.ids:
            known = {"interests": ["tea", "art"], "cuisine_preference": ["Thai"], "age": 34}
            common = {"_id": person, "email": f"{person}@example.com", "created_at": self._long_ago()}
            yield common | known | {"occupation": "cook"}

    def _orders(self) -> Iterator[Document]:
        for number in range(2 * len(self.ids)):
            person = self.ids[number // 2]
            amount = self._random.randrange(10, 90)
            yield {"_id": f"o{number}", "user_id": person, "amount": amount, "date": self._long_ago()}

    def _events(self) -> Iterator[Document]:
        for number in range(len(self.ids) // 4):
            guests = self._random.sample(self.ids, min(GUESTS, len(self.ids)))
            yield {
                "_id": f"e{number}",
                "name": f"Evening {number}",
                "host": "Chef Mario",
                "venue": "The Vault",
                "date": self._long_ago(),
                "participants": [f"{person}@example.com" for person in guests],
            }

    def _messages(self) -> Iterator[Document]:
        for person in self.ids:
            sent = self._days_ago(1) if person in self.recent else self._long_ago()
            yield {"_id": f"m-{person}", "user_id": person, "status": "sent", "sent_date": sent}
