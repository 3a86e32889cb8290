"""The first step: profile information gathering."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.profile import EnrichedProfile
from tests.unit.mail.engine.prospects import SARAH, engine
from workers.mail.engine import ProspectError
from workers.mail.engine.prospect_profile import profile_of


def test_p1_it_collects_what_is_known_of_the_prospect() -> None:
    """P1: a mapping, as a program has it."""
    profile = profile_of(SARAH)

    assert (profile.person, profile.language, profile.time_zone) == ("sarah", "en", "Asia/Tokyo")
    assert profile.values == {
        "name": "Sarah Chen",
        "first_name": "Sarah",
        "interest": "jazz",
        "venue": "The Vault",
        "host": "Mario",
        "industry": "finance",
        "skill": "Rust",
    }
    assert len(profile.sent_at) == 3


def test_p1_it_reads_preferences_and_behaviour() -> None:
    """P1: what the person asks for, and what they did."""
    profile = profile_of(SARAH | {"preferred_tone": "casual", "total_orders": "many", "jobs_viewed": 3})

    assert profile.preferences == {"preferred_tone": "casual"}
    assert profile.behaviour == {"total_messages_sent": 5, "number_of_events_attended": 4, "jobs_viewed": 3}
    assert profile.reachable == {"email", "sms"}
    assert profile.is_known
    assert not profile_of("sarah").is_known


def test_p1_it_finds_the_points_that_make_a_message_personal() -> None:
    """P1: the best one first; without any there is none."""
    assert profile_of(SARAH).points == ("first_name", "interest", "skill", "industry", "venue", "host")
    assert profile_of({"id": 1}).points == ()


@pytest.mark.parametrize(
    "prospect",
    [
        "sarah",
        {"id": "sarah", "name": "Sarah Chen"},
        EnrichedProfile(id="sarah", as_of=datetime(2026, 12, 1, tzinfo=UTC), name="Sarah Chen"),
    ],
)
async def test_p2_a_prospect_is_an_id_a_mapping_or_a_profile(prospect: Any) -> None:
    """P2: for all of them there is a message."""
    result = await engine().personalize_message(prospect, "Hello {{first_name|there}}. We have news.")

    assert result.message.person == "sarah"


async def test_p2_a_person_of_whom_only_the_id_is_given_is_looked_up() -> None:
    """P2: where the engine was told how."""

    async def lookup(person: str) -> dict[str, Any] | None:
        return SARAH if person == "sarah" else None

    template = "We have news for {{first_name|you}}."
    looking = engine(profiles=lookup)

    assert "Sarah" in (await looking.personalize_message("sarah", template)).message.text
    assert "for you." in (await looking.personalize_message("jun", template)).message.text


@pytest.mark.parametrize(
    ("prospect", "told"),
    [(None, "NoneType"), ({}, "no id"), ({"id": " "}, "no id"), ({"id": True}, "no id"), (True, "bool")],
)
def test_p7_p13_what_is_no_prospect_is_refused_with_what_to_do(prospect: Any, told: str) -> None:
    """P7, P13: the error says what a prospect is."""
    with pytest.raises(ProspectError, match=told):
        profile_of(prospect)


@pytest.mark.parametrize(
    "odd", [None, -3.5e300, b"x", [], {}, [None], {"name": 3}, "\ud800", float("nan"), object(), 10**400]
)
def test_p13_a_field_that_holds_something_else_is_not_known(odd: Any) -> None:
    """P13: whatever it is."""
    fields = ("name", "interests", "skills", "language", "time_zone", "messages_sent_at", "last_contact_at")
    profile = profile_of({"id": 1} | dict.fromkeys(fields, odd))

    assert (profile.values, profile.language, profile.time_zone, profile.sent_at) == ({}, None, None, ())
