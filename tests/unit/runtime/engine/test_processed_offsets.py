"""What a worker tells of how far it is: offsets, watermarks, where its own topics end, times of facts."""

from schemas.control import FactTimes, Offsets
from tests.unit.runtime.engine.test_rounds import FakeWorker, feed, new_rounds
from tests.unit.runtime.engine.tiny import Add, mark, raw, tiny
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.processed_offsets import ProcessedOffsets, ReportedTopic
from workers.runtime.kafka.records import ProducerRecord, partition_of

USERS, ADDRESSES, INBOX = (ReportedTopic(f"p-{name}", bytes([n]) * 8, 2) for n, name in enumerate("uai"))


def empty() -> ProcessedOffsets:
    """Users and addresses are read, the addresses are written, too, and facts go to the inbox."""
    return ProcessedOffsets({"users": USERS, "addresses": ADDRESSES}, ["addresses"], {"inbox": INBOX})


def offsets(topic: ReportedTopic, *next_: int | None) -> Offsets:
    """Offsets by partition."""
    return Offsets(topic_id=topic.id.hex(), next=[*next_])


def fact(key: str, at: int) -> ProducerRecord:
    """A fact of a person."""
    return ProducerRecord("inbox", key.encode(), b"{}", (), at)


def test_only_what_is_known_of_own_partitions_is_told() -> None:
    """Where it began, and how far it has come since; topics that are no inputs are not meant."""
    processed = empty()
    processed.begin({("users", 1): 7, ("addresses", 1): 0, ("other", 0): 5})
    processed.read_up_to("users", 1, 9)
    processed.read_up_to("other", 0, 9)
    told = processed.take(1)

    assert (told.wall, processed.partitions) == (1, [1])
    assert told.read == {"users": offsets(USERS, None, 9), "addresses": offsets(ADDRESSES, None, 0)}


def test_it_is_complete_when_the_ends_of_its_own_topics_are_known() -> None:
    """Of every partition: to each of them any record may lead. They are those of the last batch."""
    processed = empty()
    processed.wrote([], {("p-addresses", 0): [(3, 2), (5, 1)], ("p-a", 0): [(1, 1)], ("p-i", 0): [(9, 9)]})
    assert not processed.is_complete
    processed.wrote([], {("p-a", 0): [(3, 2), (5, 1)], ("p-a", 1): [(0, 1)]})
    assert processed.is_complete
    processed.wrote([], {("p-a", 0): [(2, 1)]})  # written before, and noted after
    assert processed.take(0).wrote == {"addresses": offsets(ADDRESSES, 6, 1)}

    processed.begin({})
    assert not processed.is_complete


def test_the_times_of_facts_are_told_once_by_partition() -> None:
    """The earliest and the latest."""
    processed = empty()
    keys = [f"person{n}" for n in range(20)]
    processed.wrote([fact(key, 100 + n) for n, key in enumerate(keys)], {})
    times: dict[int, list[int]] = {0: [], 1: []}
    for n, key in enumerate(keys):
        times[partition_of(key.encode(), 2)].append(100 + n)

    told = {each.partition: each for each in processed.take(0).facts}
    assert told == {
        partition: FactTimes(partition=partition, earliest=at[0], latest=at[-1])
        for partition, at in times.items()
    }
    assert processed.take(0).facts == []


def test_the_last_watermark_of_a_partition_is_told() -> None:
    """None, and none without a time, is not; it does not go back."""
    processed = empty()
    processed.passed_mark("addresses", 0, 0)
    assert processed.take(0).marks == {}
    for at in (10, 30, 20):
        processed.passed_mark("users", 1, at)
    processed.passed_mark("other", 0, 5)
    assert processed.take(0).marks == {"users": [None, 30]}


async def test_what_was_written_and_the_watermarks_read_are_noted_when_all_is_acknowledged() -> None:
    """For the report of how far the worker is; nothing of a round whose states were not stored."""
    worker, topic = FakeWorker(), ReportedTopic("inbox", bytes(8), 1)
    processed = ProcessedOffsets({"inbox": topic}, (), {"enriched-profiles": topic})
    rounds = new_rounds(worker.log, processed=processed)
    engine = Engine(tiny(reports=True), "w", 0)
    await feed(rounds, engine, [raw(0, "a", Add(n=1)), mark(1, 77)])
    told = processed.take(1)
    assert (told.marks, [each.latest for each in told.facts]) == ({"inbox": [77]}, [1_000])
