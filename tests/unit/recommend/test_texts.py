"""What a rejection leaves out: the nearest jobs, and never more than a share of them."""

from datetime import timedelta

import pytest

from schemas.documents import Job
from tests.unit.recommend.boards import DAY, NOW, NOW_AT, PLAIN, board_of, feed, job, seeker
from workers.recommend.feed import recommend
from workers.recommend.picks import Picks
from workers.recommend.policy import FeedPolicy
from workers.recommend.seeker import KnownJob

CHAIN = [
    job(f"{number:03}", "Line Cook", posted_at=NOW_AT - timedelta(hours=number)) for number in range(101)
]
REJECTED = KnownJob("050", rejected_at=NOW)


def shown(jobs: list[Job], *known: KnownJob, policy: FeedPolicy = PLAIN) -> dict[str, float]:
    """The jobs that are shown, with what a rejection takes off each."""
    picks = recommend(seeker(*known, resume="Cook"), board_of(*jobs), policy, NOW, "request", size=200)
    assert picks.candidates == len(picks.jobs)
    return {each.job_id: each.parts.get("rejected", 0.0) for each in picks.jobs}


def test_of_a_chain_s_postings_a_quarter_stays_with_points_taken_off() -> None:
    """The newest ones; the rejected one itself is not among them."""
    rest = shown(CHAIN, REJECTED)

    assert set(rest) == {f"{number:03}" for number in range(25)}
    assert all(points < -5 for points in rest.values())


def test_it_does_not_depend_on_the_order_in_which_jobs_come() -> None:
    """Nor do alike jobs without a time, which go by their ids."""
    undated = [each.model_copy(update={"posted_at": None}) for each in CHAIN]
    for jobs in (CHAIN, undated):
        assert shown(jobs, REJECTED) == shown(jobs[::-1], REJECTED)


def test_the_nearest_are_left_out_first() -> None:
    """Before alike ones, of which some have to stay."""
    others = [job(f"chef {number}", "Line Cook, Tokyo, evenings") for number in range(100)]
    rest = shown([*CHAIN, *others], REJECTED)

    assert set(rest) <= {each.id for each in others}
    assert len(rest) == 50


def test_a_later_rejection_brings_nothing_back() -> None:
    """What was rejected first counts first, and what is rejected later takes points off."""
    nurses = [job(f"nurse {number:03}", "Registered Nurse") for number in range(101)]
    later = KnownJob("nurse 050", rejected_at=NOW)
    first = KnownJob("050", rejected_at=NOW - DAY)
    before, after = shown([*CHAIN, *nurses], first), shown([*CHAIN, *nurses], first, later)

    assert set(before) == {each.id for each in nurses}
    assert set(after) < set(before)
    assert all(points < -5 for points in after.values())


@pytest.mark.parametrize(("share", "count"), [(0.0, 100), (0.5, 50), (1.0, 0)])
def test_the_share_is_a_setting(share: float, count: int) -> None:
    """0: points are taken off only; 1: a chain may vanish."""
    policy = FeedPolicy(exploration=0.0, relevance=1.0, left_out_share=share)

    assert len(shown(CHAIN, REJECTED, policy=policy)) == count


def test_few_alike_jobs_are_all_left_out() -> None:
    """The bound is for those that are most of the board."""
    jobs = [job(str(number), "Line Cook") for number in range(4)]
    jobs += [job("nurse", "Registered Nurse"), job("driver", "Truck Driver")]
    picks: Picks = feed(seeker(KnownJob("0", rejected_at=NOW)), board_of(*jobs))

    assert {each.job_id for each in picks.jobs} == {"nurse", "driver"}
