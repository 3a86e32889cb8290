"""The databases that capture follows, each with the collections that are read from it."""

from collections.abc import Mapping
from typing import NamedTuple

from workers.product.source_tables import MongoPlace
from workers.product.sources import Source, SourcesError, digest, no_cluster

NAME = "mongo"  # the source whose place MONGO_URL and MONGO_DATABASE name; others: mongo:CLUSTER/DATABASE


class SourceDatabase(NamedTuple):
    """A database with the collections that feed topics.

    `name` is the source's, under which its position stands; `mapping` is a hash of database and mapping.
    """

    name: str
    place: MongoPlace
    sources: tuple[Source, ...]
    mapping: str

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that are fed from it."""
        return tuple(source.topic for source in self.sources)


def databases_of(
    sources: tuple[Source, ...], database: str, clusters: Mapping[str, str]
) -> list[SourceDatabase]:
    """The databases of some collections; `database` is MONGO_DATABASE, `clusters` are URLs by name.

    Raises SourcesError when a cluster has no URL.
    """
    by_place: dict[MongoPlace, list[Source]] = {}
    for source in sources:
        if source.place.cluster not in clusters:
            raise SourcesError(no_cluster(source))
        place = source.place._replace(database=source.place.database or database)
        by_place.setdefault(place, []).append(source)
    return [
        SourceDatabase(
            source_name(place, database), place, tuple(found), digest(tuple(found), place.database)
        )
        for place, found in by_place.items()
    ]


def source_name(place: MongoPlace, database: str) -> str:
    """The name of a database as a source; `database` is MONGO_DATABASE."""
    return NAME if place == ("", database) else f"{NAME}:{place.cluster}/{place.database}"


def is_database(name: str) -> bool:
    """Whether a key of a position is that of a database, and not of its deletions or of a table."""
    return name == NAME or (name.startswith(f"{NAME}:") and name.count("/") == 1)
