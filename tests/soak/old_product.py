"""A product of two years under a seed: users, orders, events, messages, jobs and what people do with them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any

from pymongo.database import Database

from schemas.model import RawDocument, from_epoch_ms

DAY_MS = 86_400_000
YEARS_MS = 730 * DAY_MS
AT_ONCE = 5_000  # documents that are written together
GUESTS = 20  # of an event; everybody was at two events on average
RECENT_SHARE = 0.35  # of the people had a message within the cooldown
WITH_ENOUGH, WITH_LITTLE = 0.7, 0.85  # shares of the people up to whom a mail, or a question, is possible


class OldProduct:
    """About eleven documents a person, up to the time `now` (epoch milliseconds).

    `recent` are those who had a message within the cooldown, `writable` all others of whom enough is known
    for a mail, or so little that they are asked.
    """

    def __init__(self, seed: int, people: int, now: int) -> None:
        self._random, self._now = Random(seed), now
        self.people = people
        self._ids = [f"u{number}" for number in range(people)]
        draw = self._random
        self.recent = {person for person in self._ids if draw.random() < RECENT_SHARE}
        self._known = {person: draw.random() for person in self._ids}
        self.writable = {person for person in self._ids if is_writable(self._known[person])} - self.recent
        self.documents = 0

    def fill(self, db: Database[RawDocument]) -> None:
        """Write all documents into an empty database."""
        for name, documents in (
            ("users", self._users()),
            ("orders", self._orders()),
            ("events", self._events()),
            ("messages", self._messages()),
            ("jobs", self._jobs()),
            ("job_views", self._deeds("viewed_at", {"time_spent_seconds": 90})),
            ("job_preferences", self._deeds("created_at", {"preference_type": "saved"})),
        ):
            self._insert(db, name, documents)

    def _insert(self, db: Database[RawDocument], name: str, documents: Iterable[RawDocument]) -> None:
        left = iter(documents)
        while batch := [*islice(left, AT_ONCE)]:
            db[name].insert_many(batch, ordered=False)
            self.documents += len(batch)

    def _ago(self, least_days: float = 0.1, most_ms: int = YEARS_MS) -> datetime:
        """Some time at least so many days ago, and not longer ago than `most_ms`."""
        return from_epoch_ms(self._now - self._random.randrange(int(least_days * DAY_MS), most_ms))

    def _users(self) -> Iterator[RawDocument]:
        for person in self._ids:
            known: dict[str, Any] = {}
            if self._known[person] < WITH_ENOUGH:
                known = {"interests": ["tea", "art"], "age": 34, "occupation": "cook"}
            elif not is_writable(self._known[person]):
                known = {"age": 34, "occupation": "cook"}
            common = {"_id": person, "email": f"{person}@example.com", "created_at": self._ago()}
            yield common | known | {"language": self._random.choice(["en", "ja"])}

    def _orders(self) -> Iterator[RawDocument]:
        for number in range(3 * self.people):
            person = self._random.choice(self._ids)
            amount = self._random.randrange(10, 90)
            yield {"_id": f"o{number}", "user_id": person, "amount": amount, "date": self._ago()}

    def _events(self) -> Iterator[RawDocument]:
        for number in range(2 * self.people // GUESTS):
            guests = self._random.sample(self._ids, min(GUESTS, self.people))
            yield {
                "_id": f"e{number}",
                "name": f"Evening {number}",
                "host": "Chef Mario",
                "venue": "The Vault",
                "date": self._ago(),
                "participants": [f"{person}@example.com" for person in guests],
            }

    def _messages(self) -> Iterator[RawDocument]:
        """Two old ones for everybody, and a new one: it was sent within the cooldown, or not sent at all."""
        for person in self._ids:
            for number in range(2):
                yield self._message(f"m{number}-{person}", person, "sent", self._ago(8))
            if person in self.recent:
                yield self._message(f"new-{person}", person, "sent", self._ago(most_ms=6 * DAY_MS))
            else:
                status = self._random.choice(["queued", "failed", "cancelled"])
                yield self._message(f"new-{person}", person, status, None) | {
                    "created_date": self._ago(most_ms=6 * DAY_MS)
                }

    def _message(self, id_: str, person: str, status: str, sent_at: datetime | None) -> RawDocument:
        return {"_id": id_, "user_id": person, "status": status, "sent_date": sent_at}

    def _jobs(self) -> Iterator[RawDocument]:
        for number in range(max(1, self.people // 100)):
            yield {"_id": f"j{number}", "title": f"Cook {number}", "posted_at": self._ago()}

    def _deeds(self, time: str, values: RawDocument) -> Iterator[RawDocument]:
        """What people did with jobs, one each."""
        for person in self._ids:
            job = f"j{self._random.randrange(max(1, self.people // 100))}"
            yield {"_id": f"{time}-{person}", "user_id": person, "job_id": job, time: self._ago()} | values


def is_writable(known: float) -> bool:
    """Whether a mail or a question is possible for somebody with this draw."""
    return known < WITH_ENOUGH or known >= WITH_LITTLE
