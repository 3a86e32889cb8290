"""Which partitions of the inbox get a watermark."""

from schemas.control import FactTimes, Watermark
from workers.route.inbox_marks import ALL_EVERY_MS, FIRST_READING_MS, InboxMarks

ALL = (0, 1, 2)


def mark(at: int, wall: int | None = None, *waiting: str) -> Watermark:
    """A watermark."""
    return Watermark(at=at, wall=at if wall is None else wall, waiting=[*waiting])


def begun() -> InboxMarks:
    """All partitions have been given the time 100."""
    marks = InboxMarks(3)
    assert marks.due(mark(100), goes_on=False) == ALL
    return marks


def facts(partition: int, *times: int) -> list[FactTimes]:
    """Facts of a partition with these times."""
    return [FactTimes(partition=partition, earliest=min(times), latest=max(times))]


def test_a_partition_gets_a_watermark_as_soon_as_a_fact_is_behind_it() -> None:
    """Not one that is older than the fact, and each fact once."""
    marks = begun()
    marks.wrote(facts(1, 120))
    assert [marks.due(mark(at), goes_on=False) for at in (110, 120, 130)] == [(), (1,), ()]


def test_of_facts_at_several_times_each_gets_its_watermark() -> None:
    """Only the earliest and the latest time are known."""
    marks = begun()
    marks.wrote(facts(2, 120, 150))
    assert [marks.due(mark(at), goes_on=False) for at in (130, 140, 150, 160)] == [(2,), (2,), (2,), ()]


def test_all_partitions_get_one_often_enough() -> None:
    """By our clock, and by the time of the sources, which leaps in a backlog."""
    marks = begun()
    assert marks.due(mark(101 + ALL_EVERY_MS // 2, wall=101), goes_on=False) == ()
    assert marks.due(mark(102 + ALL_EVERY_MS // 2, wall=100 + ALL_EVERY_MS), goes_on=False) == ALL
    assert marks.due(mark(102 + 2 * ALL_EVERY_MS, wall=101 + ALL_EVERY_MS), goes_on=False) == ALL


def test_all_partitions_get_one_after_our_clock_was_set_back() -> None:
    assert begun().due(mark(101, wall=50), goes_on=False) == ALL


def test_all_partitions_get_what_is_new_besides_the_time() -> None:
    """Sources that are waited for, at once, or when those go on."""
    marks = begun()
    assert marks.due(mark(100, 101, "users"), goes_on=False) == ALL
    assert marks.due(mark(100, 102, "users"), goes_on=False) == ()
    assert marks.due(mark(100, 103, "users"), goes_on=True) == ALL
    assert marks.due(mark(100, 104), goes_on=False) == ALL


def test_the_same_time_is_given_once() -> None:
    """A fact that came late waits for the next."""
    marks = begun()
    marks.wrote(facts(0, 90))
    assert [marks.due(mark(at), goes_on=False) for at in (100, 101)] == [(), (0,)]


def test_while_the_sources_are_read_for_the_first_time_it_is_told_now_and_then() -> None:
    """At once, and each minute, whatever is waited for: who has come meanwhile hears of it, too."""
    marks, told = InboxMarks(3), []
    walls = (1, 2, FIRST_READING_MS, 1 + FIRST_READING_MS, 2 * FIRST_READING_MS)
    for wall, waiting in zip(walls, ("users", "orders", "orders", "orders", "users"), strict=True):
        told.append(marks.due(mark(0, wall, waiting), goes_on=False))
    assert told == [ALL, (), (), ALL, ()]
    assert marks.due(mark(5, 2 * FIRST_READING_MS), goes_on=False) == ALL


def test_while_a_source_is_being_read_nobody_waits_anew() -> None:
    """However long that takes; a minute after nothing more has come they hear of it."""
    marks = InboxMarks(3)
    marks.is_being_read(1)
    assert marks.due(mark(0, 2, "users"), goes_on=False) == ALL  # at once all the same
    for wall in range(10_000, 5 * FIRST_READING_MS, 10_000):
        marks.is_being_read(wall)
        assert marks.due(mark(0, wall + 9_999, "users"), goes_on=False) == ()
    assert marks.due(mark(0, wall + FIRST_READING_MS, "users"), goes_on=False) == ALL
