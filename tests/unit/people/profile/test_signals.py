"""Signals: affinities and their decay."""

from datetime import UTC, datetime

from schemas.documents import JobPreference, JobView
from schemas.profile import Affinity
from tests.world import EMAIL, SARAH, World, attends, event, profile_of
from workers.people.profile.signals import SIGNALS

HALF = "2023-08-14"  # 180 days before 2024-02-10


def test_affinities_decay_and_are_ordered_by_weight_then_first_occurrence() -> None:
    """Each attended event weighs 1 for each word, half after 180 days; an upcoming event weighs nothing."""
    profile = attends(
        event("e1", HALF, EMAIL, host="Ploy", venue="V", neighborhood="SOMA"),
        event("e2", HALF, EMAIL, host="Mario", venue="V"),
        event("e3", "2024-02-10", EMAIL, host="Aiko"),
        event("e4", "2024-02-11", EMAIL, host="Jun"),
        event("e5", None, EMAIL, host="Nina"),
    )
    assert profile.affinities == {
        "host": [Affinity(name="Aiko", weight=1.0), Affinity(name="Ploy", weight=0.5),
                 Affinity(name="Mario", weight=0.5)],
        "venue": [Affinity(name="V", weight=1.0)],
        "neighborhood": [Affinity(name="SOMA", weight=0.5)],
    }  # fmt: skip
    assert profile.at(datetime(2024, 2, 11, tzinfo=UTC)).affinities["host"][0].name == "Jun"


def test_an_affinity_has_at_most_five_words() -> None:
    """And none below the least weight."""
    profile = attends(*[event(str(n), f"2024-01-0{n + 1}", EMAIL, host=f"h{n}") for n in range(7)])
    assert [affinity.name for affinity in profile.affinities["host"]] == ["h6", "h5", "h4", "h3", "h2"]
    assert attends(event("old", "2019-01-01", EMAIL, host="h")).affinities == {}


def test_the_weight_of_job_tags_depends_on_the_interaction() -> None:
    """A view weighs seconds / 300 between 0.1 and 0.4; then +0.5, +0.4 and −0.3; ignored weighs nothing."""
    world = World()
    world.put("users", SARAH)
    views = [("short", 3), ("middle", 60), ("long", 9_000), ("rejected", 60)]
    for tag, seconds in views:
        body = {
            "user_id": "user_001",
            "tags": [tag],
            "time_spent_seconds": seconds,
            "viewed_at": "2024-02-10",
        }
        world.put("job-views", JobView.model_validate({"id": tag, **body}))
    for kind in ("applied", "saved", "rejected", "ignored"):
        body = {"user_id": "user_001", "tags": [kind], "preference_type": kind, "created_at": "2024-02-10"}
        world.put("job-preferences", JobPreference.model_validate({"id": kind, **body}))
    weights = {tag.name: tag.weight for tag in profile_of(world).affinities["job_tag"]}
    assert weights == {"applied": 0.5, "saved": 0.4, "long": 0.4, "middle": 0.2, "short": 0.1}


def test_signals_have_unique_names_and_positive_half_lives() -> None:
    """A signal is one row."""
    assert len({row.name for row in SIGNALS}) == len(SIGNALS)
    assert all(row.half_life_days > 0 for row in SIGNALS)
