"""The parts of a score: place, trend, salary, language, fatigue, neighbours (facts/jobs.md §8.3)."""

from datetime import timedelta

import pytest

from tests.unit.recommend.boards import (
    DAY,
    NOW,
    NOW_AT,
    PLAIN,
    POLICY,
    RESUME,
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
from workers.recommend.board import Board
from workers.recommend.feed import recommend
from workers.recommend.reasons import sentence
from workers.recommend.seeker import KnownJob, Showing


def test_c3_the_boost_is_the_same_from_both_sides_and_damped_by_popularity() -> None:
    """Pairs are learned on either side; x / (x + c) with the neighbours' counts."""
    person = seeker(viewed("Line Cook"))
    there, back, popular = titled(), titled(), titled()
    there.trend(trend("Line Cook", 1.0, Truck_Driver=0.4))
    back.trend(trend("Truck Driver", 0.0, Line_Cook=0.4))
    back.trend(trend("Line Cook", 1.0))
    popular.trend(trend("Line Cook", 1.0, Truck_Driver=0.4))
    popular.trend(trend("Truck Driver", 100.0))

    def boost(board: Board) -> float:
        return {each.job_id: each.parts.get("boost", 0.0) for each in feed(person, board).jobs}[
            "Truck Driver"
        ]

    x = 0.4 * 0.4 / (1.0**0.5 * 0.0**0.5 + 1.0)
    assert boost(there) == boost(back) == pytest.approx(10 * x / (x + PLAIN.boost_scale), abs=0.01)
    assert 0 < boost(popular) < boost(there)


def test_c4_old_pairs_count_less() -> None:
    """They halve like what made them."""
    person, fresh, old = seeker(viewed("Line Cook")), titled(), titled()
    fresh.trend(trend("Line Cook", 1.0, Truck_Driver=0.4))
    old.trend(trend("Line Cook", 1.0, NOW - 60 * DAY, Truck_Driver=0.4))

    parts = [{each.job_id: each.parts for each in feed(person, board).jobs} for board in (fresh, old)]
    assert parts[0]["Truck Driver"]["boost"] > parts[1]["Truck Driver"]["boost"] > 0


def test_place_is_a_first_class_part() -> None:
    """Facts §4.1: the same city, then the same region, then remote, each as strong as the text at least."""
    board = board_of(
        job("city", "Line Cook", location="東京都新宿区"),
        job("region", "Line Cook", location="Shibuya, Tokyo"),
        job("remote", "Line Cook", location="Remote"),
        job("far", "Line Cook", location="札幌市"),
    )
    picks = feed(seeker(places=("Shinjuku",)), board)

    assert [each.job_id for each in picks.jobs] == ["city", "region", "remote", "far"]
    assert POLICY.points.place >= POLICY.points.text
    assert picks.jobs[0].why.code == "place"
    assert sentence(picks.jobs[0].why, "en") == "Near Shinjuku"


def test_the_place_is_learned_from_what_is_looked_at() -> None:
    """A person without a stated place."""
    board = board_of(
        job("1", "Line Cook", location="大阪市"),
        job("2", "Nurse", location="Osaka"),
        job("3", "Nurse", location="Tokyo"),
    )
    parts = {each.job_id: each.parts for each in feed(seeker(viewed("1")), board).jobs}

    assert parts["2"]["place"] > 20
    assert "place" not in parts["3"] or parts["3"]["place"] < 10


def test_newcomers_get_what_is_wanted_in_their_place() -> None:
    """Without a résumé, by place and then by trend; without anything, by trend."""
    board = board_of(
        job("here", location="Osaka"), job("wanted", location="Osaka"), job("far", location="Sapporo")
    )
    board.trend(wanted("wanted", 30.0))
    board.trend(wanted("far", 50.0))

    assert [each.job_id for each in feed(seeker(places=("大阪",)), board).jobs] == ["wanted", "here", "far"]
    assert [each.job_id for each in feed(seeker(), board).jobs][:2] == ["far", "wanted"]


def test_c14_the_salary_is_learned() -> None:
    """Who applies for well-paid jobs sees the low ones fall; unparsed is neutral."""
    board = board_of(
        job("1", "Nurse", salary="年収600万円"),
        job("high", "Nurse", salary="月給50万円"),
        job("low", "Nurse", salary="時給1,200円"),
        job("unknown", "Nurse", salary="応相談"),
    )
    person = seeker(KnownJob("1", applied_at=NOW))
    parts = {each.job_id: each.parts for each in feed(person, board).jobs}
    rejecting = seeker(KnownJob("1", applied_at=NOW), KnownJob("x", rejected_at=NOW))
    board.put(job("x", "Truck Driver", salary="時給1,000円"))
    surer = {each.job_id: each.parts for each in feed(rejecting, board).jobs}

    assert parts["low"]["salary"] < -1
    assert "salary" not in parts["high"]
    assert "salary" not in parts["unknown"]
    assert surer["low"]["salary"] < parts["low"]["salary"]


def test_language_and_work_style_count() -> None:
    """A job in a language that is not the person's falls, until they look at such jobs."""
    board = board_of(job("ja", "看護師"), job("en", "Nurse"), job("ja2", "調理師", work_style="パート"))
    cold = {each.job_id: each.parts for each in feed(seeker(language="en"), board).jobs}
    warm = {each.job_id: each.parts for each in feed(seeker(viewed("ja2"), language="en"), board).jobs}

    assert cold["ja"]["language"] == -POLICY.points.language
    assert "language" not in cold["en"]
    assert warm["ja"]["language"] > cold["ja"]["language"]


def test_the_language_of_who_states_none_is_learned() -> None:
    """The surer the more was liked in it; before that, and without a language, nothing is taken off."""
    board = board_of(job("ja", "看護師"), job("en", "Nurse"), job("en2", "Line Cook"), job("none", "…"))

    def language(*jobs: KnownJob) -> dict[str, float]:
        return {each.job_id: each.parts.get("language", 0.0) for each in feed(seeker(*jobs), board).jobs}

    once, twice = language(viewed("en", 30)), language(viewed("en"), viewed("en2"))
    assert set(language().values()) == {0.0}
    assert 0 > once["ja"] > twice["ja"] > -POLICY.points.language
    assert once["en"] == once["en2"] == once["none"] == 0.0
    assert language(viewed("en"), viewed("ja"))["ja"] == 0.0


def test_a_new_job_earns_points_that_halve() -> None:
    """None where it is not known when it was posted; the reason says it where nothing else does."""
    half = timedelta(days=POLICY.fresh_half_life_days)
    posted = {"now": NOW_AT, "older": NOW_AT - half, "soon": NOW_AT + half, "unknown": None}
    board = board_of(*(job(name, "Nurse", posted_at=at) for name, at in posted.items()))
    picks = feed(seeker(resume=RESUME), board)
    points = {each.job_id: each.parts.get("fresh", 0.0) for each in picks.jobs}

    assert points == {
        "now": POLICY.points.fresh,
        "soon": POLICY.points.fresh,
        "older": POLICY.points.fresh / 2,
        "unknown": 0.0,
    }
    assert picks.jobs[0].why.code == "new"


def test_fatigue_lowers_what_was_passed_over() -> None:
    """The more often and the more lately; it is not taken away."""
    board = titled()

    def score(*showing: Showing) -> float:
        shown = {"ML Engineer": showing[0]} if showing else {}
        picks = recommend(seeker(resume=RESUME), board, PLAIN, NOW, "request", shown=shown)
        return scores(picks)["ML Engineer"]

    assert score() > score(Showing(1, NOW - 14 * DAY)) > score(Showing(1, NOW)) > score(Showing(3, NOW))
