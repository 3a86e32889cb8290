"""Interactions with jobs, row by row of the feed's description (facts/jobs.md, 8.1 to 8.3)."""

from datetime import datetime, timedelta

import pytest

from schemas.model import from_epoch_ms
from tests.unit.people.job_site import AGO, Site
from tests.unit.people.person_facts import START, fact
from tests.world import DAY_MS
from workers.people import bounds, job_eviction
from workers.people.facts import EVICTED, OLDER, apply_fact
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.state import PersonState
from workers.people.state_formats import PersonCodec
from workers.people.stored_facts import MAX_SEARCHES


def moment(at: int) -> datetime:
    return from_epoch_ms(at)


@pytest.mark.parametrize(
    ("seconds", "weight"), [(30, 0.1), (60, 0.2), (90, 0.3), (120, 0.4), (600, 0.4), (3, 0.1), (2.9, 0.0)]
)
def test_e3_e5_a_view_weighs_its_seconds(seconds: float, weight: float) -> None:
    """seconds / 300 between 0.1 and 0.4; one below 3 seconds is kept, and is no interest."""
    site = Site()
    site.view(1, seconds)
    assert site.weights() == [("viewed", weight)]
    assert site.profile().jobs[0].viewed_seconds == seconds


def test_e4_views_of_a_job_add_up_and_weigh_once() -> None:
    """Ten short looks are one interest, of their seconds together."""
    site = Site()
    for number in range(10):
        site.site(number, "viewed", at=AGO + number * DAY_MS // 2, seconds=9.0)
    assert sum(weight for _, weight in site.weights()) == pytest.approx(0.3)
    (job,) = site.profile().jobs
    assert (job.viewed_seconds, job.viewed_at) == (90.0, moment(AGO + 9 * DAY_MS // 2))


def test_e6_e7_e8_kinds_add_up_once_each() -> None:
    """Viewed, saved and applied; rejected instead of saved; ignored weighs nothing."""
    site = Site()
    site.site(1, "viewed", seconds=60.0)
    site.site(2, "saved", at=AGO + 1)
    site.site(3, "applied", at=AGO + 2)
    site.site(4, "applied", at=AGO + 3)
    assert site.weights()[:3] == [("viewed", 0.2), ("saved", 0.4), ("applied", 0.5)]
    assert sum(weight for _, weight in site.weights()) == pytest.approx(1.1)
    site.site(5, "rejected", job="k")
    site.site(6, "ignored", job="l")
    assert site.weights()[-2:] == [("rejected", -0.3), ("ignored", 0.0)]


def test_e9_what_is_older_than_the_window_is_gone() -> None:
    """90 days later it is there, a millisecond after that it is not; its exclusion stays."""
    site = Site()
    site.site(1, "viewed", at=START - DAY_MS, seconds=60.0, source="email")
    site.site(2, "rejected", at=START)
    on_the_day, after = site.profile(timedelta(days=90)), site.profile(timedelta(days=90, milliseconds=1))
    (job,) = on_the_day.jobs
    assert (job.viewed_at, job.viewed_seconds, job.source, job.rejected_at) == (
        None,
        0.0,
        None,
        moment(START),
    )
    assert (after.jobs, after.excluded_jobs) == ([], ["j"])


def test_e9_the_window_is_a_setting() -> None:
    """Of profiles: what is said to `job-signals` must not depend on it."""
    site = Site()
    site.site(1, "saved", at=START - 40 * DAY_MS)
    profiles = [build_profile(site.stored, START, Policy(job_window_days=days)) for days in (39, 40)]
    assert [len(profile.jobs) for profile in profiles] == [0, 1]


def test_e10_undo_takes_back_what_was_pressed() -> None:
    """By the id of the press, or by another one after it; the signal is taken back as it was said."""
    site = Site()
    site.site(1, "viewed", job="other", seconds=100.0)
    site.site(2, "saved", at=AGO + 1)
    site.site(2, "saved", at=AGO + 2, undo=True)
    said, retracted = site.signals[-2:]
    assert said.others[0].job_id == "other"
    assert retracted == said.model_copy(update={"retracted": True})
    site.site(3, "rejected", at=AGO + 3)
    assert site.profile().excluded_jobs == ["j"]
    site.site(4, "rejected", at=AGO + 4, undo=True)
    assert site.profile().excluded_jobs == []
    assert [job.job_id for job in site.profile().jobs] == ["other"]


def test_e10_what_was_taken_back_stays_so() -> None:
    """A press that is told again after its undo was delayed on the way."""
    site = Site()
    site.site(1, "saved", undo=True)
    site.site(1, "saved")
    assert (site.profile().jobs, site.signals) == ([], [])


def test_t1_the_longest_total_of_a_visit_counts() -> None:
    """In whatever order they arrive; visits with different ids add up."""
    site = Site()
    for seconds in (15.0, 45.0, 30.0):
        site.site(1, "viewed", seconds=seconds)
    site.site(2, "viewed", at=AGO + 10_000, seconds=20.0)
    assert site.profile().jobs[0].viewed_seconds == 65.0
    assert [signal.seconds for signal in site.signals if not signal.retracted] == [15.0, 45.0, 20.0]


def test_t3_the_newest_preference_replaces_the_others_and_applied_stays() -> None:
    """Saved, then rejected; the application is another matter."""
    site = Site()
    site.site(1, "applied")
    site.prefer(1, "saved", at=AGO + 1)
    site.site(2, "rejected", at=AGO + DAY_MS)
    (job,) = site.profile().jobs
    assert (job.applied_at, job.saved_at, job.rejected_at) == (moment(AGO), None, moment(AGO + DAY_MS))
    assert [(signal.kind, signal.retracted) for signal in site.signals[-2:]] == [
        ("saved", True),
        ("rejected", False),
    ]


def test_a_view_that_is_told_twice_counts_once() -> None:
    """By the database and the job site, within a minute: the longer one; but not two of the same source."""
    site = Site()
    site.site(1, "viewed", seconds=50.0)
    site.view(1, 60.0, at=AGO + 60_000)
    assert site.profile().jobs[0].viewed_seconds == 60.0
    assert site.weights() == [("viewed", 0.166667), ("viewed", -0.166667), ("viewed", 0.2)]
    site.view(2, 10.0, at=AGO + 120_001)
    assert site.profile().jobs[0].viewed_seconds == 70.0


def test_a_signal_names_the_last_twenty_other_jobs() -> None:
    """With weight and time, newest first; not its own job, no rejected ones, none before the window."""
    site = Site()
    site.view(0, 60.0, job="old", at=START - 101 * DAY_MS)
    for number in range(1, 25):
        site.site(number, "saved", job=f"j{number}", at=AGO + number)
    site.site(30, "rejected", job="j24", at=AGO + 30)
    site.site(31, "viewed", job="j23", at=AGO + 31, seconds=9.0)
    others = site.signals[-1].others
    assert [other.job_id for other in others] == [f"j{number}" for number in range(22, 2, -1)]
    assert (others[0].weight, others[0].at) == (0.4, AGO + 22)


def test_a_signal_names_no_job_with_an_endless_id() -> None:
    """`jobs` would refuse the signal."""
    site = Site()
    site.site(1, "saved", job="j" * 201)
    site.site(2, "saved", job="k" * 200, at=AGO + 1)
    site.site(3, "saved", job="l", at=AGO + 2)
    assert [other.job_id for other in site.signals[-1].others] == ["k" * 200]


def test_c1_exclusions_outlive_bound_and_age() -> None:
    """An application of two years ago, and 400 views since."""
    site = Site()
    site.site(0, "applied", job="taken", at=START - 700 * DAY_MS)
    site.site(1, "rejected", job="mistaken", at=START - 700 * DAY_MS)
    site.prefer(1, "ignored", job="gone", at=None)
    for number in range(400):
        site.view(number + 10, 5.0, job=f"j{number}", at=AGO + number)
    assert len(site.stored.jobs) == bounds.JOBS.limit
    assert site.profile().excluded_jobs == ["taken", "mistaken", "gone"]
    site.site(1, "rejected", job="mistaken", at=AGO, undo=True)
    site.tell("job-preference", 1)
    assert site.profile().excluded_jobs == ["taken"]


def test_c1_a_corrected_exclusion_of_an_evicted_fact_is_corrected() -> None:
    """A newer version may say something else; an older one is ignored, and one that excludes nothing."""
    site = Site()
    site.prefer(1, "rejected", job="a", at=AGO)
    site.prefer(2, "saved", job="b", at=AGO)
    for number in range(bounds.JOBS.limit):
        site.view(number, 5.0, at=AGO + 1 + number)
    first = fact(
        "job-preference", 1, {"job_id": "a", "preference_type": "rejected", "created_at": AGO / 1000}, 1
    )
    assert apply_fact(site.stored, first) is OLDER
    assert site.prefer(2, "saved", job="b", at=AGO) is EVICTED
    assert site.prefer(1, "ignored", job="a", at=AGO) is None
    assert site.profile().excluded_jobs == ["a"]
    site.prefer(1, "saved", job="a", at=AGO)
    assert site.profile().excluded_jobs == []


@pytest.mark.parametrize("most", [200, pytest.param(job_eviction.MAX_EXCLUSIONS, marks=pytest.mark.slow)])
def test_c1_the_oldest_evicted_exclusions_are_dropped_beyond_their_bound(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Number and bytes; those of `jobs` come on top."""
    monkeypatch.setattr(job_eviction, "MAX_EXCLUSIONS", most)
    site = Site()
    count = most + bounds.JOBS.limit + 5
    for number in range(count):
        site.site(number, "rejected", job=f"j{number}", at=AGO + number)
    excluded = site.profile().excluded_jobs
    assert excluded == [f"j{number}" for number in range(count - 1, 4, -1)]
    assert len(PersonCodec().encode(PersonState(site.stored))) < 300_000


def test_c18_the_last_searches_are_in_the_profile() -> None:
    """Those with words or a place, for as long as interactions; none of them is an interest."""
    site = Site()
    for number in range(15):
        site.site(number, "searched", job=None, at=AGO + number, query=f"q{number}", place="Tokyo")
    site.site(20, "searched", job=None, at=AGO + 20)
    searches = site.profile().searches
    assert [search.query for search in searches] == [f"q{number}" for number in range(14, 5, -1)]
    assert len(site.stored.jobs) == MAX_SEARCHES
    assert (site.profile().jobs, site.signals) == ([], [])
    assert site.profile(timedelta(days=90)).searches == []


def test_impossible_values_become_possible_ones() -> None:
    """A time after it was told, negative seconds, and seconds of a week."""
    site = Site()
    site.site(1, "viewed", at=START + 900 * DAY_MS, seconds=-5.0)
    site.site(2, "viewed", job="k", seconds=700_000.0)
    jobs = {job.job_id: job for job in site.profile().jobs}
    assert jobs["j"].viewed_at is not None
    assert START <= jobs["j"].viewed_at.timestamp() * 1000 < START + 100
    assert (jobs["j"].viewed_seconds, jobs["k"].viewed_seconds) == (0.0, 86_400.0)


def test_an_interaction_without_a_time_is_counted_and_is_no_interest_of_some_day() -> None:
    """Its signal has no time and no weight; it excludes a job nevertheless."""
    site = Site()
    site.prefer(1, "applied", at=None)
    assert (site.profile().jobs, site.profile().excluded_jobs) == ([], ["j"])
    assert [(signal.at, signal.weight, signal.others) for signal in site.signals] == [(None, 0.0, [])]
