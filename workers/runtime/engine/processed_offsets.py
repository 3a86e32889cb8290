"""How far a worker has processed what it reads, for those who have to know that. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.control import FactTimes, Offsets, Processed
from workers.runtime.kafka.records import ProducerRecord, partition_of


class ReportedTopic(NamedTuple):
    """A topic: its name on the broker, the first 8 bytes of its id, and its number of partitions."""

    name: str
    id: bytes
    partitions: int


class ProcessedOffsets:
    """Gathers what `Processed` says. The topics are by their names in the catalogue.

    `inputs` are read, `own` those among them that the worker itself writes to, `facts` is one whose records
    are told by their times. All that is noted must be acknowledged.
    """

    def __init__(
        self, inputs: Mapping[str, ReportedTopic], own: Iterable[str], facts: Mapping[str, ReportedTopic]
    ) -> None:
        self._inputs = inputs
        self._own = {inputs[topic].name: topic for topic in own}
        self._facts = facts
        self.begin({})

    def begin(self, starts: Mapping[tuple[str, int], int]) -> None:
        """Begin with other partitions, at these offsets by topic and partition; forget everything else."""
        self.partitions = sorted({partition for topic, partition in starts if topic in self._inputs})
        self._read = {topic: nothing(info) for topic, info in self._inputs.items()}
        self._marks = {topic: nothing(info) for topic, info in self._inputs.items()}
        self._wrote = {topic: nothing(self._inputs[topic]) for topic in self._own.values()}
        self._times: dict[int, tuple[int, int]] = {}
        for (topic, partition), offset in starts.items():
            self.read_up_to(topic, partition, offset)

    @property
    def is_complete(self) -> bool:
        """Whether it is known where all stands that the worker has written to topics of its own."""
        return all(offset is not None for offsets in self._wrote.values() for offset in offsets)

    def read_up_to(self, topic: str, partition: int, offset: int) -> None:
        """The records before this offset are processed."""
        if topic in self._read:
            self._read[topic][partition] = offset

    def passed_mark(self, topic: str, partition: int, at: int) -> None:
        """A watermark is among what was processed."""
        if topic in self._marks and at > (self._marks[topic][partition] or 0):
            self._marks[topic][partition] = at

    def wrote(
        self, records: Iterable[ProducerRecord], written: Mapping[tuple[str, int], list[tuple[int, int]]]
    ) -> None:
        """Records were written; `written` says where, by name on the broker and partition."""
        for (name, partition), spans in written.items():
            if name in self._own and spans:
                (first, count), ends = spans[-1], self._wrote[self._own[name]]
                ends[partition] = max(first + count, ends[partition] or 0)  # another's may be noted first
        for record in records:
            if (info := self._facts.get(record.topic)) is not None and record.partition is None:
                partition = partition_of(record.key or b"", info.partitions)
                earliest, latest = self._times.get(partition, (record.at, record.at))
                self._times[partition] = min(earliest, record.at), max(latest, record.at)

    def take(self, wall: int) -> Processed:
        """What there is to tell at a time (epoch ms); the times of facts are told once."""
        times, self._times = self._times, {}
        return Processed(
            wall=wall,
            read={topic: self._offsets(topic, offsets) for topic, offsets in self._read.items()},
            marks={topic: [*marks] for topic, marks in self._marks.items() if any(marks)},
            wrote={topic: self._offsets(topic, offsets) for topic, offsets in self._wrote.items()},
            facts=[
                FactTimes(partition=partition, earliest=earliest, latest=latest)
                for partition, (earliest, latest) in times.items()
            ],
        )

    def _offsets(self, topic: str, offsets: Iterable[int | None]) -> Offsets:
        return Offsets(topic_id=self._inputs[topic].id.hex(), next=[*offsets])


def nothing(info: ReportedTopic) -> list[int | None]:
    """Nothing is known of any partition."""
    return [None] * info.partitions
