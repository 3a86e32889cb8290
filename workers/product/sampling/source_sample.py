"""What the documents of a sample hold for each field of a mapping, and what the fleet says of them. Pure.

Documents are counted one by one and not kept; of their values only types stay, and ids that refer to others.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.documents import Event
from schemas.model import RawDocument
from schemas.notes import Noted
from workers.product.field_rules import OWN_ID, FieldRule
from workers.product.mapping import Unmappable, document_key, encode_document, is_left_out
from workers.product.plain_values import MISSING, lookup
from workers.product.sampling.reasons import without_values
from workers.product.sampling.unmapped_fields import UnmappedFields, by_count
from workers.product.sampling.value_types import example_of, is_empty
from workers.product.sources import Source
from workers.runtime.stage import ContentError, TooLarge

MOST_REFERENCES = 500  # different ids that are kept of a field, to look for whom they mean
REFERENCES: Mapping[str, str] = {"user_id": "users", "event_id": "events", "job_id": "jobs"}
Decode = Callable[[str, bytes], Noted]  # of a document's key and JSON, as the fleet reads them
REFUSALS = (Unmappable, ContentError, TooLarge)  # their texts are written for people


class FieldSample(NamedTuple):
    """One field of a topic: where it comes from (`path`), in how many documents it was found, of which type
    it mostly is, and how often the fleet would have which problem with it.
    """

    name: str
    path: str
    found: int
    example: str
    problems: Mapping[str, int]


class SourceSample(NamedTuple):
    """What the sample of one source holds.

    `left_out` are documents that the filter of the source leaves out: they count in nothing else.
    `refused` are documents that would become dead letters, by reason. `unmapped` are fields of the source
    that look like one of ours, with that one. `references` are ids that were read, by our field.
    """

    topic: str
    documents: int
    left_out: int
    fields: tuple[FieldSample, ...]
    refused: Mapping[str, int]
    unmapped: Mapping[str, str]
    references: Mapping[str, frozenset[str]]
    ids: frozenset[str]


@dataclass
class FieldCount:
    """The counts of one field so far; `inside` is the field of whose sub-documents it is a part."""

    rule: FieldRule
    inside: FieldRule | None = None
    found: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)

    def add(self, document: Mapping[str, Any]) -> None:
        """Count the value of a document."""
        value = self._value(document)
        if value is MISSING or is_empty(value):
            return
        example = example_of(value)
        kind = "list" if isinstance(value, list) else example
        self.found += 1
        self.kinds[kind] += 1
        self.examples.setdefault(kind, example)

    def result(self, name: str) -> FieldSample:
        """The counts, for a field's name."""
        kind = next((kind for kind, _ in by_count(self.kinds)), "")
        problems = dict(by_count(self.problems))
        return FieldSample(name, self.origin, self.found, self.examples.get(kind, ""), problems)

    @property
    def origin(self) -> str:
        """Where the field comes from: its path, or what it is made of."""
        before = () if self.inside is None else self.inside.path
        paths = ", ".join(".".join((*before, *path)) for path in self.rule.paths)
        if self.rule.computed is None:
            return paths
        kind = type(self.rule.computed).__name__.removesuffix("Of").lower()
        return f"{kind} of {paths}" if paths else kind

    def _value(self, document: Mapping[str, Any]) -> Any:
        if self.inside is None:
            return value_of(self.rule, document, document)
        entries = value_of(self.inside, document, document)
        if not isinstance(entries, list):
            return value_of(self.rule, entries, document) if isinstance(entries, Mapping) else MISSING
        values = (value_of(self.rule, each, document) for each in entries if isinstance(each, Mapping))
        return [value for value in values if value is not MISSING and not is_empty(value)]


class Sampler:
    """Counts the documents of one source; `decode` is how the fleet reads what capture writes of one."""

    def __init__(self, source: Source, decode: Decode) -> None:
        self._source, self._decode = source, decode
        self._documents = self._left_out = 0
        self._refused: Counter[str] = Counter()
        self._counts = counts_of(source.fields)
        self._unmapped = UnmappedFields(source)
        self._references: dict[str, set[str]] = {}
        self._ids: set[str] = set()

    def add(self, document: RawDocument) -> None:
        """Count a document of the source."""
        if is_left_out(self._source, document):
            self._left_out += 1
            return
        self._documents += 1
        for count in self._counts.values():
            count.add(document)
        self._unmapped.add(document)
        try:
            key = document_key(self._source, document.get(OWN_ID))
            self._read(self._decode(key, encode_document(self._source, document)))
            self._keep(self._ids, key)
        except REFUSALS as error:
            self._refused[without_values(str(error))] += 1
        except Exception as error:  # as in the fleet, no document stops the next one
            self._refused[type(error).__name__] += 1

    def _read(self, document: Noted) -> None:
        for note in document.notes:
            self._counts[note.field].problems[without_values(note.reason)] += 1
        for name in REFERENCES:
            if reference := getattr(document, name, None):
                self._keep(self._references.setdefault(name, set()), reference)
        if isinstance(document, Event):
            for participant in document.participants:
                self._keep(self._references.setdefault("participants", set()), participant.email)

    def _keep(self, ids: set[str], id_: str) -> None:
        if len(ids) < MOST_REFERENCES:
            ids.add(id_)

    def result(self) -> SourceSample:
        """What was counted."""
        fields = tuple(count.result(name) for name, count in self._counts.items())
        well_found = {each.name for each in fields if each.found * 2 >= self._documents}
        return SourceSample(
            self._source.topic,
            self._documents,
            self._left_out,
            fields,
            dict(by_count(self._refused)),
            self._unmapped.like_ours(well_found),
            {name: frozenset(ids) for name, ids in self._references.items()},
            frozenset(self._ids),
        )


def counts_of(rules: tuple[FieldRule, ...]) -> dict[str, FieldCount]:
    """The counts of all fields by name, those of sub-documents behind a dot."""
    counts = {}
    for rule in rules:
        counts[rule.name] = FieldCount(rule)
        counts |= {f"{rule.name}.{part.name}": FieldCount(part, rule) for part in rule.parts}
    return counts


def value_of(rule: FieldRule, value: Any, document: Any) -> Any:
    """What is read for a field of a document, or of a sub-document (`value`) in it."""
    return lookup(value, rule.path) if rule.computed is None else rule.computed.of(value, document)
