"""The fields beyond the document's: amounts, affinities, language, age, activity, quality of the data."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.documents import JobPreference, JobView, Order, User
from schemas.profile import Affinity, EnrichedProfile
from tests.unit.people.person_facts import START, fact, stored_person_of
from tests.world import EMAIL, SARAH, World, attends, event, profile_of
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.profile.signals import SIGNALS
from workers.product.reading import read

HALF = "2023-08-14"  # 180 days before 2024-02-10


def orders(*rows: tuple[str | None, float | None]) -> EnrichedProfile:
    """The profile of somebody with orders: date and amount."""
    world = World()
    world.put("users", SARAH)
    for n, (day, amount) in enumerate(rows):
        world.put(
            "orders",
            Order.model_validate({"id": f"o{n}", "user_id": "user_001", "date": day, "amount": amount}),
        )
    return profile_of(world)


def test_amounts_are_those_of_orders_that_have_one() -> None:
    """All orders count; the average is of those with an amount; the last order is not after now."""
    profile = orders(("2024-01-10", 75.0), (None, 85.005), ("2024-01-20", None), ("2024-03-01", 0.1))
    assert (profile.total_orders, profile.order_amount_total) == (4, 160.1)
    assert profile.order_amount_average == round((75.0 + 85.005 + 0.1) / 3, 2)
    assert profile.last_order_date == date(2024, 1, 20)
    assert profile.changes_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert profile.at(datetime(2024, 3, 1, tzinfo=UTC)).last_order_date == date(2024, 3, 1)


def test_without_amounts_there_is_no_sum() -> None:
    """Nothing is not zero."""
    profile = orders(("2024-01-10", None))
    assert (profile.order_amount_total, profile.order_amount_average) == (None, None)
    assert profile.decayed_spend == 0.0


def test_spend_halves_in_ninety_days() -> None:
    """90 days ago counts half, today whole, tomorrow nothing."""
    assert orders(("2023-11-12", 80.0), ("2024-02-10", 10.0), ("2024-02-11", 99.0)).decayed_spend == 50.0


def test_affinities_decay_and_go_by_weight_then_first_occurrence() -> None:
    """Each attended event weighs 1 for each word, half after 180 days; what is to come weighs nothing."""
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


def test_no_more_than_five_words_of_a_signal_are_told() -> None:
    """And none that weighs as good as nothing."""
    profile = attends(*[event(str(n), f"2024-01-0{n + 1}", EMAIL, host=f"h{n}") for n in range(7)])
    assert [one.name for one in profile.affinities["host"]] == ["h6", "h5", "h4", "h3", "h2"]
    assert attends(event("old", "2019-01-01", EMAIL, host="h")).affinities == {}


def test_job_tags_weigh_what_was_done_with_the_job() -> None:
    """Seconds / 300 between 0.1 and 0.4 for a look, then +0.5, +0.4 and −0.3; ignored is nothing."""
    world = World()
    world.put("users", SARAH)
    looks = [("short", 3), ("middle", 60), ("long", 9_000), ("rejected", 60)]
    for tag, seconds in looks:
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
    found = {one.name: one.weight for one in profile_of(world).affinities["job_tag"]}
    assert found == {"applied": 0.5, "saved": 0.4, "long": 0.4, "middle": 0.2, "short": 0.1}


def test_every_signal_is_a_row() -> None:
    """Names are unique, half-lives positive."""
    assert len({row.name for row in SIGNALS}) == len(SIGNALS)
    assert all(row.half_life_days > 0 for row in SIGNALS)


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("ja-JP", None, "ja"), ("Japanese", None, "ja"), ("日本語", None, "ja"), (" EN_us ", "田中", "en"),
        (None, "田中健二", "ja"), (None, "さくら", "ja"), (None, "Ann", "fr"), ("Klingonese", "Ann", "fr"),
        ("pt-BR", None, "pt"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_given_or_that_of_the_name(
    language: str | None, name: str | None, expected: str
) -> None:
    """The primary tag; else kana or kanji in the name; else the policy's."""
    stored = stored_person_of([fact("user", 0, {"language": language, "name": name}, 1)])
    profile = build_profile(stored, START, Policy(language="fr", time_zone="Asia/Tokyo"))
    assert (profile.preferred_language, profile.preferred_time_zone) == (expected, "Asia/Tokyo")


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Base"}, {"language": "English"}])
def test_a_policy_names_a_language_tag_and_a_zone(wrong: dict[str, str]) -> None:
    """Anything else is refused, by the name of the field."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Policy.model_validate(wrong)


def test_the_summary_is_in_the_language_of_the_reader() -> None:
    """A Japanese reader gets a Japanese summary."""
    assert "。" in attends(language="ja").summary
    assert "。" not in attends().summary


@pytest.mark.parametrize(
    ("user", "age", "contradicts"),
    [
        ({"birth_date": "1992-02-11"}, 31, False),
        ({"birth_date": "1992-02-10", "age": 30}, 32, True),
        ({"birth_date": "1992-02-10", "age": 31}, 32, False),
        ({"birth_date": "2024-02-11", "age": 31}, 31, False),
        ({"age": 31}, 31, False),
    ],
)
def test_the_age_goes_by_the_birth_date(user: dict[str, Any], age: int, contradicts: bool) -> None:
    """A birth date to come says nothing; an age that is more than a year off is noted."""
    profile = attends(**user)
    assert profile.age == age
    notes = [(note.document, note.field) for note in profile.data_quality.contradictory]
    assert notes == ([("users/user_001", "age")] if contradicts else [])


def test_a_birthday_is_a_change() -> None:
    """The stream wakes on the day; a leap day's is 1 March in other years."""
    profile = attends(birth_date="1992-02-29")
    assert profile.changes_at == datetime(2024, 2, 29, tzinfo=UTC)
    later = profile.at(datetime(2024, 2, 29, tzinfo=UTC))
    assert (profile.age, later.age, later.changes_at) == (31, 32, datetime(2025, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "level"),
    [
        ([], "new"),
        (["2024-02-01"], "occasional"),
        (["2024-02-01"] * 3, "active"),
        (["2023-08-13"] * 3, "lapsed"),
    ],
)
def test_activity_has_four_levels(days: list[str], level: str) -> None:
    """By the number of events, and the days since the last."""
    assert attends(*[event(str(n), day, EMAIL) for n, day in enumerate(days)]).activity_level == level


@pytest.mark.parametrize(
    ("role", "on_team"), [("Staff", True), ("ADMIN", True), ("guest", False), (None, False)]
)
def test_a_role_may_be_one_of_the_team(role: str | None, on_team: bool) -> None:
    """Whatever its case."""
    assert attends(role=role).is_on_team == on_team


def test_what_is_missing_malformed_or_contested_is_told() -> None:
    """Default fields in the document's order; notes on documents; an address that somebody else has."""
    world = World()
    world.put("users", User.model_validate({"id": "a", "email": EMAIL, "created_at": "2020-01-01"}))
    world.put("users", read(User, {"id": "user_001", "email": EMAIL, "age": "old", "gender": "f"}))
    world.put("orders", read(Order, {"id": "o1", "user_id": "user_001", "amount": "much"}))
    quality = profile_of(world).data_quality
    assert quality.missing[:4] == ["interests", "cuisine_preference", "dietary_restrictions", "age"]
    assert "gender" not in quality.missing
    malformed = [(note.document, note.field) for note in quality.malformed]
    assert malformed == [("orders/o1", "amount"), ("users/user_001", "age")]
    assert [(note.document, note.field, note.reason) for note in quality.contradictory] == [
        ("users/user_001", "email", "another user claims this address")
    ]
