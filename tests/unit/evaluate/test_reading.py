"""Recorded behaviour as it comes: what is read, what is counted, and that nothing raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.evaluate.generator import generate
from workers.evaluate.parameters import WORLDS
from workers.evaluate.reading import AROUND_VIEWS, read_recording
from workers.evaluate.recording import MS_PER_DAY
from workers.evaluate.writing import interaction_entries, job_entries, person_entries

JOBS = [{"id": "a"}, {"id": "b", "posted_at": "2015-01-01", "closes_at": "2015-03-01"}]
VIEW = {"person": "mia", "job": "a", "seconds": 36, "time": "2015-02-01T10:00:00Z"}
DAY_1_FEBRUARY = 1_422_784_800_000


def test_a_job_without_times_is_open_a_week_around_its_views() -> None:
    """One with times has its own; one that nobody viewed is never open."""
    views = [VIEW, VIEW | {"person": "kenji", "time": "2015-02-03T10:00:00Z"}]
    a, b, c = read_recording([*JOBS, {"id": "c"}], views).jobs

    assert a.posted_at == DAY_1_FEBRUARY - AROUND_VIEWS
    assert a.closes_at == DAY_1_FEBRUARY + 2 * MS_PER_DAY + AROUND_VIEWS
    assert b.closes_at - b.posted_at == 59 * MS_PER_DAY
    assert c.closes_at <= c.posted_at


def test_views_alone_are_enough() -> None:
    """No kind is a view, other names of fields are known, times may be numbers, seconds may be missing."""
    views = [VIEW, {"user_id": 7, "job_id": "a", "viewed_at": 1_422_784_900, "time_spent_seconds": ""}]
    found = read_recording(JOBS, views)

    assert [(act.kind, act.seconds) for act in found.acts] == [("viewed", 36.0), ("viewed", None)]
    assert [person.id for person in found.people] == ["mia", "7"]
    assert found.problems == {}


@pytest.mark.parametrize(
    ("seconds", "read", "problem"),
    [
        (37 * 86_400, 37.0 * 86_400, "seconds are more than a day; a view weighs no more for them"),
        (-3, None, "seconds are no number from 0 on, and count as not measured"),
        ("long", None, "seconds are no number from 0 on, and count as not measured"),
        ([1, 2], None, "seconds are no number from 0 on, and count as not measured"),
        (float("inf"), None, "seconds are no number from 0 on, and count as not measured"),
    ],
)
def test_absurd_seconds_are_counted_and_the_view_stays(
    seconds: Any, read: float | None, problem: str
) -> None:
    """37 days are a forgotten tab: the weight of a view is capped anyway."""
    found = read_recording(JOBS, [VIEW | {"seconds": seconds}])

    assert [act.seconds for act in found.acts] == [read]
    assert found.problems == {f"interaction: {problem}": 1}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"person": None}, "has no person"),
        ({"job": ""}, "has no job"),
        ({"time": None}, "has no time"),
        ({"job": "z"}, "is with a job that is not in the file of jobs"),
        ({"kind": "danced"}, "is of a kind that is not known"),
        ({}, "was told before"),
    ],
)
def test_an_interaction_that_cannot_be_used_is_counted_by_its_reason(
    change: dict[str, Any], problem: str
) -> None:
    """The good one beside it is read."""
    found = read_recording(JOBS, [VIEW, VIEW | change])

    assert len(found.acts) == 1
    assert found.problems == {f"interaction: {problem}": 1}


def test_wrong_jobs_and_people_are_counted() -> None:
    """Without an id, twice, no object; a job that closes before it is posted is open around its views."""
    odd = {"id": "c", "posted_at": "2015-03-01", "closes_at": "2015-02-01"}
    found = read_recording(
        [*JOBS, {"id": "a"}, {"title": "x"}, 7, odd], [VIEW], ["?", {"id": "mia", "city": "Kobe"}]
    )

    assert [person.place for person in found.people] == ["Kobe"]
    assert found.problems == {
        "job: has the id of another one": 1,
        "job: has no id": 1,
        "job: is no object": 1,
        "job: closes before it is posted; it counts as open around its views": 1,
        "person: is no object": 1,
    }


def test_acts_come_in_the_order_of_time() -> None:
    """Whatever the order of the file; tags may be one text."""
    views = [VIEW, VIEW | {"time": "2015-01-20"}]
    found = read_recording([{"id": "a", "tags": "cook, night shift"}], views)

    assert [act.at for act in found.acts] == sorted(act.at for act in found.acts)
    assert found.jobs[0].tags == ("cook", "night shift")


def test_a_world_that_is_written_is_read_as_it_was() -> None:
    """Jobs, people with a profile, and acts."""
    from dataclasses import replace

    made = generate(replace(WORLDS["half"], days=10, people=60, open_jobs=80), 1).recording
    found = read_recording(job_entries(made), interaction_entries(made), person_entries(made))

    assert found.problems == {}
    assert found.jobs == made.jobs
    assert len(found.acts) == len(made.acts)
    assert [(made.people[a.person].id, a.job, a.at, a.seconds) for a in made.acts] == [
        (found.people[a.person].id, a.job, a.at, a.seconds) for a in found.acts
    ]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(
    ["id", "person", "job", "kind", "time", "seconds", "tags", "posted_at", "title", "place"]
)


@given(st.lists(st.dictionaries(names, anything, max_size=6) | anything, max_size=6))
def test_nothing_in_a_file_raises(entries: list[Any]) -> None:
    """Whatever the objects hold, it is read or counted."""
    found = read_recording([*JOBS, *entries], [VIEW, *entries], entries)

    assert found.acts
    assert all(act.at for act in found.acts)
