"""What the tail leaves out of the read model is counted."""

from typing import Any

from schemas.profile import EnrichedProfile
from workers.runtime.kafka.broker import TopicInfo
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.metrics.records import IRREGULAR
from workers.runtime.process.settings import Settings
from workers.serve.topic_tail import TopicTail

PROFILE = EnrichedProfile.model_validate({"id": "a", "as_of": "2024-02-10"}).dumps()


def test_a_record_of_a_replaced_worker_is_left_out_and_counted() -> None:
    """Its successor has written before it; what the successor writes later is used."""
    nothing: Any = None
    topics = {"dead-letters": TopicInfo(2, b"12345678", 1_000_000)}
    tail = TopicTail(Settings(), topics, nothing, nothing, lambda: None)
    records = [
        ConsumerRecord("enriched-profiles", 0, n, key, PROFILE, 5, (fencing_header(0, generation, n),))
        for n, (key, generation) in enumerate(((b"a", 1), (b"b", 2), (b"c", 1), (b"d", 2)))
    ]
    counter = IRREGULAR.labels("serve", "enriched-profiles", "replaced-worker")
    before = counter._value.get()

    changes, facts, letters = tail._decode(records)

    assert [change.person for change in changes] == ["a", "b", "d"]
    assert letters == []
    assert facts == []
    assert counter._value.get() == before + 1
