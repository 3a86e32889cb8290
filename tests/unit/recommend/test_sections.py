"""The six sections of a mail (seeds/email-generation.md)."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.recommend.boards import (
    NOW,
    NOW_AT,
    POLICY,
    TITLES,
    board_of,
    job,
    seeker,
    trend,
    viewed,
    wanted,
)
from workers.recommend.board import Board
from workers.recommend.editorial import load_editorial
from workers.recommend.picks import Why
from workers.recommend.policy import FeedPolicyError
from workers.recommend.sections import SECTIONS, JobSection, sections
from workers.recommend.seeker import JobSeeker
from workers.runtime.process.settings import DEPLOY

PERSON = seeker(viewed("0"), resume="Python developer, data", places=("Tokyo",))


def full_board() -> Board:
    """A board on which every section finds enough."""
    board = board_of(
        *(
            job(
                str(number),
                TITLES[number % len(TITLES)],
                location="Tokyo",
                is_editorial=number % 12 == 3,
                posted_at=NOW_AT - timedelta(days=number % 40),
            )
            for number in range(120)
        )
    )
    for number in range(0, 120, 5):
        board.trend(trend(str(number), 1.0 + number))
    board.trend(trend("0", 1.0, **{str(number): 0.5 for number in range(30, 50)}))  # type: ignore[arg-type]
    return board


def by_name(found: tuple[JobSection, ...]) -> dict[str, JobSection]:
    """The sections by their names."""
    return {each.name: each for each in found}


def test_the_sections_are_those_of_the_document() -> None:
    """E1, E3: in its order, with its sizes, all full, and no job twice."""
    found = sections(PERSON, full_board(), POLICY, NOW)
    ids = [pick.job_id for each in found for pick in each.jobs]

    assert [(each.name, len(each.jobs), each.shortened) for each in found] == [
        ("editorial_picks", 5, None),
        ("top_recommendations", 5, None),
        ("personalized_picks", 10, None),
        ("new_arrivals", 10, None),
        ("popular_jobs", 5, None),
        ("you_might_like", 5, None),
    ]
    assert len(ids) == len(set(ids)) == 40
    assert [(row.name, row.size) for row in SECTIONS] == [(each.name, len(each.jobs)) for each in found]


def test_each_section_has_what_it_says() -> None:
    """E4: editors' picks, new ones, wanted ones, neighbours; the others by score."""
    board = full_board()
    found = by_name(sections(PERSON, board, POLICY, NOW))

    assert all(int(pick.job_id) % 12 == 3 for pick in found["editorial_picks"].jobs)
    assert all(int(pick.job_id) % 40 < 14 for pick in found["new_arrivals"].jobs)
    assert all(int(pick.job_id) % 5 == 0 for pick in found["popular_jobs"].jobs)
    assert all(pick.parts["boost"] > 0 for pick in found["you_might_like"].jobs)
    assert {pick.why for pick in found["new_arrivals"].jobs} == {Why("new")}
    top = [pick.score for pick in found["top_recommendations"].jobs]
    assert top == sorted(top, reverse=True)


def test_e4_one_application_makes_no_job_popular() -> None:
    """E4: where everybody who looked applied, but hardly anybody looked."""
    board = board_of(*(job(str(number), "Nurse", location="Tokyo") for number in range(12)))
    weights = POLICY.weights
    for number in range(12):
        views, applications = (1, 1) if number == 0 else (100 + number, 20)
        interest = views * weights.viewed_least + applications * weights.applied
        board.trend(wanted(str(number), views, interest))
    found = by_name(sections(JobSeeker("new"), board, POLICY, NOW))["popular_jobs"]

    ids = [int(pick.job_id) for pick in found.jobs]
    assert len(ids) == 5
    assert 0 not in ids
    assert ids == sorted(ids, reverse=True)


def test_sections_shrink_and_say_why() -> None:
    """E3: on a board without trends, editors or new jobs; for somebody of whom nothing is known."""
    old = NOW_AT - timedelta(days=60)
    board = board_of(*(job(str(number), "Nurse", posted_at=old) for number in range(3)))
    found = sections(JobSeeker("new"), board, POLICY, NOW)

    assert [len(each.jobs) for each in found] == [0] * 6
    assert found[0].shortened == "there are 0 more jobs picked by editors, 5 are wanted"
    assert all(each.shortened for each in found)


def test_editorial_picks_come_from_the_list_too() -> None:
    """E4: deploy/editorial.toml."""
    board = board_of(*(job(str(number), "Nurse") for number in range(3)))
    found = sections(JobSeeker("new"), board, POLICY, NOW, editorial=("2", "gone"))

    assert [pick.job_id for pick in found[0].jobs] == ["2"]
    assert found[0].jobs[0].why == Why("editorial")


def test_what_is_excluded_is_in_no_section() -> None:
    """E3: not even when an editor picked it."""
    board = full_board()
    person = JobSeeker("mia", resume="Python", excluded=frozenset({"3", "15", "0", "5"}))
    ids = {pick.job_id for each in sections(person, board, POLICY, NOW) for pick in each.jobs}

    assert not ids & person.excluded


def test_the_list_of_editors(tmp_path: Path) -> None:
    """The file of the repository, one with ids, none, and wrong ones."""
    path = tmp_path / "editorial.toml"
    path.write_text('jobs = ["a", "b"]')

    assert load_editorial(DEPLOY / "editorial.toml") == ()
    assert load_editorial(path) == ("a", "b")
    assert load_editorial(tmp_path / "none.toml") == ()
    for wrong in ("jobs = 3", "jobs = [1]", "job = []", "jobs = ["):
        path.write_text(wrong)
        with pytest.raises(FeedPolicyError, match=r"editorial\.toml"):
            load_editorial(path)
