"""The lists: pages, companies, closing, small boards, and those who are not personalised (§8.3)."""

from datetime import timedelta

from tests.unit.recommend.boards import (
    NOW,
    NOW_AT,
    PLAIN,
    POLICY,
    RESUME,
    TITLES,
    board_of,
    feed,
    job,
    scores,
    seeker,
    wanted,
)
from workers.recommend.feed import recommend
from workers.recommend.seeker import JobSeeker


def test_closing_is_respected_at_the_time_of_picking() -> None:
    """A job is shown until the moment it closes."""
    board = board_of(job("1", closes_at=NOW_AT + timedelta(seconds=1)), job("2"))

    assert set(scores(feed(seeker(), board))) == {"1", "2"}
    assert set(scores(feed(seeker(), board, now=NOW + 1_000))) == {"2"}


def test_c11_without_personalization_it_is_popularity_and_freshness_with_the_same_filters() -> None:
    """The same exclusions; no trace of the person changes the order."""
    board = board_of(job("new"), job("old", posted_at=NOW_AT - timedelta(days=60)), job("wanted"), job("no"))
    board.trend(wanted("wanted", 2.0))
    board.trend(wanted("no", 9.0))
    person = JobSeeker("mia", resume="old", excluded=frozenset({"no"}))
    picks = recommend(person, board, PLAIN, NOW, "request", use_personalization=False)

    assert [each.job_id for each in picks.jobs] == ["wanted", "new", "old"]
    assert picks.arm == "popular"
    assert {each.why.code for each in picks.jobs} == {"popular"}


def test_c20_a_small_board_gives_a_shorter_list_and_says_so() -> None:
    """It never repeats a job, and is not empty because all jobs are of one company."""
    board = board_of(*(job(str(number), "Nurse", company="One") for number in range(5)))
    picks = feed(seeker(), board)

    assert sorted(each.job_id for each in picks.jobs) == [str(number) for number in range(5)]
    assert picks.shortened == "5 open jobs may be shown, 20 were asked for"
    assert feed(seeker(), board_of()).jobs == ()


def test_at_most_two_of_one_company_in_ten() -> None:
    """In any ten in a row, as long as others are left."""
    board = board_of(
        *(job(f"a{number}", "Nurse", company="One") for number in range(20)),
        *(job(f"b{number}", "Cook") for number in range(30)),
    )
    picks = recommend(seeker(resume="Nurse"), board, POLICY, NOW, "request", size=30)
    companies = [each.job_id[0] == "a" for each in picks.jobs]

    assert all(sum(companies[at : at + 10]) <= 2 for at in range(len(companies) - 9))
    assert sum(companies) > 2


def test_pages_do_not_repeat_while_the_board_moves() -> None:
    """The second page goes on after the first, whatever opened in between."""
    board = board_of(*(job(str(number), title) for number, title in enumerate(TITLES * 5)))
    first = recommend(seeker(resume=RESUME), board, POLICY, NOW, "request", size=10)
    seen = [each.job_id for each in first.jobs]
    whole = recommend(seeker(resume=RESUME), board, POLICY, NOW, "request", size=20)
    second = recommend(seeker(resume=RESUME), board, POLICY, NOW, "request", size=10, before=seen)
    board.put(job("new", "Python Developer"))
    later = recommend(seeker(resume=RESUME), board, POLICY, NOW, "request", size=10, before=seen)

    assert first.jobs + second.jobs == whole.jobs
    assert not set(seen) & {each.job_id for each in later.jobs}
    assert [each.position for each in later.jobs] == list(range(10, 20))
