"""A product with odd documents, and what `kairos check` says of it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bson import ObjectId
from click.testing import CliRunner, Result
from pymongo import MongoClient
from pymongo.database import Database

from deploy.embedded import Services
from schemas.model import RawDocument
from workers.cli import kairos

SECRET = "hunter2"
SARAH, MIKE = ObjectId(), ObjectId()
OTHERS = "".join(
    f"[{name}]\nenabled = false\n" for name in ("messages", "jobs", "job-views", "job-preferences")
)


@contextmanager
def odd_product(mongo: Services) -> Iterator[Database[RawDocument]]:
    """A product with some odd documents, and a secret in many places."""
    with MongoClient[RawDocument](mongo.mongo_url) as client:
        db = client[f"check_{uuid.uuid4().hex[:8]}"]
        db.users.insert_many(
            [
                {"_id": SARAH, "email": "sarah@x.jp", "age": SECRET, "hobbies": [SECRET], "city": SECRET},
                {"_id": MIKE, "email": SECRET, "name": SECRET, "profile": {"birthday": SECRET}},
            ]
        )
        db.orders.insert_many(
            [
                {"_id": 1, "user_id": SARAH, "amount": SECRET, "date": datetime(2100, 1, 1, tzinfo=UTC)},
                {"_id": 2, "user_id": SECRET, "amount": 5},
            ]
        )
        people = [{"email": "sarah@x.jp", "name": SECRET}, SECRET, "jun@x.jp"]
        db.events.insert_one({"_id": SECRET, "date": SECRET, "participants": people})
        yield db
        client.drop_database(db.name)


def port_of(mongo: Services) -> int:
    """The port of the embedded MongoDB."""
    return int(mongo.mongo_url.rpartition(":")[2].partition("/")[0])


def run(
    db: Database[RawDocument], url: str, folder: Path, *arguments: str, sources: str = OTHERS, urls: str = ""
) -> Result:
    """What the command says of the product; `urls` are those of other clusters."""
    file = folder / "sources.toml"
    file.write_text(sources)
    environment = {
        "MONGO_URLS": urls,
        "MONGO_URL": url,
        "MONGO_DATABASE": db.name,
        "KAIROS_SOURCES": str(file),
        "COLUMNS": "200",
    }
    return CliRunner().invoke(kairos, ["check", *arguments], env=environment)
