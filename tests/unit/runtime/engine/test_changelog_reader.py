"""A changelog is read as a recovery reads it; each read continues after the last."""

from typing import Any

from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.engine.state_header import CLOCK_KEY
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.records import ConsumerRecord


class FakeReader:
    """Stands in for `Reader`: one partition with these records, each (key, value, generation)."""

    def __init__(self, *records: tuple[bytes, bytes | None, int]) -> None:
        self.records = [
            ConsumerRecord("log", 0, offset, key, value, 0, (fencing_header(0, generation, 9),))
            for offset, (key, value, generation) in enumerate(records)
        ]

    def read_from(self, topic: str, offsets: dict[int, int]) -> list[ConsumerRecord]:
        """The records of the partition from an offset on."""
        return self.records[offsets[0] :]


def test_the_last_state_of_each_key_is_read_without_records_of_a_replaced_worker() -> None:
    """Engine records are left out, a removed state is None, and the next read continues after the last."""
    reader: Any = FakeReader(
        (b"a", b"1", 1), (b"b", b"1", 1), (CLOCK_KEY, b"", 2), (b"a", b"late", 1), (b"b", None, 2)
    )
    changelog = ChangelogReader(reader, "log", 0)
    assert changelog.read() == {b"a": b"1", b"b": None}
    reader.records.append(reader.records[-1]._replace(offset=5, key=b"c", value=b"3"))
    assert changelog.read() == {b"c": b"3"}
    assert changelog.read() == {}
