"""Loads whole collections of the product, mapped as capture maps them, for the batch functions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import structlog

from schemas.model import RawDocument
from workers.product.mapping import Unmappable, canonical, map_document
from workers.product.mongo import connect, database
from workers.product.sources import OWN_ID, Source, SourcesError, load_sources
from workers.runtime.process.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from pyairtable import Table

AIRTABLE_TIMEOUTS = (5, 30)  # seconds to connect to Airtable, and to wait for its answer
RETRIES = 7
FIRST_BACKOFF = 0.5  # seconds, doubled each time: after too many requests Airtable refuses all for 30 s
RETRIED_STATUSES = (429, 500, 502, 503, 504)
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
    a record without a `created_date` gets the time at which it was created. Raises SettingsError without a
    token and a base, and requests' RequestException when Airtable does not answer, or refuses.
    """
    settings = settings or load()
    source = load_sources(settings.kairos_sources).of("messages")
    pages = airtable(settings).iterate()
    return list(mapped(source, (record_of(record) for page in pages for record in page)))


def documents_of(topic: str, settings: Settings) -> Iterator[RawDocument]:
    """The documents in MongoDB that feed a topic, mapped, one by one; none when the topic is switched off."""
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    if topic in sources.external:
        raise SourcesError(f"{settings.kairos_sources}: {topic} is external, so it is not in our database")
    if topic not in sources.topics:
        return
    source = sources.of(topic)
    with connect(settings, "kairos-batch") as client:
        collection = database(client, settings)[source.collection]
        yield from mapped(source, collection.find({}, dict.fromkeys(source.roots, 1)))


def mapped(source: Source, documents: Iterable[Mapping[str, Any]]) -> Iterator[RawDocument]:
    """Documents with the topic's field names; those that cannot be mapped are logged with id and reason."""
    for document in documents:
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


def airtable(settings: Settings) -> "Table":
    """The table of messages; raises SettingsError when the settings lack its token or base."""
    from pyairtable import Api, retry_strategy

    if settings.airtable_token is None or not settings.airtable_base:
        raise SettingsError("AIRTABLE_TOKEN and AIRTABLE_BASE are needed to load messages from Airtable")
    api = Api(
        settings.airtable_token.get_secret_value(),
        timeout=AIRTABLE_TIMEOUTS,
        retry_strategy=retry_strategy(
            total=RETRIES, backoff_factor=FIRST_BACKOFF, status_forcelist=RETRIED_STATUSES
        ),
        endpoint_url=settings.airtable_url,
    )
    return api.table(settings.airtable_base, settings.airtable_table)


def record_of(record: Mapping[str, Any]) -> RawDocument:
    """A record of Airtable as a document: its fields, its id, and the time at which it was created."""
    return {"created_date": record["createdTime"], **record["fields"], OWN_ID: record["id"]}
