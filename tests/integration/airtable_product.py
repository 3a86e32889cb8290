"""A product whose messages are in Airtable's stand-in, and what a test does there and sees in the topic."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.embedded import Services, airtable_node
from deploy.embedded.airtable.service import BASE, TABLE
from schemas.control import SourcePosition
from schemas.documents import Message
from tests.integration.capturing import Product, eventually, product
from workers.capture.position import TOPIC

OTHERS = ("users", "orders", "events", "jobs", "job-views", "job-preferences")
SOURCES = '[messages]\nfrom = "airtable"\n' + "".join(f"[{name}]\nenabled = false\n" for name in OTHERS)
QUICK = {
    "airtable_poll_seconds": 0.3,
    "airtable_sweep_seconds": 2.0,
    "airtable_compare_seconds": 5.0,
    "airtable_closed_seconds": 1.0,
}
STATUSES = ("queued", "sent", "failed")


@dataclass
class AirtableProduct:
    """The product, and the stand-in behind a port."""

    product: Product
    port: int

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of a control path of the stand-in."""
        return airtable_node.NODE.control(self.port, path, body)

    def edit(self, **changes: Any) -> list[str]:
        """What somebody does in Airtable: `create`, `update` and `delete` records."""
        ids: list[str] = self.control("edits", {"base": BASE, "table": TABLE} | changes)
        return ids

    def table(self) -> dict[str, dict[str, Any]]:
        """The cells of all records of the table, by id."""
        found: dict[str, dict[str, Any]] = self.control(f"table?base={BASE}&table={TABLE}")
        return found

    def topic(self) -> dict[str, dict[str, Any]]:
        """The documents of the topic, by key, without the time of their creation."""
        documents = {key: json.loads(record.value) for key, record in self.product.latest("messages").items()}
        return {
            key: {name: value for name, value in document.items() if name not in ("id", "created_date")}
            for key, document in documents.items()
        }

    def wait_until_equal(self) -> None:
        """Wait until the topic has the records of the table, field by field."""
        expected = {
            id_: {name: value for name, value in cells.items() if name in Message.model_fields}
            for id_, cells in self.table().items()
        }
        eventually(lambda: self.topic() == expected, "the topic equals the table")

    def most_requests(self) -> int:
        """The most requests that came within any second."""
        traffic = self.control("traffic")
        return int(traffic[BASE]["heaviest_requests"])

    def positions(self) -> list[SourcePosition]:
        """Every position of the table that was written."""
        records = [each for each in self.product.everything(TOPIC) if each.key == b"airtable/messages"]
        return [SourcePosition.loads(record.value) for record in records]

    def wait_for_position(self, count: int) -> None:
        """Wait until more than `count` positions were written."""
        eventually(lambda: len(self.positions()) > count, "a position")

    def change_some(self, chance: random.Random, count: int = 10) -> None:
        """Create, change and delete some records, each kind in one transaction."""
        ids = [*self.table()]
        self.edit(create=[row(chance) for _ in range(count)])
        self.edit(update={id_: row(chance) for id_ in chance.sample(ids, min(count, len(ids)))})
        self.edit(delete=chance.sample(ids, min(count // 3, len(ids))))


def row(chance: random.Random) -> dict[str, Any]:
    """The cells of a message."""
    number = chance.randrange(1_000)
    return {"user_id": f"u{number % 97}", "status": STATUSES[number % 3], "content": f"text {number}"}


@contextmanager
def stand_in_alone(folder: Path) -> Iterator[Services]:
    """The stand-in for Airtable alone; it answers at once, and closes a base for a second."""
    with Services.start(folder, only=("airtable",)) as services:
        services.restart("airtable", '{"answer_seconds": 0.01, "penalty_seconds": 1.0}')
        yield services


@contextmanager
def airtable_product(
    services: Any, stand_in: Services, folder: Path, sources: str = SOURCES, **settings: Any
) -> Iterator[AirtableProduct]:
    """A product with an empty table, all topics, and short intervals."""
    stand_in.reset()
    environment = {name.lower(): value for name, value in stand_in.environment().items()}
    airtable = {name: value for name, value in environment.items() if name.startswith("airtable")}
    fields = QUICK | airtable | {"redis_url": services.redis_url} | settings
    with product(services, folder, sources, **fields) as found:
        yield AirtableProduct(found, int(environment["airtable_url"].rpartition(":")[2]))
