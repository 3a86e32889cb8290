"""The second step: context data collection."""

from datetime import UTC, datetime

import pytest

from tests.unit.mail.engine.prospects import AT, SARAH, TEMPLATE, now
from workers.mail.engine import PLATFORMS, ContextEngine
from workers.mail.engine.context import context_of, known_fields
from workers.mail.engine.prospect_profile import profile_of


@pytest.mark.parametrize(("name", "is_short"), [("email", False), ("sms", True)])
def test_p1_it_gathers_what_belongs_to_the_platform(name: str, is_short: bool) -> None:
    """P1: name, subject, links, and whether it is a short one."""
    found = context_of(profile_of(SARAH), TEMPLATE, PLATFORMS[name], AT)["platform"]

    assert (found["name"], found["has_subject"], found["is_short"]) == (name, not is_short, is_short)


def test_p1_it_analyses_the_history() -> None:
    """P1, P5: messages in 30 days, days since the last one; later ones are not known yet."""
    context = context_of(profile_of(SARAH), TEMPLATE, PLATFORMS["email"], AT)
    earlier = context_of(profile_of(SARAH), TEMPLATE, PLATFORMS["email"], datetime(2026, 9, 3, tzinfo=UTC))

    assert context["history"] == {
        "messages_sent": 5,
        "messages_in_30_days": 2,
        "days_since_last_message": 6,
        "events_attended": 4,
    }
    assert earlier["history"]["days_since_last_message"] == 2


def test_p1_it_considers_time_and_channel() -> None:
    """P1, P5: the hour where the person is, and whether this is the channel that they prefer."""
    person = SARAH | {"preferred_channel": "sms"}
    context = context_of(profile_of(person), TEMPLATE, PLATFORMS["email"], AT)

    assert context["timing"] == {"local_hour": 21, "part_of_day": "evening", "is_weekend": False}
    assert context["channel"] == {"reachable": ["email", "sms"], "preferred": "sms", "is_preferred": False}


async def test_p5_it_works_from_the_prospect_alone() -> None:
    """P5: without services and arguments; what is not known is None."""
    data = await ContextEngine(clock=now).get_context_data({"id": 7}, "We have news.")

    assert set(data) == {"platform", "history", "timing", "channel"}
    assert set(data["timing"].values()) == {None}
    assert set(data["history"].values()) == {None}
    assert list(known_fields(data)) == [f"platform.{name}" for name in data["platform"]]


async def test_p5_the_time_and_the_platform_can_be_given() -> None:
    """P5: and the clock is not asked then."""
    context = ContextEngine(clock=lambda: 1 // 0)
    data = await context.get_context_data(SARAH, TEMPLATE, platform="push", at=AT)

    assert (data["platform"]["name"], data["timing"]["local_hour"]) == ("push", 21)


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York"])
def test_p13_the_ends_of_the_calendar_are_times(at: datetime, zone: str) -> None:
    """P13."""
    context = context_of(profile_of({"id": 1, "time_zone": zone}), TEMPLATE, PLATFORMS["email"], at)

    assert 0 <= context["timing"]["local_hour"] <= 23
