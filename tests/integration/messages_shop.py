"""A fleet whose mails are written back as messages, into Airtable's stand-in or into MongoDB."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from deploy.embedded import Services, airtable_node
from deploy.embedded.airtable.service import BASE, TABLE
from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.integration.airtable_product import QUICK
from tests.integration.wire import Addressed, Wire
from workers.runtime.process.clock import now_ms

OPTIONS = {"status": ["queued", "sent", "failed"]}
FIELDS = ("decision_id", "status", "user_id", "content", "sent_date")
# in MongoDB under names of the product, so that the mapping is followed
NAMES = {"decision_id": "kairos.decision", "status": "delivery.state", "sent_date": "delivery.at"}
SOURCES = {
    "Airtable": '[messages]\nfrom = "airtable"\n',
    "MongoDB": "[messages]\n" + "".join(f'fields.{ours} = "{name}"\n' for ours, name in NAMES.items()),
}


class MessagesShop:
    """A fleet's topics, the product's database, and the place of its messages."""

    def __init__(self, wire: Wire, database: Any) -> None:
        self.wire, self.database = wire, database

    def rows(self) -> list[dict[str, Any]]:
        """All messages, by our fields."""
        return [row_of(document) for document in self.database.messages.find()]

    def statuses(self) -> dict[str, str]:
        """The status of each decision; a decision that stands twice is one too many."""
        rows = self.rows()
        found = {row["decision_id"]: row.get("status", "") for row in rows}
        assert len(found) == len(rows)
        return found

    def write_mail(self, decision: str) -> None:
        """Write a mail as `mail` does."""
        person = decision.partition(":")[0]
        own = {"id": decision, "decision_id": decision, "person": person, "written_at": now_ms()}
        self.wire.put("emails", person, Email.model_validate(Email.EXAMPLES[0] | own), now_ms())

    def report(self, decision: str, outcome: str, **fields: Any) -> None:
        """Report an outcome as a sender does, under the person's key."""
        said: dict[str, Any] = {"decision_id": decision, "person": decision.partition(":")[0]}
        at = {"outcome": outcome, "at": from_epoch_ms(now_ms())}
        self.wire.put("engagements", said["person"], Engagement.model_validate(said | at | fields), now_ms())
        self.wire.producer.flush()

    def profile(self, person: str) -> EnrichedProfile | None:
        """The profile as it stands in its topic."""
        value = self.wire.latest("enriched-profiles").get(person)
        return None if value is None else EnrichedProfile.loads(value)


class AirtableShop(MessagesShop):
    """Its messages are in the stand-in behind a port."""

    def __init__(self, wire: Wire, database: Any, port: int) -> None:
        super().__init__(wire, database)
        self._port = port

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of a control path of the stand-in."""
        return airtable_node.NODE.control(self._port, path, body)

    def rows(self) -> list[dict[str, Any]]:
        """All messages, by column."""
        return [*self.control(f"table?base={BASE}&table={TABLE}").values()]


def row_of(document: Any) -> dict[str, Any]:
    """A document by our fields."""
    found = {ours: found_at(document, NAMES.get(ours, ours)) for ours in FIELDS}
    return {name: value for name, value in found.items() if value is not None}


def found_at(document: Any, path: str) -> Any:
    """The value at a path with dots, None for none."""
    for name in path.split("."):
        document = (document or {}).get(name)
    return document


@contextmanager
def airtable_shop(services: Addressed, stand_in: Services, folder: Path) -> Iterator[AirtableShop]:
    """An empty table with three options, an empty database, and topics of their own."""
    stand_in.reset()
    environment = {name.lower(): value for name, value in stand_in.environment().items()}
    given = QUICK | {name: value for name, value in environment.items() if name.startswith("airtable")}
    with _wire(services, folder, "Airtable", given) as (wire, database):
        shop = AirtableShop(wire, database, int(environment["airtable_url"].rpartition(":")[2]))
        shop.control("settings", {"options": OPTIONS})
        yield shop


@contextmanager
def mongo_shop(services: Addressed, folder: Path) -> Iterator[MessagesShop]:
    """An empty database, and topics of their own."""
    with _wire(services, folder, "MongoDB", {"mongo_write_back": True}) as (wire, database):
        yield MessagesShop(wire, database)


@contextmanager
def _wire(services: Addressed, folder: Path, place: str, given: dict[str, Any]) -> Iterator[tuple[Wire, Any]]:
    sources = folder / "sources.toml"
    sources.write_text(SOURCES[place], "utf-8")
    name = f"writeback_{os.getpid()}_{now_ms()}"
    wire = Wire.create(services, **(given | {"kairos_sources": sources, "mongo_database": name}))
    with MongoClient[Any](wire.settings.mongo_url, tz_aware=True) as client:
        yield wire, client[name]
        client.drop_database(name)
    wire.close()
