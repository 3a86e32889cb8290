"""The feed: the document's example, and rows of facts/jobs.md §8.3."""

import pytest

from tests.unit.recommend.boards import (
    DAY,
    NOW,
    PLAIN,
    POLICY,
    RESUME,
    TITLES,
    board_of,
    feed,
    job,
    scores,
    seeker,
    titled,
    trend,
    viewed,
    wanted,
)
from workers.recommend.feed import recommend
from workers.recommend.policy import FeedPolicy
from workers.recommend.seeker import JobSeeker, KnownJob


def test_the_cold_list_is_sorted_by_the_resume() -> None:
    """C6, E1: the parts are the résumé's similarities, and that all jobs are as new as each other."""
    picks = feed(seeker(resume=RESUME), titled())

    assert [each.score for each in picks.jobs] == sorted((each.score for each in picks.jobs), reverse=True)
    assert {each.job_id for each in picks.jobs[:6]} >= {"Python Developer", "ML Engineer", "Data Analyst"}
    assert all(set(each.parts) <= {"text", "fresh"} for each in picks.jobs)
    assert len({each.parts["fresh"] for each in picks.jobs}) == 1
    assert len(picks.jobs) == len(TITLES)


def test_the_document_s_example() -> None:
    """C2, C7, C9: viewing and saving raises what is alike, rejecting lowers it, the rest does not move."""
    board = titled()
    board.trend(trend("ML Engineer", 1.0, Python_Developer=1.0))
    cold = scores(feed(seeker(resume=RESUME), board))
    person = seeker(
        viewed("ML Engineer"),
        KnownJob("Backend Developer", saved_at=NOW),
        KnownJob("Data Analyst", rejected_at=NOW),
        resume=RESUME,
    )
    picks = feed(person, board)
    warm = scores(picks)

    assert "Data Analyst" not in warm
    for title in ("ML Engineer", "Python Developer", "Backend Developer", "AI Researcher"):
        assert warm[title] > cold[title]
    for title in ("Registered Nurse", "Line Cook", "Hair Stylist"):
        assert warm[title] == pytest.approx(cold[title], abs=1.0)
    boost = {each.job_id: each.parts.get("boost", 0.0) for each in picks.jobs}
    assert 0 < boost["Python Developer"] <= 10
    assert boost["Registered Nurse"] == 0


def test_c1_what_was_applied_for_rejected_or_ignored_is_not_shown() -> None:
    """However long ago: exclusions have no window."""
    person = JobSeeker("mia", excluded=frozenset({"Line Cook", "Accountant", "gone"}))

    assert set(scores(feed(person, titled(), now=NOW + 365 * DAY))) == set(TITLES) - {
        "Line Cook",
        "Accountant",
    }


def test_c5_a_score_does_not_depend_on_other_jobs() -> None:
    """Jobs that open and close change no score."""
    board, person = titled(), seeker(viewed("Line Cook"), resume=RESUME, places=("Tokyo",))
    before = scores(feed(person, board))
    for number in range(50):
        board.put(job(f"new {number}", "Sushi Chef", location="Osaka"))
    board.close("Hair Stylist", NOW)
    after = scores(recommend(person, board, PLAIN, NOW, "request", size=100))

    assert {title: after[title] for title in TITLES if title != "Hair Stylist"} == {
        title: score for title, score in before.items() if title != "Hair Stylist"
    }


def test_e7_a_rejection_raises_nothing() -> None:
    """Somebody who only rejects is not shown the opposite of it with a high score."""
    board = titled()
    cold = scores(feed(seeker(resume=RESUME), board))
    warm = scores(feed(seeker(KnownJob("Line Cook", rejected_at=NOW), resume=RESUME), board))

    assert all(score <= cold[title] for title, score in warm.items())
    only = feed(seeker(KnownJob("Line Cook", rejected_at=NOW)), board)
    assert all(set(each.parts) <= {"fresh", "rejected"} for each in only.jobs)


def test_c9_jobs_next_to_a_rejected_one_are_left_out_while_the_rejection_counts() -> None:
    """Unless the person likes one that is nearer, and only within the window."""
    board = board_of(
        job("1", "Data Analyst"),
        job("2", "Senior Data Analyst"),
        job("3", "Line Cook"),
        job("4", "Data Analyst, Tokyo"),
    )
    rejected = KnownJob("1", rejected_at=NOW)

    assert set(scores(feed(seeker(rejected), board))) == {"3"}
    assert "4" in scores(feed(seeker(rejected, KnownJob("4", saved_at=NOW)), board))
    assert set(scores(feed(seeker(rejected), board, now=NOW + 91 * DAY))) == {"2", "3", "4"}


def test_a_closed_job_still_says_what_the_person_likes() -> None:
    """While somebody was interested in it; it is not shown."""
    board = titled()
    board.trend(trend("ML Engineer", 0.4))
    board.close("ML Engineer", NOW)
    warm = scores(feed(seeker(viewed("ML Engineer")), board))

    assert "ML Engineer" not in warm
    assert warm["AI Researcher"] > warm["Line Cook"]


def test_somebody_unknown_gets_what_is_wanted_although_it_is_alike() -> None:
    """Few points of a trend do not lose against diversity; jobs in another language come after."""
    alike = [job(name, "Line Cook", language="en") for name in ("first", "second", "third")]
    board = board_of(*alike, job("other", "Accountant", language="en"), job("ja", "調理師", language="ja"))
    for name, views in {"first": 20.0, "second": 16.0, "third": 12.0, "other": 2.0, "ja": 14.0}.items():
        board.trend(wanted(name, views))
    policy = FeedPolicy(exploration=0.0)

    assert [each.job_id for each in feed(seeker(language="en"), board, policy).jobs] == [
        "first",
        "second",
        "third",
        "ja",
        "other",
    ]


def test_somebody_unknown_gets_what_most_people_looked_at_however_long_they_read() -> None:
    """One long view does not outweigh two short ones."""
    board = board_of(job("read"), job("clicked"))
    board.trend(wanted("read", 1.0, interest=POLICY.weights.viewed_most))
    board.trend(wanted("clicked", 2.0))

    assert [each.job_id for each in feed(seeker(), board).jobs] == ["clicked", "read"]


def test_c10_what_vanishes_without_a_rejection_fell_below_the_end_of_the_page() -> None:
    """The document's Product Manager: still on the list, behind what the person is interested in."""
    rejected = KnownJob("Data Analyst", rejected_at=NOW)
    saved = KnownJob("Backend Developer", saved_at=NOW)
    before = [each.job_id for each in feed(seeker(resume=RESUME), titled()).jobs]
    after = [
        each.job_id
        for each in feed(seeker(viewed("ML Engineer", 120), saved, rejected, resume=RESUME), titled()).jobs
    ]

    assert "Data Analyst" not in after
    assert "Product Manager" in before
    assert after.index("Product Manager") >= 4
