"""People in MongoDB whose profiles, decisions and mails must be right whatever else lies in the topics."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.database import Database

from schemas.decision import SendDecision
from schemas.model import RawDocument
from tests.integration.wire import Wire
from topics.catalog import CATALOG
from workers.people.batch.enrich import enrich_user_profiles
from workers.runtime.kafka.records import ConsumerRecord

DOCUMENTS = frozenset(topic.name for topic in CATALOG if "outside" in topic.producers and topic.payload)
AFTER_MAIL = frozenset({"as_of", "can_send_new_message"})  # fields that a decision to send changes

T = TypeVar("T")


@contextmanager
def database(wire: Wire) -> Iterator[Database[RawDocument]]:
    """The product's database, with a document in each of its collections, dropped afterwards."""
    with MongoClient[RawDocument](wire.settings.mongo_url) as client:
        db = client[wire.settings.mongo_database]
        for topic in DOCUMENTS:
            db[topic.replace("-", "_")].insert_one({"_id": "there-is-one"})
        yield db
        client.drop_database(wire.settings.mongo_database)


class People:
    """The people of the test in MongoDB: everybody has an order, and every second one a recent message."""

    def __init__(self, db: Database[RawDocument]) -> None:
        self._db = db
        self.documents: tuple[list[Any], ...] = ([], [], [], [])  # users, orders, events, messages
        self.to_write_to: set[str] = set()
        self.to_leave: set[str] = set()

    def add(self, name: str) -> None:
        """Write two people: NAME, to whom is to be written, and NAME-recent, who had a message yesterday."""
        users, orders, _, messages = self.documents
        yesterday = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - the time of the test
        for person in (name, f"{name}-recent"):
            users.append(
                {"_id": person, "name": person, "email": f"{person}@example.com", "interests": ["art"],
                 "cuisine_preference": ["Thai"], "age": 30, "occupation": "cook"}
            )  # fmt: skip
            orders.append({"_id": f"of-{person}", "user_id": person, "amount": 12.5, "date": yesterday})
            self._db.orders.insert_one(orders[-1])
            self._db.users.insert_one(users[-1])
        messages.append(
            {"_id": f"to-{name}", "user_id": f"{name}-recent", "status": "sent", "sent_date": yesterday}
        )
        self._db.messages.insert_one(messages[-1])
        self.to_write_to.add(name)
        self.to_leave.add(f"{name}-recent")

    def problems(self, wire: Wire) -> list[str]:
        """What is wrong with anybody's profile, decisions or mails; nothing when all is right."""
        profiles, decisions, mails = latest(wire, "enriched-profiles"), decisions_of(wire), mails_of(wire)
        wrong = []
        for person in sorted(self.to_write_to | self.to_leave):
            if person not in profiles:
                wrong.append(f"{person} has no profile")
                continue
            wrong += [f"{person}: {field}" for field in self._differing(profiles[person])]
            sent = [each.id for each in decisions.get(person, ()) if each.verdict == "send"]
            last = [(each.verdict, each.reason) for each in decisions.get(person, ())][-1:]
            if person in self.to_leave and (sent or last != [("wait", "cooldown")]):
                wrong.append(f"{person}: {sent} {last}")
            if person in self.to_write_to and (
                set(sent) != {f"{person}:1"} or mails.get(person) != set(sent)
            ):
                wrong.append(f"{person}: {sent} {last} {mails.get(person)}")
        return wrong

    def _differing(self, live: dict[str, Any]) -> list[str]:
        """The fields in which a profile is not that of a batch over the documents, as of its own time."""
        batch = enrich_user_profiles(*self.documents, as_of=live["as_of"])
        expected = next(each for each in batch if each["id"] == live["id"])
        skipped = AFTER_MAIL if live["id"] in self.to_write_to else {"as_of"}
        return [f"{name} {live[name]} is not {expected[name]}" for name in live.keys() - skipped
                if live[name] != expected[name]]  # fmt: skip


def readable(wire: Wire, topic: str, read: Callable[[ConsumerRecord], T]) -> Iterator[T]:
    """What can be read of a topic; odd records lie between."""
    for raw in wire.records(topic):
        try:
            value = read(raw)
        except (ValueError, KeyError, TypeError):
            continue
        yield value


def latest(wire: Wire, topic: str) -> dict[str, Any]:
    """The last readable value of every key, as JSON."""
    return dict(readable(wire, topic, lambda raw: ((raw.key or b"").decode(), json.loads(raw.value or b""))))


def decisions_of(wire: Wire) -> dict[str, list[SendDecision]]:
    """The readable decisions about everybody, in their order."""
    decisions: dict[str, list[SendDecision]] = defaultdict(list)
    for decision in readable(wire, "send-decisions", lambda raw: SendDecision.loads(raw.value or b"")):
        decisions[decision.person].append(decision)
    return decisions


def mails_of(wire: Wire) -> dict[str, set[str]]:
    """The ids of the decisions for which everybody has a mail."""

    def written(raw: ConsumerRecord) -> tuple[str, str]:
        mail = json.loads(raw.value or b"")
        return str(mail["person"]), str(mail["decision_id"])

    mails: dict[str, set[str]] = defaultdict(set)
    for person, decision in readable(wire, "emails", written):
        mails[person].add(decision)
    return mails
