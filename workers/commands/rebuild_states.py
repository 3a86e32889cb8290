"""The facts that the states of `route` amount to: what `kairos rebuild people` emits again, step by step."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from msgspec import MsgspecError

from schemas.model import Version
from topics.catalog import OWNED
from workers.route.permissions import PERMISSIONS
from workers.route.reemit import PersonFact, corrections, facts_of_address, facts_of_document, is_evicted
from workers.route.stage import ADDRESSES, DOCUMENTS
from workers.route.state import AddressState
from workers.route.versions import is_from_outside
from workers.runtime.engine.changelog_reader import StoredStates
from workers.runtime.engine.state_header import unpack
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.reader import Reader, ReadingError
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.stage import S, Stage


def decoded(stage: Stage[S], stored: bytes) -> S:
    """The state of stored bytes; raises ReadingError for those of a version that this one cannot read."""
    try:
        return stage.codec.decode(unpack(stored)[1])
    except (ValueError, MsgspecError) as error:
        raise ReadingError(f"a state of `{stage.name}` cannot be read by this version: {error}") from None


class DocumentTimes:
    """When documents changed last (epoch ms): the states that older versions of `route` stored do not say it.

    A document without a record in its topic counts as changed `now`: for a message that was sent at an
    unknown time, a late time is the safer one.
    """

    def __init__(self, now: int) -> None:
        self._now = now
        self._latest: dict[bytes, tuple[Version, int]] = {}

    def observe(self, record: ConsumerRecord) -> None:
        """Apply a record of a document topic: the newest one of a document (see versions.py) has its time.

        Raises ValueError for a malformed version.
        """
        key = f"{record.topic}/".encode() + (record.key or b"")
        at = record.timestamp if 0 <= record.timestamp <= self._now else self._now  # as `route` takes it
        change = version_of(record.headers) or (0, record.offset), at
        known = self._latest.get(key, change)
        is_other_origin = is_from_outside(known[0]) != is_from_outside(change[0])
        self._latest[key] = change if is_other_origin else max(change, known)

    def of(self, key: bytes) -> int:
        """The time of a state's document (the key is collection/id), even if `route` has not read it yet."""
        change = self._latest.get(key)
        return self._now if change is None else change[1]


class ReemittedFacts(NamedTuple):
    """The facts that a state of `route` amounts to, under its version; `address`: the state of an address."""

    version: Version
    facts: list[PersonFact]
    address: AddressState | None = None

    def corrections_to(self, emitted: Sequence[PersonFact]) -> list[PersonFact]:
        """The facts that correct those that were emitted from an earlier state.

        What an address has evicted since then, because it is bounded, may still hold and is left alone.
        """
        address = self.address
        comparable = [fact for fact in emitted if address is None or not is_evicted(fact, address)]
        return corrections(comparable, self.facts, self.version)


def of_document_state(key: bytes, stored: bytes, times: DocumentTimes) -> ReemittedFacts:
    """The facts of a document's stored state."""
    state = decoded(DOCUMENTS, stored)
    return ReemittedFacts(state.version, facts_of_document(key.decode(), state, times.of(key)))


def of_address_state(key: bytes, stored: bytes, times: DocumentTimes) -> ReemittedFacts:
    """The facts of an address's stored state."""
    state = decoded(ADDRESSES, stored)
    state.address = state.address or key.decode()  # older states do not hold it
    return ReemittedFacts(state.last_version, facts_of_address(state), state)


class RebuildStep(NamedTuple):
    """Some states of one changelog that are emitted together.

    `topics` are those of the documents that the states come from (empty: all states of the changelog).
    """

    name: str
    changelog: str
    topics: tuple[str, ...]
    reemitted: Callable[[bytes, bytes, DocumentTimes], ReemittedFacts]

    def select(self, states: StoredStates) -> StoredStates:
        """Those states that belong to this step."""
        return {key: stored for key, stored in states.items() if self.includes(key)}

    def includes(self, key: bytes) -> bool:
        """Whether the state of a key belongs to this step."""
        return not self.topics or key.partition(b"/")[0] in map(str.encode, self.topics)


# users come last: a person whose state was lost gets no decision before all other facts are back
STEPS = (
    RebuildStep("addresses", "route-addresses-changelog", (), of_address_state),
    RebuildStep("documents", "route-documents-changelog", OWNED, of_document_state),
    RebuildStep("permissions", "route-documents-changelog", (*PERMISSIONS,), of_document_state),
    RebuildStep("users", "route-documents-changelog", ("users",), of_document_state),
)


def read_times(reader: Reader, topics: tuple[str, ...], partition: int, now: int) -> DocumentTimes:
    """When the documents of some topics changed last, in one partition."""
    times = DocumentTimes(now)
    for topic in topics:
        records = (record for record in reader.read(topic, [partition]) if not is_watermark(record.headers))
        for _ in read_each(topic, records, times.observe):
            pass
    return times


def all_facts(step: RebuildStep, states: StoredStates, times: DocumentTimes) -> Iterator[PersonFact]:
    """Every fact that the states of a step amount to."""
    for key, stored in states.items():
        if stored is not None:
            yield from step.reemitted(key, stored, times).facts


def corrections_since(
    step: RebuildStep, emitted: StoredStates, changed: StoredStates, times: DocumentTimes
) -> list[PersonFact]:
    """The facts that correct what was emitted from the states `emitted`, now that some have `changed`.

    A state that is new, and one that was removed, need none.
    """
    facts: list[PersonFact] = []
    for key, stored in changed.items():
        before = emitted.get(key)
        if before is not None and stored is not None:
            earlier = step.reemitted(key, before, times).facts
            facts += step.reemitted(key, stored, times).corrections_to(earlier)
    return facts
