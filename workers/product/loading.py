"""Loads whole collections of the product, mapped as capture maps them: what the batch functions take."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import structlog

from schemas.model import RawDocument
from workers.product import mongo as product
from workers.product.mapping import Unmappable, canonical, map_document
from workers.product.sources import OWN_ID, Source, SourcesError, load_sources
from workers.runtime.process.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from pyairtable import Table

SECONDS = (5, 30)  # to connect to Airtable, and to wait for its answer
TRIES, FIRST_WAIT = 7, 0.5  # doubled each time: Airtable shuts out for 30 s who asks too often
BUSY = (429, 500, 502, 503, 504)
log = structlog.get_logger()


def load_users_from_mongodb(*, settings: Settings | None = None) -> list[RawDocument]:
    """All users of the product's database.

    `settings` are those of the environment by default; they name the database, and the file that says which
    collection and fields are meant (KAIROS_SOURCES). A document that cannot be mapped is logged and left out.
    Raises SourcesError when the file leaves users to somebody else, SettingsError, PyMongoError.
    """
    return list(documents("users", settings or load()))


def load_orders_from_mongodb(*, settings: Settings | None = None) -> list[RawDocument]:
    """All orders, as `load_users_from_mongodb`."""
    return list(documents("orders", settings or load()))


def load_events_from_mongodb(*, settings: Settings | None = None) -> list[RawDocument]:
    """All events, as `load_users_from_mongodb`."""
    return list(documents("events", settings or load()))


def load_messages_from_airtable(*, settings: Settings | None = None) -> list[RawDocument]:
    """All messages of the table that AIRTABLE_TOKEN, AIRTABLE_BASE and AIRTABLE_TABLE name.

    The fields of a record have the names that KAIROS_SOURCES gives to those of `messages`; its id is the
    record's, and without a `created_date` the time it was created counts. Raises SettingsError without a
    token and a base, and requests' RequestException when Airtable does not answer, or refuses.
    """
    settings = settings or load()
    source = load_sources(settings.kairos_sources).of("messages")
    pages = airtable(settings).iterate()
    return list(mapped(source, (record_of(one) for page in pages for one in page)))


def documents(topic: str, settings: Settings) -> Iterator[RawDocument]:
    """The documents in MongoDB that feed a topic, mapped, one by one; none of one switched off."""
    sources = load_sources(settings.kairos_sources)
    if topic in sources.external:
        raise SourcesError(f"{settings.kairos_sources}: {topic} is external, so it is not in our database")
    if topic not in sources.topics:
        return
    source = sources.of(topic)
    with product.connect(settings, "kairos-batch") as client:
        collection = product.database(client, settings)[source.collection]
        yield from mapped(source, collection.find({}, dict.fromkeys(source.roots, 1)))


def mapped(source: Source, found: Iterable[Mapping[str, Any]]) -> Iterator[RawDocument]:
    """Documents in our words; what cannot be said in them is logged, with its id and the reason."""
    for document in found:
        try:
            yield map_document(source, document)
        except Unmappable as error:
            log.warning("document left out", topic=source.topic, document=place(document), error=str(error))


def place(document: Mapping[str, Any]) -> str:
    """The id of a document for people to find it by, whatever type it has."""
    try:
        return canonical(document.get(OWN_ID), OWN_ID)
    except Unmappable:
        return repr(document.get(OWN_ID))[:200]


def airtable(settings: Settings) -> "Table":
    """The table of messages; raises SettingsError when the settings do not say where it is."""
    from pyairtable import Api, retry_strategy

    if settings.airtable_token is None or not settings.airtable_base:
        raise SettingsError("AIRTABLE_TOKEN and AIRTABLE_BASE are needed to load messages from Airtable")
    api = Api(
        settings.airtable_token.get_secret_value(),
        timeout=SECONDS,
        retry_strategy=retry_strategy(total=TRIES, backoff_factor=FIRST_WAIT, status_forcelist=BUSY),
        endpoint_url=settings.airtable_url,
    )
    return api.table(settings.airtable_base, settings.airtable_table)


def record_of(record: Mapping[str, Any]) -> RawDocument:
    """A record of Airtable as a document: its fields, its id, and when it was created."""
    return {"created_date": record["createdTime"], **record["fields"], OWN_ID: record["id"]}
