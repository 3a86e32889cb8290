"""What a replay wrote against what the fleet wrote, by digests: memory grows with people only."""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from schemas.decision import SendDecision
from schemas.model import Model, to_epoch_ms
from schemas.profile import EnrichedProfile
from topics.catalog import BY_NAME
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.kafka.tolerant import read_each

PROFILES, DECISIONS = "enriched-profiles", "send-decisions"
LAG_MS = int(BY_NAME[DECISIONS].configs["min.compaction.lag.ms"])
Written = ConsumerRecord | ProducerRecord


def digest(value: bytes) -> bytes:
    """16 bytes that stand for a value."""
    return blake2b(value, digest_size=16).digest()


class LastProfiles:
    """The digest of everybody's last profile that was not deleted, by key."""

    def __init__(self) -> None:
        self.by_key: dict[str, bytes] = {}

    def observe(self, record: Written) -> None:
        """Apply a record of `enriched-profiles`."""
        key = (record.key or b"").decode()
        if record.value is None:
            self.by_key.pop(key, None)
        else:
            self.by_key[key] = digest(record.value)


class FleetMails:
    """The decisions to write or ask that are in the topic, by id, and the time of everybody's last decision.

    The topic is compacted: of older decisions it has each person's last one only.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, bytes] = {}
        self._last_at: dict[str, int] = {}
        self._newest = 0

    def observe(self, record: Written) -> None:
        """Apply a record of `send-decisions`."""
        if record.value is None:
            return
        decision = SendDecision.loads(record.value)
        at = to_epoch_ms(decision.decided_at)
        self._newest = max(self._newest, at)
        self._last_at[decision.person] = max(at, self._last_at.get(decision.person, 0))
        if decision.verdict != "wait":
            self.by_id[decision.id] = digest(decision.dumps())

    def may_be_compacted(self, decision: SendDecision) -> bool:
        """Whether the topic may have held a decision that it does not hold any more."""
        at = to_epoch_ms(decision.decided_at)
        return at < min(self._newest - LAG_MS, self._last_at.get(decision.person, 0))


class ReplayComparison:
    """Counts what a replay writes, and notes what the fleet did not write or wrote otherwise.

    Without a `fleet` it only counts.
    """

    def __init__(self, fleet: tuple[LastProfiles, FleetMails] | None = None) -> None:
        self._fleet = fleet
        self._profiles = LastProfiles()
        self._made: set[str] = set()  # ids that the fleet's topic has, too
        self._different: set[str] = set()
        self.records = 0
        self.verdicts: Counter[str] = Counter()

    @property
    def profiles(self) -> int:
        """How many profiles there are in the end."""
        return len(self._profiles.by_key)

    def fold(self, written: Iterable[ProducerRecord]) -> None:
        """Count and compare what the replay wrote."""
        for record in written:
            if record.topic == PROFILES:
                self._profiles.observe(record)
            elif record.topic == DECISIONS and record.value is not None:
                decision = SendDecision.loads(record.value)
                if decision.verdict != "wait":
                    self.verdicts[decision.verdict] += 1
                    self._compare(decision)

    def different(self) -> list[str]:
        """The keys whose profiles differ, then the ids of the decisions that do."""
        if self._fleet is None:
            return []
        live, replayed = self._fleet[0].by_key, self._profiles.by_key
        keys = sorted(key for key in live.keys() | replayed.keys() if live.get(key) != replayed.get(key))
        return keys + sorted(self._different | (self._fleet[1].by_id.keys() - self._made))

    def _compare(self, decision: SendDecision) -> None:
        if self._fleet is None:
            return
        mails = self._fleet[1]
        known = mails.by_id.get(decision.id)
        if known is None:
            if not mails.may_be_compacted(decision):
                self._different.add(decision.id)
            return
        self._made.add(decision.id)
        if known != digest(decision.dumps()):
            self._different.add(decision.id)


def fleet_of(reader: Reader) -> tuple[LastProfiles, FleetMails]:
    """What the fleet has written so far."""
    profiles, mails = LastProfiles(), FleetMails()
    for record in readable(reader, PROFILES, EnrichedProfile):
        profiles.observe(record)
    for record in readable(reader, DECISIONS, SendDecision):
        mails.observe(record)
    return profiles, mails


def readable(reader: Reader, topic: str, payload: type[Model]) -> Iterator[ConsumerRecord]:
    """The records of a topic with a readable key and value; others, written by nobody of ours, are logged."""

    def checked(record: ConsumerRecord) -> ConsumerRecord:
        (record.key or b"").decode()
        if record.value is not None:
            payload.loads(record.value)
        return record

    return read_each(topic, reader.read(topic), checked)
