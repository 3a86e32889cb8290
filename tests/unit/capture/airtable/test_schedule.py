"""What is due of a table, how far it was read, and what its topic holds."""

from typing import Any

import pytest

from schemas.control import SourcePosition
from workers.capture.airtable.held import Held
from workers.capture.airtable.place import TablePlace, place_of, position_of, source_name
from workers.capture.airtable.schedule import Done, Intervals, are_records, modified_since

NOW = 1_707_523_200_000
INTERVALS = Intervals(10_000, 300_000, 3_600_000)


def due(*, has_webhook: bool = True, **ago: int) -> str | None:
    """What is due when each was done so many ms ago; a minute less than due by default."""
    times = {"polled": 0, "swept": 0, "compared": 0} | ago
    done = Done(**{name: NOW - value for name, value in times.items()})
    return done.due(INTERVALS, NOW, has_webhook=has_webhook)


def test_payloads_come_before_a_comparison_and_that_before_a_sweep() -> None:
    """Each when its interval is over; at the beginning everything is due."""
    assert due() is None
    assert due(polled=9_999, swept=299_999, compared=3_599_999) is None
    assert due(polled=10_000, swept=300_000, compared=3_600_000) == "poll"
    assert due(swept=300_000, compared=3_600_000) == "compare"
    assert due(swept=300_000) == "sweep"
    assert Done().due(INTERVALS, NOW, has_webhook=False) == "compare"


def test_without_a_webhook_sweeps_take_the_place_of_polls() -> None:
    """As often as they."""
    assert due(has_webhook=False, polled=10**9, swept=9_999) is None
    assert due(has_webhook=False, swept=10_000) == "sweep"


def test_a_time_that_is_ahead_of_a_clock_that_was_set_back_is_long_ago() -> None:
    """Or nothing would be read until then."""
    assert due(swept=-5_000) == "sweep"


def test_formulas_overlap_and_name_records() -> None:
    """By five minutes; what is no id is left out."""
    time = "DATETIME_PARSE('2024-02-09T23:55:00.000Z')"

    assert modified_since(NOW) == f"OR(IS_AFTER(LAST_MODIFIED_TIME(),{time}),IS_AFTER(CREATED_TIME(),{time}))"
    assert "'1970-01-01T00:00:00.000Z'" in modified_since(0)
    assert are_records(["recA", "x') , TRUE(", "recB"]) == "OR(RECORD_ID()='recA',RECORD_ID()='recB')"


def test_a_place_comes_again_from_its_position() -> None:
    """Unless it is of another mapping; before a comparison is complete, it is due again."""
    place = TablePlace("ach1", 7, Done(0, NOW - 1, NOW - 2), frozenset({"b", "a"}), behind=False)
    stored = SourcePosition.loads(position_of(place, "messages", 3, "m1").dumps())

    assert (stored.source, stored.epoch, stored.snapshot_done) == (source_name("messages"), 3, True)
    assert place_of(stored, "m1") == place
    assert place_of(stored, "m2") == place_of(None, "m1") == TablePlace()
    place.behind = True
    assert place_of(position_of(place, "messages", 3, "m1"), "m1").done.compared == 0


@pytest.mark.parametrize(
    "token", [{}, {"webhook": 7, "cursor": "x", "swept": None}, {"cursor": True, "fields": 7}, {"cursor": -4}]
)
def test_a_position_in_another_form_is_the_beginning(token: dict[str, Any]) -> None:
    """Nothing of it is believed that is no number or name."""
    stored = SourcePosition(source="airtable/messages", epoch=1, token=token, mapping="m1")

    assert place_of(stored, "m1") == TablePlace()


def test_versions_go_up_whatever_the_clock_does() -> None:
    """A number of another kind of source, or far ahead, begins the next epoch."""
    held = Held()
    versions = [held.next_version(now) for now in (NOW, NOW, NOW - 5_000, NOW + 9, NOW - 3_600_000)]
    mongo = Held(highest=(4, NOW << 23))

    assert versions == sorted(set(versions))
    assert [epoch for epoch, _ in versions] == [1, 1, 1, 1, 2]
    assert mongo.next_version(NOW) == (5, NOW)


def test_only_news_is_written() -> None:
    """What is held, and what was refused and told already, is none."""
    held = Held()
    held.wrote("a", b"1")
    held.was_refused("a", b"2")

    assert [held.is_news("a", value) for value in (b"1", b"2", b"3")] == [False, False, True]
    held.wrote("a", b"3")
    assert held.is_news("a", b"2")
    held.deleted("a")
    assert held.is_news("a", b"3")
