"""The product of a first day: how many documents, and whom the last message holds back."""

from collections import defaultdict
from typing import Any

from tests.bench.first_people import AT_ONCE, DAY_MS, FirstPeople

NOW = 1_760_000_000_000


class Collections(defaultdict[str, "Collections"]):
    """A database in memory, as much of one as `fill` uses."""

    def __init__(self) -> None:
        super().__init__(Collections)
        self.documents: list[dict[str, Any]] = []

    def insert_many(self, documents: list[dict[str, Any]], ordered: bool) -> None:
        assert len(documents) <= AT_ONCE
        self.documents += documents


def filled(people: int) -> tuple[FirstPeople, Collections, int]:
    product, database = FirstPeople(people, NOW), Collections()
    return product, database, product.fill(database)  # type: ignore[arg-type]


def test_there_are_four_and_a_quarter_documents_a_person() -> None:
    _, database, count = filled(4_000)
    assert count == 17_000
    counts = {name: len(collection.documents) for name, collection in database.items()}
    assert counts == {"users": 4_000, "orders": 8_000, "events": 1_000, "messages": 4_000}


def test_who_had_a_message_within_the_cooldown_and_nobody_else_is_recent() -> None:
    product, database, _ = filled(30)
    cooldown = 7 * DAY_MS
    recent = {
        message["user_id"]
        for message in database["messages"].documents
        if NOW - message["sent_date"].timestamp() * 1000 < cooldown
    }
    assert recent == product.recent
    assert 0 < len(recent) < 30


def test_the_same_seed_gives_the_same_product() -> None:
    assert filled(50)[1]["orders"].documents == filled(50)[1]["orders"].documents
