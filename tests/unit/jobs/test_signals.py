"""What a signal adds to its job, and that taking it back leaves nothing."""

from typing import Any

import pytest

from schemas.model import from_epoch_ms
from tests.unit.jobs.job_records import HALF_LIFE_DAYS, NOW, POLICY, TrendOfJob, opened, signal
from workers.jobs.signals import KEPT_NEIGHBOURS, MOST_NEIGHBOURS
from workers.jobs.trend import MAX_NEIGHBOURS
from workers.recommend.policy import DAY_MS, FeedPolicy


def back(said: Any) -> Any:
    """The same signal, taken back."""
    return said.model_copy(update={"retracted": True})


def test_the_kinds_are_counted_apart() -> None:
    """In all-time counts and in decaying sums; seconds are those of views; ignoring does not decay."""
    kinds = ("viewed", "viewed", "applied", "saved", "rejected", "ignored")
    trend = TrendOfJob(opened(), *[signal(kind, seconds=30.0, weight=-0.3) for kind in kinds]).trend()

    assert (trend.total_views, trend.total_applications, trend.total_saves) == (2, 1, 1)
    assert (trend.total_rejections, trend.total_ignored, trend.total_seconds) == (1, 1, 60.0)
    assert (trend.views, trend.applications, trend.saves, trend.rejections) == (2.0, 1.0, 1.0, 1.0)
    assert (trend.seconds, trend.interest) == (60.0, 0.0)


def test_sums_halve_with_every_half_life_and_totals_do_not() -> None:
    """The trend is as of the newest signal, whatever the order."""
    for order in ((0, HALF_LIFE_DAYS, 2 * HALF_LIFE_DAYS), (2 * HALF_LIFE_DAYS, 0, HALF_LIFE_DAYS)):
        trend = TrendOfJob(opened(), *[signal(days_ago=days, seconds=8.0) for days in order]).trend()

        assert trend.at == from_epoch_ms(NOW)
        assert trend.half_life_days == HALF_LIFE_DAYS
        assert (trend.views, trend.seconds) == pytest.approx((1.75, 14.0))
        assert trend.interest == pytest.approx(0.7)
        assert (trend.total_views, trend.total_seconds) == (3, 24.0)


def test_average_time_and_conversion_are_of_all_time() -> None:
    """M1 and M3 of the document, per job; applications may be more than views."""
    views = [signal(days_ago=40, seconds=10.0), signal(seconds=50.0)]
    trend = TrendOfJob(opened(), *views, *[signal("applied")] * 3).trend()

    assert trend.average_seconds == 30.0
    assert trend.conversion == 1.5


def test_without_a_view_there_is_no_average_and_no_conversion() -> None:
    """Unknown, and not zero."""
    trend = TrendOfJob(opened(), signal("applied")).trend()

    assert trend.average_seconds is None
    assert trend.conversion is None


def test_a_pair_weighs_as_the_weaker_of_both() -> None:
    """Not more with what is rejected, nor with the job itself; pairs decay as all else does."""
    first = signal("saved", days_ago=HALF_LIFE_DAYS, weight=0.4, others={"b": 0.5, "c": -0.3, "a": 0.5})
    second = signal("viewed", weight=0.1, others={"b": 0.5, "d": 0.1})
    rejected = signal("rejected", weight=-0.3, others={"b": 0.5, "e": 0.5})
    trend = TrendOfJob(opened(), first, second, rejected).trend()

    neighbours = {each.job_id: each.weight for each in trend.neighbours}
    assert neighbours == pytest.approx({"b": 0.3, "d": 0.1})
    assert trend.neighbours[0].job_id == "b"


@pytest.mark.parametrize("kind", ["viewed", "applied", "saved", "rejected", "ignored"])
def test_what_is_taken_back_leaves_nothing(kind: Any) -> None:
    """Neither in counts nor in sums nor among the neighbours, also years later."""
    others = {"b": 0.5, "c": 0.1}
    stays = signal(days_ago=3, seconds=20.0, others={"b": 0.2})
    gone = signal(kind, days_ago=900, seconds=95.0, others=others)
    later = signal(kind, seconds=95.0, weight=0.5, others=others)
    trend = TrendOfJob(opened(), gone, stays, later, back(later), back(gone))

    alone = TrendOfJob(opened(), stays).trend().model_dump(exclude={"job_id", "neighbours", "at"})
    left = trend.trend()
    assert left.model_dump(exclude={"job_id", "neighbours", "at"}) != alone
    at_three_days = {"views", "seconds", "interest"}
    factor = 2 ** -(3 / HALF_LIFE_DAYS)
    for name, value in alone.items():
        expected = value * factor if name in at_three_days else value
        assert getattr(left, name) == pytest.approx(expected, rel=1e-9, abs=1e-9), name
    assert {each.job_id: each.weight for each in left.neighbours} == pytest.approx({"b": 0.2 * factor})
    assert trend.kinds == []


def test_a_job_with_nothing_left_has_empty_sums() -> None:
    """Zeros, not what rounding left."""
    said = [signal(seconds=1.1, weight=0.1, days_ago=days, others={"b": 0.3}) for days in (1, 5, 0.3)]
    trend = TrendOfJob(opened(), *said, *map(back, said)).trend()

    assert (trend.views, trend.seconds, trend.interest, trend.neighbours) == (0.0, 0.0, 0.0, [])
    assert trend.average_seconds is None


def test_what_was_never_said_cannot_be_taken_back() -> None:
    """It is counted, and no number falls below zero."""
    trend = TrendOfJob(opened(), back(signal(seconds=30.0, others={"b": 0.4})), signal(seconds=10.0))

    assert trend.kinds == ["unmatched"]
    assert (trend.trend().total_views, trend.trend().total_seconds) == (1, 10.0)
    assert trend.trend().neighbours == []


def test_a_signal_without_a_time_counts_in_the_totals() -> None:
    """How much of it is left now is unknown; taken back, it leaves nothing."""
    timeless = signal(days_ago=None, seconds=30.0, others={"b": 0.4})
    trend = TrendOfJob(opened(), timeless)

    assert (trend.trend().total_views, trend.trend().views, trend.trend().neighbours) == (1, 0.0, [])
    assert trend.trend().at is None
    assert trend.kinds == ["no-time"]
    trend.read(back(timeless))
    assert trend.trend().total_views == 0


@pytest.mark.parametrize(("seconds", "counted"), [(-5.0, 0.0), (90_000_000.0, 86_400.0)])
def test_seconds_that_cannot_be_count_as_the_nearest_that_can(seconds: float, counted: float) -> None:
    """Milliseconds, say; the same is taken back."""
    said = signal(seconds=seconds)
    trend = TrendOfJob(opened(), said)

    assert trend.trend().total_seconds == counted
    assert trend.kinds == ["seconds-bounded"]
    trend.read(back(said))
    assert trend.trend().total_seconds == 0.0


def test_a_time_in_the_future_is_refused() -> None:
    """More than a day ahead of its record: it would outweigh everything for ever."""
    trend = TrendOfJob(opened(), signal(days_ago=-0.9))
    with pytest.raises(ValueError, match="more than a day ahead"):
        trend.read(signal(days_ago=-1.1))


@pytest.mark.parametrize("years", [-60, -5, 5, 60])
def test_years_apart_nothing_overflows(years: int) -> None:
    """Old sums become nothing, new ones are exact; with a half-life of a quarter of an hour too."""
    for policy in (POLICY, FeedPolicy(trend_half_life_days=0.01)):
        trend = TrendOfJob(opened(), policy=policy)
        at = NOW + years * 365 * DAY_MS
        trend.read(signal(days_ago=0, others={"b": 0.4}))
        trend.read(signal(days_ago=-years * 365, others={"c": 0.4}), at=max(at, NOW))

        newest = trend.trend()
        assert newest.views == pytest.approx(1.0)
        assert [each.weight for each in newest.neighbours] == pytest.approx([0.4])


def test_the_state_keeps_the_heaviest_neighbours_and_the_trend_the_first_of_them() -> None:
    """The bound counts what is stored, not what was ever seen."""
    trend = TrendOfJob(opened())
    for number in range(MOST_NEIGHBOURS + 1):
        others = {f"o{number:03}": 0.001 * (number + 1)}
        trend.read(signal("saved", weight=0.5, others=others))
    assert trend.state is not None
    assert len(trend.state.neighbours) == KEPT_NEIGHBOURS
    assert f"o{MOST_NEIGHBOURS - KEPT_NEIGHBOURS:03}" not in trend.state.neighbours

    neighbours = trend.trend().neighbours
    assert [each.job_id for each in neighbours] == [
        f"o{MOST_NEIGHBOURS - number:03}" for number in range(MAX_NEIGHBOURS)
    ]


def test_another_half_life_goes_on_from_what_there_is() -> None:
    """What was worth so much stays that, and decays by the new one from then on."""
    trend = TrendOfJob(opened(), signal(days_ago=10, others={"b": 0.4}))
    trend.policy = FeedPolicy(trend_half_life_days=5)
    trend.read(signal(days_ago=0))

    assert trend.trend().half_life_days == 5
    assert trend.trend().views == pytest.approx(1.25)
    assert trend.trend().neighbours[0].weight == pytest.approx(0.1)
