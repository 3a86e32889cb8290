"""The product's database: how it is reached, and how its documents are read, whatever they hold."""

from bson import CodecOptions, DatetimeConversion
from bson.binary import UuidRepresentation
from pymongo import MongoClient, ReadPreference
from pymongo.database import Database

from schemas.model import RawDocument
from workers.runtime.process.security import mongo_options
from workers.runtime.process.settings import Settings

SELECT_MS = 5_000
SOCKET_MS = 30_000
# every document can be read, whatever it holds: odd text, far dates, old ids
CODEC: CodecOptions[RawDocument] = CodecOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.STANDARD,
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)


def connect(settings: Settings, name: str) -> MongoClient[RawDocument]:
    """A client that gives up soon, because the caller knows how long to wait; it does not connect yet.

    `name` is what the server's log and its list of connections say of us.
    """
    return MongoClient(
        settings.mongo_url,
        **mongo_options(settings),
        appname=name,
        serverSelectionTimeoutMS=SELECT_MS,
        connectTimeoutMS=SELECT_MS,
        socketTimeoutMS=SOCKET_MS,
    )


def database(client: MongoClient[RawDocument], settings: Settings) -> Database[RawDocument]:
    """The product's database, read at the primary: a secondary may not have what a stream began after."""
    return client.get_database(
        settings.mongo_database, codec_options=CODEC, read_preference=ReadPreference.PRIMARY
    )
