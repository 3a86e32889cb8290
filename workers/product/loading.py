"""Loads whole collections of the product, mapped as capture maps them, for the batch functions."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from requests.exceptions import HTTPError

from schemas.model import RawDocument
from workers.product.airtable.named_table import named_table
from workers.product.airtable_records import document_of
from workers.product.field_rules import OWN_ID
from workers.product.mapping import Unmappable, canonical, is_left_out, map_document
from workers.product.mongo import collections
from workers.product.sources import Source, SourcesError, load_sources
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.settings import Settings, SettingsError, load

AIRTABLE_SECONDS = 60.0  # without an answer, after which a reading is given up
FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0  # seconds between two attempts
log = structlog.get_logger()


def load_users_from_mongodb(*, settings: Settings | None = None) -> list[RawDocument]:
    """All users of the product's database.

    `settings` are those of the environment by default; they name the database, and the file with the
    collection and its fields (KAIROS_SOURCES). A document that cannot be mapped is logged and left out.
    Raises SourcesError when users are `external` in that file, SettingsError, PyMongoError.
    """
    return list(documents_of("users", settings or load()))


def load_orders_from_mongodb(*, settings: Settings | None = None) -> list[RawDocument]:
    """All orders; like `load_users_from_mongodb`."""
    return list(documents_of("orders", settings or load()))


def load_events_from_mongodb(*, settings: Settings | None = None) -> list[RawDocument]:
    """All events; like `load_users_from_mongodb`."""
    return list(documents_of("events", settings or load()))


def load_messages_from_airtable(*, settings: Settings | None = None) -> list[RawDocument]:
    """All messages of the table that AIRTABLE_TOKEN, AIRTABLE_BASE and AIRTABLE_TABLE name.

    KAIROS_SOURCES maps the fields of a record to those of `messages`. The id of the message is the record's;
    a record without a `created_date` gets the time at which it was created. With Redis (REDIS_URL) it shares
    in the five requests a second of all processes, without it keeps to one. Raises SettingsError without a
    token and a base, and requests' RequestException when Airtable does not answer for a minute, or refuses.
    """
    settings = settings or load()
    source = load_sources(settings.kairos_sources).of("messages")
    with ThreadPoolExecutor(1) as pool:  # the caller may be inside an event loop, and the pace has its own
        records = pool.submit(read_airtable, settings, source).result()
    return list(mapped(source, (document_of(source, record) for record in records)))


def documents_of(topic: str, settings: Settings) -> Iterator[RawDocument]:
    """The documents in MongoDB that feed a topic, mapped, one by one; none when the topic is switched off."""
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    if topic in sources.external:
        raise SourcesError(f"{settings.kairos_sources}: {topic} is external, so it is not in our database")
    if any(source.topic == topic for source in sources.airtable):
        raise SourcesError(f"{settings.kairos_sources}: {topic} is in Airtable, not in our database")
    if topic not in sources.mongo_topics:
        return
    source = sources.of(topic)
    with collections(settings, "kairos-batch") as collection_of:
        documents = collection_of(source).find({}, dict.fromkeys(source.roots, 1))
        yield from mapped(source, documents)


def mapped(source: Source, documents: Iterable[Mapping[str, Any]]) -> Iterator[RawDocument]:
    """Documents with the topic's field names; those that cannot be mapped are logged with id and reason.

    Those that the `where` of the source leaves out are not there.
    """
    for document in documents:
        if is_left_out(source, document):
            continue
        try:
            yield map_document(source, document)
        except Unmappable as error:
            log.warning(
                "document left out", topic=source.topic, document=logged_id(document), error=str(error)
            )


def logged_id(document: Mapping[str, Any]) -> str:
    """The id of a document for the log; the repr, at most 200 characters, of what cannot be an id."""
    try:
        return canonical(document.get(OWN_ID), OWN_ID)
    except Unmappable:
        return repr(document.get(OWN_ID))[:200]


def read_airtable(settings: Settings, source: Source) -> list[Mapping[str, Any]]:
    """All records of the table of a source, in the pace that every process keeps to.

    Raises SettingsError when the settings lack its token or base, and RequestException.
    """
    from workers.product.airtable.base_pace import base_pace
    from workers.product.airtable.refusals import AirtableRefusal, sentence
    from workers.product.airtable.table_client import TableClient

    named, stop = named_table(source, settings), threading.Event()
    if named is None:
        raise SettingsError("AIRTABLE_TOKEN and AIRTABLE_BASE are needed to load messages from Airtable")
    base, table = named
    backoff = Backoff(AIRTABLE_SECONDS, FIRST_DELAY, LONGEST_DELAY)
    try:
        with base_pace(settings, base, stop) as pace:
            client = TableClient(settings, base, table, pace, stop, backoff)
            return [record for page in client.pages(None) for record in page if isinstance(record, Mapping)]
    except AirtableRefusal as refusal:
        raise HTTPError(sentence(refusal, base, table)) from refusal
