"""A recorded inbox for tests: facts, outcomes and watermarks of one partition, and who reads it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemas.control import Watermark
from schemas.facts import FACT
from schemas.mail import Outcome
from schemas.model import from_epoch_ms
from tests.world import DAY_MS, HOUR_MS, ms
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord

BEGIN = ms("2024-02-01")
ENOUGH = {"interests": ["art"], "cuisine_preference": ["Thai"], "age": 30}


class Recorded:
    """Appends to an inbox; `day` counts from `begin` (epoch milliseconds), and may have a fraction."""

    def __init__(self, first_offset: int = 0, begin: int = BEGIN) -> None:
        self.begin = begin
        self.records: list[ConsumerRecord] = []
        self._first_offset = first_offset
        self._versions = 0

    def fact(self, kind: str, id_: str, person: str, value: Any, day: float = 0) -> "Recorded":
        """A fact about a person."""
        self._versions += 1
        at = round(self.begin + day * DAY_MS)
        body = {"kind": kind, "id": id_, "version": (1, self._versions), "at": at, "value": value}
        self._append(person.encode(), FACT.dump_json(FACT.validate_python(body)), at)
        return self

    def user(self, person: str, day: float = 0, **fields: Any) -> "Recorded":
        """The user document of a person of whom enough is known, unless `fields` say otherwise."""
        value = {"id": person, "email": f"{person}@x.jp", **ENOUGH, **fields}
        return self.fact("user", f"users/{person}", person, value, day)

    def outcome(self, decision: str, outcome: Outcome, day: float) -> "Recorded":
        """An outcome of a decision."""
        person = decision.rpartition(":")[0]
        at = from_epoch_ms(round(self.begin + day * DAY_MS)).isoformat()
        value = {"decision_id": decision, "person": person, "outcome": outcome, "at": at}
        return self.fact("engagement", f"engagements/{decision}/{outcome}", person, value, day)

    def mark(self, *days: float) -> "Recorded":
        """A watermark at each of these days."""
        for day in days:
            at = round(self.begin + day * DAY_MS)
            value, headers = Watermark(at=at, wall=at).dumps(), tuple(watermark_headers("/test", at))
            self._append(WATERMARK_KEY, value, at, headers)
        return self

    def hours(self, start: float, end: float) -> "Recorded":
        """A watermark every hour from one day to another."""
        return self.mark(*(start + hour / 24 for hour in range(round((end - start) * 24) + 1)))

    def _append(self, key: bytes, value: bytes, at: int, headers: Any = ()) -> None:
        offset = self._first_offset + len(self.records)
        self.records.append(ConsumerRecord("inbox", 0, offset, key, value, at, headers))


class RecordedReader:
    """Stands in for the reader of one partition: the inbox, and other topics by name."""

    def __init__(self, inbox: Recorded, topics: Mapping[str, Iterable[ConsumerRecord]] | None = None) -> None:
        self._topics = {"inbox": inbox.records, **(topics or {})}

    def beginnings(self, topic: str) -> dict[int, int]:
        """The first offset."""
        return {0: self._topics[topic][0].offset if self._topics[topic] else 0}  # type: ignore[index]

    def ends(self, topic: str) -> dict[int, int]:
        """The offset behind the last."""
        return {0: self._topics[topic][-1].offset + 1 if self._topics[topic] else 0}  # type: ignore[index]

    def read_to(self, topic: str, ends: Mapping[int, int]) -> Iterator[ConsumerRecord]:
        """The records below an offset."""
        return (record for record in self._topics[topic] if record.offset < ends[0])

    def read(self, topic: str) -> Iterator[ConsumerRecord]:
        """All records."""
        return iter(self._topics.get(topic, ()))


__all__ = ["BEGIN", "DAY_MS", "ENOUGH", "HOUR_MS", "Recorded", "RecordedReader"]
