"""What each trace of a person weighs (facts/jobs.md §8.1, rows E1 to E11)."""

import pytest

from tests.unit.recommend.boards import DAY, NOW, POLICY, SECOND, seeker, viewed
from workers.recommend.policy import FeedPolicy, TraceWeights
from workers.recommend.seeker import JobSeeker, KnownJob, KnownSearch
from workers.recommend.traces import traces, view_weight


def weights(person: JobSeeker, now: int = NOW, policy: FeedPolicy = POLICY) -> dict[tuple[str, str], float]:
    """The weight of each trace by kind, and job or words."""
    return {
        (each.kind, each.job_id or each.text or ""): round(each.weight, 9)
        for each in traces(person, policy, now)
    }


def test_e1_the_resume_weighs_1_and_the_fields_stand_for_it() -> None:
    """The fields count only without a résumé."""
    assert weights(seeker(resume="Python", fields="Cook")) == {("resume", "Python"): 1.0}
    assert weights(seeker(fields="Cook")) == {("fields", "Cook"): 1.0}
    assert weights(seeker(resume="  ")) == {}


def test_e2_an_application_weighs_half_of_the_resume_and_the_sum_is_bounded() -> None:
    """Below the bound the document's numbers hold; twenty applications weigh twice the résumé together."""
    one = seeker(KnownJob("a", applied_at=NOW), resume="Python")
    many = seeker(*(KnownJob(str(number), applied_at=NOW) for number in range(20)), resume="Python")

    assert weights(one) == {("resume", "Python"): 1.0, ("applied", "a"): 0.5}
    assert sum(each.weight for each in traces(many, POLICY, NOW)) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("seconds", "weight"), [(3, 0.1), (30, 0.1), (60, 0.2), (90, 0.3), (120, 0.4), (600, 0.4)]
)
def test_e3_a_view_weighs_by_its_seconds(seconds: float, weight: float) -> None:
    """clamp(seconds / 300, 0.1, 0.4)."""
    assert view_weight(seconds, POLICY) == pytest.approx(weight)


def test_e4_a_job_counts_once_by_the_sum_of_its_seconds() -> None:
    """The struct has one entry a job, so ten looks of three seconds are thirty seconds."""
    assert weights(seeker(viewed("a", 10 * 3))) == {("viewed", "a"): 0.1}


def test_e5_a_glance_weighs_nothing() -> None:
    """Under min_view_seconds."""
    assert weights(seeker(viewed("a", 2.9))) == {}
    assert view_weight(2.9, FeedPolicy(min_view_seconds=0)) == pytest.approx(0.1)


def test_e6_kinds_add_up() -> None:
    """Each at most once a job."""
    everything = KnownJob("a", viewed_seconds=600, viewed_at=NOW, saved_at=NOW, applied_at=NOW)

    assert weights(seeker(everything)) == {("viewed", "a"): 0.4, ("saved", "a"): 0.4, ("applied", "a"): 0.5}


def test_e7_a_rejection_weighs_minus_0_3_and_takes_the_look_before_it_along() -> None:
    """To reject a job a person has to look at it; a look after it counts again."""
    before = KnownJob("a", viewed_seconds=600, viewed_at=NOW - SECOND, rejected_at=NOW)
    after = KnownJob("a", viewed_seconds=600, viewed_at=NOW, rejected_at=NOW - SECOND)

    assert weights(seeker(before)) == {("rejected", "a"): -0.3}
    assert set(weights(seeker(after))) == {("viewed", "a"), ("rejected", "a")}


def test_e8_ignoring_weighs_nothing() -> None:
    """It excludes, no more."""
    assert weights(seeker(KnownJob("a", ignored_at=NOW))) == {}


def test_e9_traces_halve_in_30_days_and_end_after_90() -> None:
    """To the millisecond; an eighth is left on the last day."""
    person = seeker(KnownJob("a", saved_at=NOW))

    assert weights(person, NOW + 30 * DAY) == {("saved", "a"): 0.2}
    assert weights(person, NOW + 90 * DAY) == {("saved", "a"): 0.05}
    assert weights(person, NOW + 90 * DAY + 1) == {}
    assert weights(person, NOW + 61 * DAY, FeedPolicy(window_days=60)) == {}


def test_e10_what_was_taken_back_is_not_there() -> None:
    """Undone is never done: a struct without the time."""
    assert weights(seeker(KnownJob("a", saved_at=None))) == {}


def test_e11_every_weight_is_a_setting_with_a_version() -> None:
    """Another value is another version."""
    stronger = FeedPolicy(weights=TraceWeights(rejected=-0.5, applied=0.6))
    person = seeker(KnownJob("a", rejected_at=NOW), KnownJob("b", applied_at=NOW))

    assert weights(person, policy=stronger) == {("rejected", "a"): -0.5, ("applied", "b"): 0.6}
    assert stronger.version != POLICY.version == FeedPolicy().version


def test_c18_a_search_is_a_weak_trace() -> None:
    """0.1 at most, and it decays like the rest."""
    person = seeker(searches=(KnownSearch("python", None, NOW), KnownSearch(None, "Osaka", NOW - 30 * DAY)))

    assert weights(person) == {("searched", "python"): 0.1, ("searched", ""): 0.05}


def test_a_time_ahead_of_now_counts_as_now() -> None:
    """A clock that is wrong makes nothing heavier."""
    assert weights(seeker(KnownJob("a", saved_at=NOW + DAY))) == {("saved", "a"): 0.4}
