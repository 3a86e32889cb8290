"""The connection to the product's database, with options under which every document can be decoded."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bson import CodecOptions, DatetimeConversion
from bson.binary import UuidRepresentation
from pymongo import MongoClient, ReadPreference
from pymongo.collection import Collection
from pymongo.database import Database

from schemas.model import RawDocument
from workers.product.source_tables import MongoPlace
from workers.product.sources import Source, SourcesError, no_cluster
from workers.runtime.process.security import mongo_options
from workers.runtime.process.settings import Settings

SELECT_MS = 5_000
SOCKET_MS = 30_000
PRODUCT = MongoPlace()
# decodes every document: text that is no UTF-8, dates beyond the year 9999, UUIDs of old drivers or too short
CODEC: CodecOptions[RawDocument] = CodecOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.UNSPECIFIED,
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)


def connect(
    settings: Settings, name: str, answer_ms: int = SOCKET_MS, cluster: str = ""
) -> MongoClient[RawDocument]:
    """A client with short timeouts, because the caller decides how long to retry; it does not connect yet.

    `name` is the application's name in the server's log and its list of connections, `answer_ms` how long one
    answer of the server may take, `cluster` a name of MONGO_URLS, empty for MONGO_URL.
    """
    return MongoClient(
        settings.mongo_clusters[cluster],
        **mongo_options(settings),
        appname=name,
        serverSelectionTimeoutMS=SELECT_MS,
        connectTimeoutMS=SELECT_MS,
        socketTimeoutMS=answer_ms,
    )


def database(
    client: MongoClient[RawDocument], settings: Settings, place: MongoPlace = PRODUCT
) -> Database[RawDocument]:
    """A product's database, read at the primary: a secondary may lack what was written before a stream."""
    name = place.database or settings.mongo_database
    return client.get_database(name, codec_options=CODEC, read_preference=ReadPreference.PRIMARY)


@contextmanager
def collections(settings: Settings, name: str) -> Iterator[Callable[[Source], Collection[RawDocument]]]:
    """A function that gives the collection of a source, wherever it is; `name` as for `connect`.

    The function raises SourcesError for a cluster without a URL.
    """
    with ExitStack() as opened:
        clients: dict[str, MongoClient[RawDocument]] = {}

        def collection_of(source: Source) -> Collection[RawDocument]:
            cluster = source.place.cluster
            if cluster not in settings.mongo_clusters:
                raise SourcesError(no_cluster(source))
            if cluster not in clients:
                clients[cluster] = opened.enter_context(connect(settings, name, cluster=cluster))
            return database(clients[cluster], settings, source.place)[source.collection]

        yield collection_of
