"""Figures of two trees side by side: medians, ratios, turns, and what is not in every run."""

from tests.bench.side_by_side import Compared, compare, in_turn, missing


def test_medians_and_ratios_of_every_figure() -> None:
    old = [{"at 25/s": {"CPU": 40.0, "p50": 90.0}}, {"at 25/s": {"CPU": 50.0, "p50": 80.0}}]
    new = [{"at 25/s": {"CPU": 20.0, "p50": 45.0}}, {"at 25/s": {"CPU": 20.0, "p50": 20.0}}]
    assert compare(old, new) == [
        Compared("at 25/s", "CPU", 45.0, 20.0, 20 / 45, 0.4, 0.5),
        Compared("at 25/s", "p50", 85.0, 32.5, 32.5 / 85, 0.25, 0.5),
    ]


def test_a_figure_that_was_zero_has_no_ratio() -> None:
    assert compare([{"idle": {"control/s": 0.0}}], [{"idle": {"control/s": 3.0}}]) == [
        Compared("idle", "control/s", 0.0, 3.0, None, None, None)
    ]


def test_what_a_run_lacks_is_not_compared_but_named() -> None:
    old = [{"idle": {"a": 1.0, "b": 1.0}, "gone": {"a": 1.0}}]
    new = [{"idle": {"a": 2.0, "c": 1.0}}]
    assert [(row.measured, row.name) for row in compare(old, new)] == [("idle", "a")]
    assert missing(old, new) == [("gone", "a"), ("idle", "b"), ("idle", "c")]


def test_each_turn_begins_with_the_tree_that_the_last_one_ended_with() -> None:
    assert in_turn(3) == [("old", "new"), ("new", "old"), ("old", "new")]
