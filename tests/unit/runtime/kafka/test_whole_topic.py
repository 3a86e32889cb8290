"""A whole topic in memory: what it holds, from when on, and how old that is."""

from structlog.testing import capture_logs

from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.whole_topic import CURRENT_MS, Together, WholeTopic

NOW = 1_707_523_200_000


def whole_topic(name: str = "numbers") -> WholeTopic[int]:
    """A topic of numbers; one is refused under a key that begins with x."""

    def read(key: str, value: bytes) -> int:
        if key.startswith("x"):
            raise ValueError("no key of this topic")
        return int(value)

    return WholeTopic(name, read)


def record(key: bytes | None, value: bytes | None, topic: str = "numbers") -> ConsumerRecord:
    return ConsumerRecord(topic, 0, 0, key, value, 0)


def test_it_holds_the_last_value_of_every_key() -> None:
    """And what was deleted no more."""
    topic = whole_topic()
    topic.begin()
    topic.apply([record(b"a", b"1"), record(b"b", b"2"), record(b"a", b"3"), record(b"b", None)])
    topic.caught_up(NOW)
    topic.apply([record(b"c", b"4")])

    assert (topic.get("a"), topic.get("b"), sorted(topic.values())) == (3, None, [3, 4])


def test_it_is_current_once_everything_was_read_and_then_for_a_while() -> None:
    topic = whole_topic()
    topic.begin()
    topic.apply([record(b"a", b"1")])
    assert not topic.is_current(NOW)
    topic.caught_up(NOW)
    assert topic.is_current(NOW + CURRENT_MS)
    assert not topic.is_current(NOW + CURRENT_MS + 1)
    assert not topic.is_current(NOW + 11, 10)


def test_while_it_is_read_again_it_keeps_what_it_had() -> None:
    """What is not in the topic any more goes when it has been read."""
    topic = whole_topic()
    topic.begin()
    topic.apply([record(b"a", b"1"), record(b"gone", b"1")])
    topic.caught_up(NOW)
    topic.begin()
    topic.apply([record(b"a", b"2")])
    assert (topic.get("a"), topic.get("gone")) == (1, 1)
    topic.caught_up(NOW + 1)
    assert (topic.get("a"), topic.get("gone")) == (2, None)


def test_a_record_that_cannot_be_read_leaves_the_value_as_it_is() -> None:
    """It is said with its place; those behind it count."""
    topic = whole_topic()
    topic.begin()
    odd = [record(b"a", b"many"), record(b"\xff", b"1"), record(b"x", b"1")]
    with capture_logs() as lines:
        topic.apply([record(b"a", b"1"), *odd, record(b"b", b"2")])
    topic.caught_up(NOW)

    assert (topic.get("a"), topic.get("b"), len(topic.values())) == (1, 2, 2)
    assert [line["topic"] for line in lines] == ["numbers"] * 3


def test_several_topics_are_read_together() -> None:
    """Each gets its own records, and all are complete at the same time."""
    first, second = whole_topic("first"), whole_topic("second")
    together = Together((first, second))
    together.begin()
    together.apply([record(b"a", b"1", "first"), record(b"a", b"2", "second")])
    assert not first.is_current(NOW)
    together.caught_up(NOW)

    assert (first.get("a"), second.get("a")) == (1, 2)
    assert [topic.is_current(NOW) for topic in (first, second)] == [True, True]
