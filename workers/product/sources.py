"""`deploy/sources.toml`: which collections and fields of a product feed the document topics.

A topic without a table reads the collection of its own name, with `_` for `-`, and every field under its own
name; only `id` comes from `_id`. See the comments in the file itself for the format.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from topics.catalog import DOCUMENTS
from workers.product.field_rules import OWN_ID, FieldRule, field_rules
from workers.product.filter_entries import read_conditions
from workers.product.filters import PathCondition, paths_from_top
from workers.product.reading.uuids import DEFAULT, UuidRepresentation
from workers.product.source_tables import AirtableTable, MongoPlace, SourceFormat, airtable_of, read_table
from workers.product.toml_lines import with_lines

TOPICS = {topic.name: topic for topic in DOCUMENTS}


class SourcesError(ValueError):
    """The file cannot be used; one line names every wrong entry.

    `problems` are those entries, each as `key: what is wrong`; none for a file that cannot be read at all.
    """

    def __init__(self, text: str, problems: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Source:
    """One collection that feeds one topic; the first field is the id.

    `uuids` is the order of the bytes of old UUIDs in it (see reading/uuids.py), `format` that of its records
    where others write them: plain documents, or the changes of Debezium (see changes/). With `table` it is
    no collection but a table of Airtable; else `place` is the database of the collection. Documents for
    which `where` does not hold are left out.
    """

    topic: str
    collection: str
    fields: tuple[FieldRule, ...]
    uuids: UuidRepresentation = field(default=DEFAULT, repr=False)
    format: SourceFormat = field(default="documents", repr=False)
    table: AirtableTable | None = field(default=None, repr=False)
    place: MongoPlace = field(default=MongoPlace(), repr=False)
    where: tuple[PathCondition, ...] = field(default=(), repr=False)

    @property
    def roots(self) -> tuple[str, ...]:
        """The top-level fields of a document that are read; no other field leaves the database."""
        return roots_of(self.paths)

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths that are read from the top of a document; see `FieldRule` for those inside its lists."""
        of_fields = (path for rule in self.fields for path in (*rule.paths, *rule.compared_paths))
        return (*of_fields, *self.where_paths)

    @property
    def where_roots(self) -> tuple[str, ...]:
        """Those of them that tell whether a document is left out, and the id."""
        return roots_of(self.where_paths)

    @property
    def where_paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths that `where` reads."""
        return (*(each.path for each in self.where), *paths_from_top(self.where))

    @property
    def entered(self) -> frozenset[str]:
        """The top-level fields whose values are looked into: documents, or lists of them."""
        rules = {rule.paths[0][0] for rule in self.fields if rule.is_entered}
        return frozenset(rules | {path[0] for path in self.paths if len(path) > 1})

    @property
    def beyond_paths(self) -> tuple[str, ...]:
        """What the mapping says beside paths, as text; () for nothing. A hash of the mapping has it too."""
        rules = tuple((rule.name, said) for rule in self.fields if (said := rule.beyond_paths))
        return (repr((self.topic, self.where, rules)),) if self.where or rules else ()


@dataclass(frozen=True)
class Sources:
    """The content of the file: what capture reads, and the topics that are fed from outside (`external`).

    `captured` are collections of MongoDB, `airtable` tables of Airtable. `others` are the mappings of all
    topics that capture does not read; the loaders use them.
    """

    captured: tuple[Source, ...]
    external: tuple[str, ...] = ()
    others: tuple[Source, ...] = ()
    airtable: tuple[Source, ...] = ()

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that capture feeds, in the order of the catalogue."""
        fed = {source.topic for source in (*self.captured, *self.airtable)}
        return tuple(name for name in TOPICS if name in fed)

    @property
    def mongo_topics(self) -> tuple[str, ...]:
        """Those of them that are fed from MongoDB."""
        return tuple(source.topic for source in self.captured)

    @property
    def changes(self) -> Mapping[str, Source]:
        """The topics that hold changes of Debezium, with their mappings."""
        return {source.topic: source for source in self.others if source.format == "debezium"}

    def of(self, topic: str) -> Source:
        """The mapping of a topic, whoever feeds it."""
        return next(
            source for source in (*self.captured, *self.airtable, *self.others) if source.topic == topic
        )


def digest(sources: tuple[Source, ...], *names: str) -> str:
    """A short hash of a mapping and of `names`; when it changes, the topics need a new snapshot.

    The repr of `Source` and `FieldRule` is hashed: renaming them or an attribute changes every digest.
    Renaming a condition or a computation changes those of the mappings that have some.
    """
    names += tuple({each.uuids for each in sources} - {DEFAULT})
    names += tuple(text for each in sources for text in each.beyond_paths)
    return hashlib.sha256(repr((sources, names)).encode()).hexdigest()[:16]


def no_cluster(source: Source) -> str:
    """The line for a source of a cluster that has no URL."""
    return f"{source.topic}.cluster: MONGO_URLS has no URL for {source.place.cluster}"


def roots_of(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The top-level fields to which paths lead, with the id."""
    return tuple(sorted({OWN_ID, *(path[0] for path in paths)}))


def load_sources(path: Path, uuids: UuidRepresentation = DEFAULT) -> Sources:
    """Read and check the file; raises SourcesError naming the file and every wrong entry in it.

    `uuids` is the setting MONGO_UUID_REPRESENTATION.
    """
    try:
        text = path.read_text("utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise SourcesError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise SourcesError(f"{path}: {error}") from None
    try:
        return read_sources(content, uuids)
    except SourcesError as error:
        problems = with_lines(text, error.problems)
        raise SourcesError(f"{path}: {'; '.join(problems)}", problems) from None


def read_sources(content: Mapping[str, Any], uuids: UuidRepresentation = DEFAULT) -> Sources:
    """The sources that the content of the file describes; raises SourcesError naming every wrong entry."""
    problems = [
        f"{name}: unknown topic, there are {', '.join(TOPICS)}" for name in content if name not in TOPICS
    ]
    captured: list[Source] = []
    others: list[Source] = []
    airtable: list[Source] = []
    external: list[str] = []
    for topic in DOCUMENTS:
        table = read_table(topic.name, content.get(topic.name, {}), problems)
        collection = table.collection or topic.name.replace("-", "_")
        in_airtable = airtable_of(topic.name, table, problems)
        rules = field_rules(topic, table.fields, problems)
        where = read_conditions(f"{topic.name}.where", table.where, problems)
        place = MongoPlace(table.cluster, table.database)
        source = Source(topic.name, collection, rules, uuids, table.format, in_airtable, place, where)
        if where and table.external and table.format == "documents":
            problems.append(
                f"{topic.name}.where: others write the topic itself; what they write is filtered with"
                ' format = "debezium" only'
            )
        if table.format != "documents" and not table.external:
            problems.append(f"{topic.name}.format: is for topics with `external = true`")
        if table.external:
            external.append(topic.name)
        read = airtable if in_airtable is not None else captured
        (read if table.enabled and not table.external else others).append(source)
    problems.extend(_shared([*captured, *airtable], content))
    if problems:
        raise SourcesError("; ".join(problems), problems)
    return Sources(tuple(captured), tuple(external), tuple(others), tuple(airtable))


def _shared(read: list[Source], content: Mapping[str, Any]) -> Iterator[str]:
    """A problem for every collection of two topics: it is unknown which document belongs to which topic.

    It is told of the later topic of which the file says something.
    """
    topic_of: dict[object, str] = {}
    for source in read:
        first = topic_of.setdefault(source.table or (source.place, source.collection), source.topic)
        if first == source.topic:
            continue
        told, other = (source.topic, first) if source.topic in content else (first, source.topic)
        if source.table is not None:
            yield f"{told}.table: this table of Airtable is read for {other} already"
        else:
            yield f"{told}.collection: {source.collection} is read for {other} already"
