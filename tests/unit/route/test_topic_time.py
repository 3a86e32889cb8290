"""Up to which time a topic is processed: by offsets, by watermarks, and by both."""

import random

import pytest

from schemas.control import Offsets
from workers.route import topic_time
from workers.route.topic_time import TopicTime

A, B = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"


def ends(*next_: int | None, topic_id: str = A) -> Offsets:
    """Offsets of a topic by partition."""
    return Offsets(topic_id=topic_id, next=[*next_])


def test_a_time_is_reached_when_every_partition_is_processed_up_to_its_end() -> None:
    """In whatever order that comes, and whatever is not said of a partition."""
    time = TopicTime(2)
    time.expect(10, ends(3, 5))
    seen = []
    for offsets in ((3, None), (None, 4), (2, 5)):
        time.processed(ends(*offsets))
        seen.append(time.at)
    assert seen == [None, None, 10]


def test_the_latest_of_the_times_that_are_reached_counts() -> None:
    time = TopicTime(1)
    for at in (10, 20, 30):
        time.expect(at, ends(at))
    time.processed(ends(29))
    assert time.at == 20
    time.expect(15, ends(1_000))  # an earlier one is no news
    time.processed(ends(30))
    assert time.at == 30


def test_a_time_that_is_reached_already_counts_at_once() -> None:
    """Nothing has changed since the last."""
    time = TopicTime(1)
    time.processed(ends(7))
    time.expect(10, ends(7))
    assert time.at == 10


def test_offsets_of_another_topic_of_the_same_name_do_not_count() -> None:
    """It was deleted and created again; its offsets are smaller, and mean something else."""
    time = TopicTime(1)
    time.processed(ends(1_000))
    time.expect(10, ends(5, topic_id=B))
    assert time.at is None
    time.processed(ends(4, topic_id=B))
    assert time.at is None
    time.processed(ends(5, topic_id=B))
    assert time.at == 10


@pytest.mark.parametrize("offsets", [(None, 1), (1,), (1, 1, 1), ()])
def test_ends_that_are_not_those_of_all_partitions_say_nothing(offsets: tuple[int | None, ...]) -> None:
    time = TopicTime(2)
    time.processed(ends(9, 9))
    time.expect(10, ends(*offsets))
    assert time.at is None


def test_watermarks_count_as_well_and_the_later_of_both_is_the_time() -> None:
    """One of every partition is needed."""
    time = TopicTime(2)
    time.marked([10, None])
    assert time.at is None
    time.marked([5, 20])
    assert time.at == 10
    time.processed(ends(1, 1))
    time.expect(15, ends(1, 1))
    assert time.at == 15
    time.marked([30, 18])
    assert time.at == 20


def test_what_a_wrong_clock_has_told_is_forgotten() -> None:
    """Reached, waiting, or in watermarks."""
    time = TopicTime(1)
    time.processed(ends(1))
    for at, end in ((100, 1), (200, 2)):
        time.expect(at, ends(end))
    time.marked([150])
    time.forget_after(90)
    assert time.at is None
    time.processed(ends(2))
    assert time.at is None
    time.expect(80, ends(2))
    assert time.at == 80


def test_when_too_many_times_wait_the_first_are_reached_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that is far behind; the last one is replaced."""
    monkeypatch.setattr(topic_time, "MOST_WAITING", 3)
    time = TopicTime(1)
    for at in range(1, 11):
        time.expect(at, ends(at))
    times = []
    for offset in (1, 5, 10):
        time.processed(ends(offset))
        times.append(time.at)
    assert times == [1, 2, 10]


@pytest.mark.parametrize("seed", range(20))
def test_no_time_is_reached_before_everything_up_to_it_is_processed(seed: int) -> None:
    """Writer and readers tell at random moments, some of it lost and some of it twice."""
    draw = random.Random(seed)
    time, written, read, told = TopicTime(3), [0, 0, 0], [0, 0, 0], dict[int, list[int]]()
    for at in range(1, 300):
        written[draw.randrange(3)] += draw.randrange(3)
        if draw.random() < 0.5:
            told[at] = [*written]
            time.expect(at, ends(*written))
        partition = draw.randrange(3)
        read[partition] = draw.randint(read[partition], written[partition])
        if draw.random() < 0.7:
            time.processed(ends(*(each if draw.random() < 0.5 else None for each in read)))
        if time.at is not None:
            assert all(end <= known for end, known in zip(told[time.at], read, strict=True))
    time.processed(ends(*written))
    assert time.at == max(told)
