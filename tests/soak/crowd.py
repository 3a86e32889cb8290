"""A made-up crowd under a seed: people in many zones, who change, and to whom the product writes, too."""

from random import Random
from typing import NamedTuple

from schemas.documents import Message, User
from schemas.model import from_epoch_ms
from tests.soak.product import Change

ZONES = (
    "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Pacific/Chatham", "America/New_York",
    "Asia/Tokyo", "UTC", "America/Sao_Paulo",
)  # fmt: skip
ENOUGH: dict[str, object] = {"age": 30, "occupation": "cook", "interests": ["tea"]}
# what is known of a person, and how often: enough for a mail, too little, so that they are asked, or neither
KNOWN: tuple[tuple[dict[str, object], int], ...] = (
    (ENOUGH, 6),
    ({}, 2),
    ({"age": 30, "occupation": "cook"}, 1),
)


class Told(NamedTuple):
    """A message of the product: to whom, and when it was sent and known (epoch milliseconds)."""

    person: str
    at: int


class Crowd:
    """Everybody's document first, then changes of these, and messages; `messages` has all of those."""

    def __init__(self, seed: int, people: int) -> None:
        self._random = Random(seed)
        self._people = people
        self._registered = 0
        self.messages: list[Told] = []

    def change(self, now: int) -> Change:
        """The next change; `now` is in epoch milliseconds."""
        if self._registered < self._people:
            self._registered += 1
            return self._user(self._registered - 1, ENOUGH)
        if self._random.random() < 0.2:
            return self._message(now)
        (known,) = self._random.choices([values for values, _ in KNOWN], [share for _, share in KNOWN])
        return self._user(self._random.randrange(self._people), known)

    def _user(self, number: int, known: dict[str, object]) -> Change:
        person = f"u{number}"
        user = User.model_validate(
            {"id": person, "email": f"{person}@example.com", "time_zone": zone_of(person)} | known
        )
        return Change("users", person, user)

    def _message(self, now: int) -> Change:
        person, id_ = f"u{self._random.randrange(self._people)}", f"m{len(self.messages)}"
        self.messages.append(Told(person, now))
        return Change(
            "messages",
            id_,
            Message(id=id_, user_id=person, status="sent", sent_date=from_epoch_ms(now)),
        )


def zone_of(person: str) -> str:
    """The zone of a person, who never moves."""
    return ZONES[int(person[1:]) % len(ZONES)]
