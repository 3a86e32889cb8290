"""What workers keep, read from their changelogs: a partition as it is now, and what changes in it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec import MsgspecError

from schemas.model import Version
from topics.catalog import OWNED
from workers.route.reemit import PersonFact, is_forgotten, of_address, of_document
from workers.route.stage import ADDRESSES, DOCUMENTS
from workers.runtime.engine.state_header import RESERVED_KEYS, unpack
from workers.runtime.kafka.fencing import generation_of
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.reader import Reader, ReadingError
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import S, Stage

Stored = dict[bytes, bytes | None]


class ChangelogReader:
    """One partition of a worker's changelog; every `read` goes on where the last one ended."""

    def __init__(self, reader: Reader, name: str, partition: int) -> None:
        self._reader, self._name, self._partition = reader, name, partition
        self._next = self._generation = 0

    def read(self) -> Stored:
        """The states written since the last time (None: removed), as a recovery would take them."""
        found: Stored = {}
        for raw in self._reader.read_from(self._name, {self._partition: self._next}):
            self._next = raw.offset + 1
            generation = generation_of(raw.headers)
            if generation < self._generation:
                continue
            self._generation = generation
            if raw.key is not None and raw.key not in RESERVED_KEYS:
                found[raw.key] = raw.value
        return found


def decoded(stage: Stage[S], stored: bytes) -> S:
    """The state of stored bytes; raises ReadingError for those of a version that this one cannot read."""
    try:
        return stage.codec.decode(unpack(stored)[1])
    except (ValueError, MsgspecError) as error:
        raise ReadingError(f"a state of `{stage.name}` cannot be read by this version: {error}") from None


class Times:
    """When documents changed last (epoch ms): `route` keeps their versions, not their times.

    What cannot be found changed `now`: of a message that was sent nobody knows when, a late time is safer.
    """

    def __init__(self, now: int) -> None:
        self._now = now
        self._known: dict[bytes, tuple[Version, int]] = {}

    def learn(self, raw: ConsumerRecord) -> None:
        """Take in a record of a document topic."""
        key = f"{raw.topic}/".encode() + (raw.key or b"")
        found = version_of(raw.headers) or (0, raw.offset), raw.timestamp
        self._known[key] = max(found, self._known.get(key, found))

    def of(self, key: bytes) -> int:
        """The time of a state (its key is collection/id); what `route` has not read yet may be its last."""
        found = self._known.get(key)
        return self._now if found is None else found[1]


class ReemittedFacts(NamedTuple):
    """What a state of `route` has told people, under which version, and what it can no longer tell."""

    version: Version
    facts: list[PersonFact]
    forgotten: Callable[[PersonFact], bool] = lambda one: False


def in_document(key: bytes, stored: bytes, times: Times) -> ReemittedFacts:
    """The facts of a document's state."""
    state = decoded(DOCUMENTS, stored)
    return ReemittedFacts(state.version, of_document(key.decode(), state, times.of(key)))


def in_address(key: bytes, stored: bytes, times: Times) -> ReemittedFacts:
    """The facts of an address's state."""
    state = decoded(ADDRESSES, stored)
    state.address = state.address or key.decode()  # older states do not hold it
    return ReemittedFacts(state.last_version, of_address(state), lambda one: is_forgotten(one, state))


class Step(NamedTuple):
    """Which states are read when; `topics` are those of the documents they come from (empty: any)."""

    name: str
    changelog: str
    topics: tuple[str, ...]
    said: Callable[[bytes, bytes, Times], ReemittedFacts]

    def takes(self, key: bytes) -> bool:
        """Whether a state is one of this step."""
        return not self.topics or key.partition(b"/")[0].decode() in self.topics


# users come last: of whom everything was lost, nothing is said before all of it is back
STEPS = (
    Step("attendances", "route-addresses-changelog", (), in_address),
    Step("documents", "route-documents-changelog", OWNED, in_document),
    Step("users", "route-documents-changelog", ("users",), in_document),
)


def times(reader: Reader, topics: tuple[str, ...], partition: int, now: int) -> Times:
    """When the documents of some topics changed last, in one partition."""
    found = Times(now)
    for topic in topics:
        for raw in reader.read(topic, [partition]):
            if not is_watermark(raw.headers):
                found.learn(raw)
    return found


def facts(step: Step, states: Stored, changed: Times) -> Iterator[PersonFact]:
    """Every fact that the states of a step have told."""
    for key, stored in states.items():
        if stored is not None:
            yield from step.said(key, stored, changed).facts
