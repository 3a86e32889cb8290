"""A made-up product under a seed: an endless stream of changes to users, orders, events and messages."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from schemas.documents import Event, Message, Order, User
from schemas.model import Model, from_epoch_ms

DAY_MS = 86_400_000
COOLDOWN_MS = 7 * DAY_MS


class Change(NamedTuple):
    """A document's new content (None: deleted)."""

    topic: str
    key: str
    document: Model | None


class Product:
    """People whose addresses move between them; documents of every kind are changed and deleted."""

    def __init__(self, seed: int, people: int) -> None:
        self._random = Random(seed)
        self._people = people
        shares: list[tuple[Callable[[int], Change], int]] = [
            (self._user, 6),
            (self._order, 4),
            (self._event, 4),
            (self._message, 3),
            (self._deletion, 1),
        ]
        self._kinds = [kind for kind, share in shares for _ in range(share)]

    def change(self, now: int) -> Change:
        """The next change; `now` is in epoch milliseconds."""
        return self._random.choice(self._kinds)(now)

    def _person(self) -> str:
        return f"u{self._random.randrange(self._people)}"

    def _address(self) -> str:
        return f"a{self._random.randrange(self._people * 5 // 4)}@example.com"

    def _user(self, now: int) -> Change:
        chance, person = self._random, self._person()
        own = f"a{person[1:]}@example.com"
        user = User(
            id=person,
            email=own if chance.random() < 0.8 else self._address(),
            name=f"Person {person}",
            interests=chance.sample(["hiking", "art", "tea", "music"], chance.randrange(4)),
            cuisine_preference=chance.sample(["Thai", "Italian"], chance.randrange(3)),
            age=chance.choice([None, 25, 32, 61]),
            occupation=chance.choice([None, "cook", "nurse"]),
            language=chance.choice(["en", "ja", None]),
            created_at=chance.choice([None, from_epoch_ms(now - chance.randrange(900) * DAY_MS)]),
        )
        return Change("users", person, user)

    def _order(self, now: int) -> Change:
        chance = self._random
        id_ = f"o{chance.randrange(self._people * 3)}"
        date = chance.choice([None, from_epoch_ms(now - chance.randrange(-20, 200) * DAY_MS)])
        return Change(
            "orders", id_, Order(id=id_, user_id=self._person(), amount=chance.randrange(100), date=date)
        )

    def _event(self, now: int) -> Change:
        chance = self._random
        id_ = f"e{chance.randrange(self._people // 2)}"
        days = chance.choice([-1, 1]) * chance.randrange(3, 60)
        people = [self._address() for _ in range(chance.randrange(6))]
        event = Event(
            id=id_,
            name=f"Event {id_}",
            date=from_epoch_ms(now + days * DAY_MS),
            venue=chance.choice(["Vault", "Garden"]),
            host=chance.choice(["Mario", "Aiko"]),
            cuisine=chance.sample(["Thai", "Italian"], chance.randrange(3)),
            participants=people,
        )
        return Change("events", id_, event)

    def _message(self, now: int) -> Change:
        chance = self._random
        id_ = f"m{chance.randrange(self._people)}"
        # half of them end their cooldown within the run, so that timers fire under load
        ends = now + chance.randrange(1_000, 40_000) if chance.random() < 0.5 else now + DAY_MS
        sent = from_epoch_ms(ends - COOLDOWN_MS)
        message = Message(id=id_, user_id=self._person(), status="sent", sent_date=sent)
        return Change("messages", id_, message)

    def _deletion(self, now: int) -> Change:
        change = self._random.choice([self._user, self._order, self._event, self._message])(now)
        return Change(change.topic, change.key, None)
