"""The protocol: what is tested when, what everybody knows by then, and what is not tested."""

import numpy as np

from tests.unit.evaluate.recordings import START, job, recording, view
from workers.evaluate.arrays import IntArray
from workers.evaluate.metrics import NOT_RANKED
from workers.evaluate.recording import MS_PER_DAY, Act, RecordedPerson, Recording
from workers.evaluate.stepping import chosen, grades, rank_of, step_through


class Known:
    """Ranks the jobs it was told of, the last one first, and notes what it knew at each ranking."""

    name = "known"

    def __init__(self) -> None:
        self.jobs: list[int] = []
        self.at_rank: list[tuple[int, list[int], list[int]]] = []

    def learn(self, act: Act) -> None:
        self.jobs.append(act.job)

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        self.at_rank.append((person, list(self.jobs), candidates.tolist()))
        order = [each for each in dict.fromkeys(reversed(self.jobs)) if each in candidates]
        return np.array(order, dtype=np.int64)


def test_a_view_is_ranked_before_it_is_learnt() -> None:
    """In the order of time, for one time of split; all before is learnt."""
    known = Known()
    step_through(recording(3, 2, [view(0, 0, 1), view(1, 1, 2), view(0, 2, 3), view(1, 0, 4)]), [known])

    assert [(person, jobs) for person, jobs, _ in known.at_rank] == [(0, [0, 1]), (1, [0, 1, 2])]
    assert known.jobs == [0, 1, 2, 0]


def test_ranks_among_new_jobs_leave_out_what_the_person_has_seen() -> None:
    """The third job of everything is the first one that the person has not seen."""
    acts = [
        view(0, 1, 0),
        view(0, 2, 1),
        view(1, 0, 2),
        view(1, 1, 3),
        view(1, 2, 4),
        view(0, 0, 5),
        view(0, 1, 6),
    ]
    tested = step_through(recording(3, 2, acts), [Known()], split=5 / 7)

    # known, last first: 2, 1, 0 for the sixth act; 0, 2, 1 for the seventh, a return to job 1
    assert tested.ranked[0].all == [3, 3]
    assert tested.ranked[0].new == [1, NOT_RANKED]
    assert tested.is_new == [True, False]
    assert tested.earlier == [2, 3]


def test_only_open_jobs_are_candidates_and_others_are_counted() -> None:
    """A job that closed before, and one that is posted later, cannot be ranked; a view of one is no test."""
    jobs = (
        job("open"),
        job("closed", (START - MS_PER_DAY, START + 60_000)),
        job("later", (START + MS_PER_DAY, START + 2 * MS_PER_DAY)),
    )
    known = Known()
    made = Recording(jobs, (RecordedPerson("mia"),), (view(0, 0, 0), view(0, 0, 2), view(0, 1, 3)))
    tested = step_through(made, [known], split=1 / 3)

    assert [candidates for _, _, candidates in known.at_rank] == [[0]]
    assert dict(tested.passed_over) == {"of a job that was not open": 1}
    assert tested.candidates == [1]


def test_only_views_are_tested_but_all_acts_are_learnt() -> None:
    """An application counts as an earlier act."""
    acts = [view(0, 0, 0), view(0, 0, 1, None, "applied"), view(0, 1, 2)]
    tested = step_through(recording(2, 1, acts), [Known()], split=0.5)

    assert tested.earlier == [2]


def test_the_tested_views_are_spread_evenly_when_there_are_too_many() -> None:
    """Of the later half, the first and the last and between."""
    acts = [view(0, 0, minute) for minute in range(20)]

    assert sorted(chosen(acts, 0.5, None)) == list(range(10, 20))
    assert sorted(chosen(acts, 0.5, 4)) == [10, 13, 16, 19]


def test_a_view_is_worth_what_comes_of_it_within_a_day() -> None:
    """5 for an application or a save, 1 alone, 0 when the job is put away; nothing that was before counts."""
    acts = [
        view(0, 0, 0),
        view(0, 0, 1, None, "rejected"),
        view(0, 0, 2),
        view(0, 0, 3, None, "saved"),
        view(0, 1, 4),
        view(0, 1, 4 + 25 * 60, None, "applied"),
    ]

    assert grades(acts)[[0, 2, 4]].tolist() == [5, 5, 1]
    assert grades(acts[:2])[0] == 0


def test_a_job_that_is_left_out_has_no_rank() -> None:
    """Ranks begin at 1."""
    assert rank_of(7, np.array([9, 7])) == 2
    assert rank_of(3, np.array([9, 7])) == NOT_RANKED


def test_what_is_shown_is_counted_for_coverage() -> None:
    """Each ranking shows at most ten jobs, among the new ones only those."""
    acts = [view(0, each % 15, each) for each in range(30)]
    tested = step_through(recording(15, 1, acts), [Known()], split=0.5)

    assert sum(tested.ranked[0].shown_all.values()) == 15 * 10
    assert sum(tested.ranked[0].shown_new.values()) == 0  # everything was seen
    assert tested.available == 15
