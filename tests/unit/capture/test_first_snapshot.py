"""A topic that was empty before a snapshot is read back only when others have written into it meanwhile."""

from typing import Any

import pytest

from tests.unit.capture.fakes import FakeProducer
from tests.unit.capture.test_progress import Run
from workers.capture import snapshot as module
from workers.capture.document_writer import ChangeTime
from workers.product.sources import Source
from workers.runtime.kafka.records import ProducerRecord


class DisturbedRun(Run):
    """A snapshot during which somebody else writes into the topic."""

    def write(self, source: Source, document: Any, time: ChangeTime) -> bool:
        """Write a document, behind a foreign record."""
        self.producer.send(ProducerRecord("users", b"foreign", b"{}", (), 1))
        return super().write(source, document, time)


def test_what_was_just_written_is_not_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be left over in it."""
    monkeypatch.delattr(module, "left_over")
    run = Run(FakeProducer(), ["a", "b"])

    assert run.run()
    assert run.written == ["a", "b"]


def test_a_foreign_record_of_meanwhile_is_buried() -> None:
    """It is no document of the collection."""
    run = DisturbedRun(FakeProducer(), ["a"])

    assert run.run()
    assert run.found == [(1, 1)]
    assert [sent.key for sent in run.producer.sent if sent.value is None] == [b"foreign"]
