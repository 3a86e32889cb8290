"""What holds for any board and any person: bounds, exclusions, no repeats, one list, propensities."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.documents import Job
from schemas.jobs import JobTrend, Neighbour
from schemas.model import from_epoch_ms
from tests.unit.recommend.boards import DAY, EMBEDDER, NOW, POLICY
from workers.recommend.board import Board
from workers.recommend.candidates import allowed_rows, candidates
from workers.recommend.feed import ranking, recommend
from workers.recommend.interests import interests
from workers.recommend.pick import Picker
from workers.recommend.popular import is_unknown
from workers.recommend.seeker import JobSeeker, KnownJob, KnownSearch, Showing

IDS = [f"job_{number}" for number in range(12)]
TITLES = ["Python Developer", "Data Analyst", "看護師", "Nurse", "Line Cook", "", None, "?"]
PLACES = ["Tokyo", "新宿区", "Osaka", "San Francisco, CA", "Remote", "", None, "nowhere known"]
moments = st.one_of(st.none(), st.integers(NOW - 100 * DAY, NOW + DAY))
jobs = st.builds(
    Job,
    id=st.sampled_from(IDS),
    title=st.sampled_from(TITLES),
    company=st.sampled_from(["One", "Two", None]),
    location=st.sampled_from(PLACES),
    salary=st.sampled_from(["年収500万円", "$80k", None, "x"]),
    work_style=st.sampled_from(["full-time", "remote", None]),
    posted_at=st.one_of(st.none(), st.integers(0, 200).map(lambda days: from_epoch_ms(NOW - days * DAY))),
    closes_at=st.one_of(st.none(), st.integers(-5, 50).map(lambda days: from_epoch_ms(NOW + days * DAY))),
)
trends = st.builds(
    JobTrend,
    job_id=st.sampled_from(IDS),
    at=st.integers(0, 90).map(lambda days: from_epoch_ms(NOW) - timedelta(days=days)),
    interest=st.floats(0, 1e6),
    neighbours=st.lists(
        st.builds(Neighbour, job_id=st.sampled_from(IDS), weight=st.floats(0, 1e6)), max_size=5
    ),
)
known = st.builds(
    KnownJob,
    job_id=st.sampled_from(IDS),
    viewed_seconds=st.floats(0, 1e6),
    viewed_at=moments,
    applied_at=moments,
    saved_at=moments,
    rejected_at=moments,
    ignored_at=moments,
)
seekers = st.builds(
    JobSeeker,
    id=st.text(max_size=5),
    resume=st.sampled_from([None, "", "Python and data", "看護"]),
    fields=st.sampled_from([None, "Nurse"]),
    places=st.lists(st.sampled_from(["Tokyo", "渋谷", "", "San Francisco"]), max_size=2).map(tuple),
    language=st.sampled_from([None, "en", "ja", "pt-BR"]),
    jobs=st.lists(known, max_size=6, unique_by=lambda each: each.job_id).map(tuple),
    searches=st.lists(
        st.builds(
            KnownSearch, st.sampled_from([None, "cook"]), st.sampled_from([None, "Osaka"]), st.just(NOW)
        ),
        max_size=2,
    ).map(tuple),
    excluded=st.frozensets(st.sampled_from(IDS), max_size=5),
)
showings = st.dictionaries(st.sampled_from(IDS), st.builds(Showing, st.integers(0, 99), st.just(NOW)))
histories = st.lists(st.one_of(jobs, trends, st.sampled_from(IDS)), max_size=30)


def built(history: list[Job | JobTrend | str]) -> Board:
    """A board after jobs, trends, and closings (ids)."""
    board = Board(EMBEDDER, capacity=1)
    for each in history:
        if isinstance(each, Job):
            board.put(each)
        elif isinstance(each, JobTrend):
            board.trend(each)
        else:
            board.close(each, NOW)
    return board


def open_jobs(history: list[Job | JobTrend | str]) -> set[str]:
    """The ids of the open jobs, by a loop."""
    last: dict[str, Job | None] = {}
    for each in history:
        if isinstance(each, Job):
            last[each.id] = each
        elif isinstance(each, str):
            last[each] = None
    return {
        key
        for key, job in last.items()
        if job is not None and (job.closes_at is None or job.closes_at > from_epoch_ms(NOW))
    }


@given(histories, seekers, showings, st.text(max_size=5), st.booleans())
def test_a_list_keeps_its_promises(
    history: list[Job | JobTrend | str],
    person: JobSeeker,
    shown: dict[str, Showing],
    request: str,
    personal: bool,
) -> None:
    """0 ≤ score ≤ 100, boost ≤ 10 (C3, C5), nothing excluded or closed, no job twice, the same each time."""
    board = built(history)
    lists = [
        recommend(person, board, POLICY, NOW, request, shown=shown, use_personalization=personal)
        for _ in range(2)
    ]
    ids = [each.job_id for each in lists[0].jobs]

    assert lists[0] == lists[1]
    assert len(ids) == len(set(ids)) == lists[0].candidates
    assert set(ids) <= open_jobs(history) - person.excluded
    for position, each in enumerate(lists[0].jobs):
        assert each.position == position
        assert 0 <= each.score <= 100
        assert 0 <= each.parts.get("boost", 0) <= POLICY.max_boost
        assert each.parts.get("rejected", 0) <= 0
        assert 0 < each.propensity <= 1
        assert each.score == pytest.approx(
            min(90, max(0, sum(value for name, value in each.parts.items() if name != "boost")))
            + each.parts.get("boost", 0),
            abs=0.1,
        )


@given(histories, seekers, st.integers(0, 11))
def test_propensities_of_a_position_sum_to_1(
    history: list[Job | JobTrend | str], person: JobSeeker, position: int
) -> None:
    """Over all jobs that may come there."""
    of = ranking(person, built(history), POLICY, NOW)
    found = candidates(of, allowed_rows(of, person.excluded))
    picker = Picker(of, found, 12, ())
    taken = [picker.take("request") for _ in range(position)]
    draw = picker.draw()
    if draw is not None:
        assert sum(map(draw.propensity, range(len(found.rows)))) == pytest.approx(1.0)
        assert all(draw.propensity(each.number) == 0 for each in taken if each is not None)


@given(histories, seekers, known)
def test_a_rejection_raises_no_score(
    history: list[Job | JobTrend | str], person: JobSeeker, more: KnownJob
) -> None:
    """E7: what a person refuses never lifts anything else, nor brings back what an earlier one left out."""
    refused = KnownJob(more.job_id, rejected_at=NOW + 2 * DAY)  # later than the others
    others = tuple(each for each in person.jobs if each.job_id != more.job_id)
    board = built(history)
    as_before = replace(person, jobs=others)
    assume(
        not is_unknown(interests(as_before, board, POLICY, NOW))
    )  # the list of an unknown one has other scores
    before = recommend(as_before, board, POLICY, NOW, "request", use_personalization=True)
    after = recommend(
        replace(person, jobs=(*others, refused)), board, POLICY, NOW, "request", use_personalization=True
    )
    scores = {each.job_id: each.score for each in before.jobs}

    for each in after.jobs:
        assert each.score <= scores[each.job_id] + 0.02
