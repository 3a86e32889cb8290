"""The connection to the product's database, with options under which every document can be decoded."""

from bson import CodecOptions, DatetimeConversion
from bson.binary import UuidRepresentation
from pymongo import MongoClient, ReadPreference
from pymongo.database import Database

from schemas.model import RawDocument
from workers.runtime.process.security import mongo_options
from workers.runtime.process.settings import Settings

SELECT_MS = 5_000
SOCKET_MS = 30_000
# decodes every document: text that is no UTF-8, dates beyond the year 9999, UUIDs of old drivers or too short
CODEC: CodecOptions[RawDocument] = CodecOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.UNSPECIFIED,
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)


def connect(settings: Settings, name: str, answer_ms: int = SOCKET_MS) -> MongoClient[RawDocument]:
    """A client with short timeouts, because the caller decides how long to retry; it does not connect yet.

    `name` is the application's name in the server's log and its list of connections, `answer_ms` how long one
    answer of the server may take.
    """
    return MongoClient(
        settings.mongo_url,
        **mongo_options(settings),
        appname=name,
        serverSelectionTimeoutMS=SELECT_MS,
        connectTimeoutMS=SELECT_MS,
        socketTimeoutMS=answer_ms,
    )


def database(client: MongoClient[RawDocument], settings: Settings) -> Database[RawDocument]:
    """The product's database, read at the primary: a secondary may lack what was written before a stream."""
    return client.get_database(
        settings.mongo_database, codec_options=CODEC, read_preference=ReadPreference.PRIMARY
    )
