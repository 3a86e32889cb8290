"""`deploy/sources.toml`: which collections and fields of a product feed the document topics.

A topic without a table reads the collection of its own name, with `_` for `-`, and every field under its own
name; only `id` comes from `_id`. See the comments in the file itself for the format.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError

from schemas.notes import Noted
from topics.catalog import DOCUMENTS
from topics.row import Topic
from workers.product.reading.fields import is_reference
from workers.product.reading.uuids import DEFAULT, UuidRepresentation

TOPICS = {topic.name: topic for topic in DOCUMENTS}
OWN_ID = "_id"


class SourcesError(ValueError):
    """The file cannot be used; one line names every wrong entry."""


@dataclass(frozen=True)
class FieldRule:
    """Where a field of a payload comes from.

    `path` leads from the document to the value. `reference` marks ids, which become canonical text. `parts`
    are the fields of sub-documents, with paths inside each of them. `required` fields cannot be switched off.
    """

    name: str
    path: tuple[str, ...]
    reference: bool = False
    required: bool = False
    parts: tuple["FieldRule", ...] = ()


@dataclass(frozen=True)
class Source:
    """One collection that feeds one topic; the first field is the id.

    `uuids` is the order of the bytes of old UUIDs in it (see reading/uuids.py).
    """

    topic: str
    collection: str
    fields: tuple[FieldRule, ...]
    uuids: UuidRepresentation = field(default=DEFAULT, repr=False)

    @property
    def roots(self) -> tuple[str, ...]:
        """The top-level fields of a document that are read; no other field leaves the database."""
        return tuple(sorted({OWN_ID, *(rule.path[0] for rule in self.fields)}))


@dataclass(frozen=True)
class Sources:
    """The content of the file: what capture reads, and the topics that are fed from outside (`external`).

    `others` are the mappings of all topics that capture does not read; the loaders use them.
    """

    captured: tuple[Source, ...]
    external: tuple[str, ...] = ()
    others: tuple[Source, ...] = ()

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that capture feeds, in the order of the catalogue."""
        return tuple(source.topic for source in self.captured)

    def of(self, topic: str) -> Source:
        """The mapping of a topic, whoever feeds it."""
        return next(source for source in (*self.captured, *self.others) if source.topic == topic)

    def digest(self, *names: str) -> str:
        """A short hash of the mapping and of `names`; when it changes, the topics need a new snapshot.

        The repr of `Source` and `FieldRule` is hashed: renaming them or an attribute changes every digest.
        """
        names += tuple({each.uuids for each in self.captured} - {DEFAULT})
        return hashlib.sha256(repr((self.captured, names)).encode()).hexdigest()[:16]


class Table(BaseModel):
    """One table of the file; its `fields` are checked later, with the payload model of its topic."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    collection: StrictStr | None = Field(default=None, pattern=r"^[^$\x00]+$")
    enabled: StrictBool = True
    external: StrictBool = False
    fields: dict[str, Any] = {}


def load_sources(path: Path, uuids: UuidRepresentation = DEFAULT) -> Sources:
    """Read and check the file; raises SourcesError naming the file and every wrong entry in it.

    `uuids` is the setting MONGO_UUID_REPRESENTATION.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SourcesError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise SourcesError(f"{path}: {error}") from None
    try:
        return read_sources(content, uuids)
    except SourcesError as error:
        raise SourcesError(f"{path}: {error}") from None


def read_sources(content: Mapping[str, Any], uuids: UuidRepresentation = DEFAULT) -> Sources:
    """The sources that the content of the file describes; raises SourcesError naming every wrong entry."""
    problems = [f"{name}: unknown topic, there are {', '.join(TOPICS)}" for name in content.keys() - TOPICS]
    captured: list[Source] = []
    others: list[Source] = []
    external: list[str] = []
    for topic in DOCUMENTS:
        table = _table(topic.name, content.get(topic.name, {}), problems)
        collection = table.collection or topic.name.replace("-", "_")
        source = Source(topic.name, collection, _rules(topic, table.fields, problems), uuids)
        if table.external:
            external.append(topic.name)
        (captured if table.enabled and not table.external else others).append(source)
    problems.extend(_shared(captured))
    if problems:
        raise SourcesError("; ".join(problems))
    return Sources(tuple(captured), tuple(external), tuple(others))


def _table(name: str, content: Any, problems: list[str]) -> Table:
    try:
        return Table.model_validate(content)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            key = ".".join([name, *map(str, item["loc"])])
            unknown = f"unknown key, there are {', '.join(Table.model_fields)}"
            problems.append(f"{key}: {unknown if item['type'] == 'extra_forbidden' else item['msg']}")
        return Table()


def _shared(captured: list[Source]) -> Iterator[str]:
    """A problem for every collection of two topics: it is unknown which document belongs to which topic."""
    topic_of: dict[str, str] = {}
    for source in captured:
        first = topic_of.setdefault(source.collection, source.topic)
        if first != source.topic:
            yield f"{source.topic}.collection: {source.collection} is read for {first} already"


def _rules(topic: Topic, overrides: Mapping[str, Any], problems: list[str]) -> tuple[FieldRule, ...]:
    model = topic.payload[0]
    rules = _fields(f"{topic.name}.fields", model, overrides, problems)
    id_rule = FieldRule("id", (OWN_ID,), reference=True, required=True)
    for rule in rules:
        if rule.name == "id":
            id_rule = rule
    if id_rule.path[0] != OWN_ID:
        problems.append(
            f"{topic.name}.fields.id: must be `_id` or a path in it, because a deletion tells nothing else"
        )
    return (id_rule, *(rule for rule in rules if rule.name != "id"))


def _fields(
    where: str, model: type[BaseModel], overrides: Mapping[str, Any], problems: list[str]
) -> tuple[FieldRule, ...]:
    names = [name for name in model.model_fields if name not in Noted.SET_BY_READING]
    unknown = [name for name in overrides if name not in names]
    problems.extend(f"{where}.{name}: unknown field, there are {', '.join(names)}" for name in unknown)
    rules = (_field(f"{where}.{name}", name, model, overrides.get(name), problems) for name in names)
    return tuple(rule for rule in rules if rule is not None)


def _field(
    where: str, name: str, model: type[BaseModel], entry: Any, problems: list[str]
) -> FieldRule | None:
    info = model.model_fields[name]
    if entry is False:
        if info.is_required():
            problems.append(f"{where}: is required and cannot be left out")
        return None
    inner = _inner(info.annotation)
    table = dict(entry) if isinstance(entry, dict) and inner else {"path": entry}
    default = OWN_ID if name == "id" else name
    path = table.pop("path", None)
    return FieldRule(
        name,
        _path(where, default if path is None else path, inner is not None, problems),
        reference=is_reference(name),
        required=info.is_required(),
        parts=_fields(where, inner, table, problems) if inner else (),
    )


def _path(where: str, entry: Any, nested: bool, problems: list[str]) -> tuple[str, ...]:
    parts = tuple(entry.split(".")) if isinstance(entry, str) else ()
    if not parts or any(not part or part.startswith("$") or "\x00" in part for part in parts):
        or_table = ", a table with a path and its fields," if nested else ""
        problems.append(f"{where}: must be a path like `profile.name`{or_table} or false, not {entry!r}")
        return ("",)
    return parts


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model of the sub-documents in a field; None for a field of plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _inner(part))), None)
