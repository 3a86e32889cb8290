"""To which events somebody can be invited at all."""

from datetime import date
from typing import Any

import pytest

from tests.unit.recommend.events.event_cases import NOW, OWN, chosen, hosted, invitee
from workers.recommend.events.bookable import InviteWindow, obstacle
from workers.recommend.policy import DAY_MS

WINDOW = InviteWindow(NOW + DAY_MS, NOW + 30 * DAY_MS)
GOING = frozenset([("wine night", date(2026, 12, 6))])


@pytest.mark.parametrize(
    ("fields", "person", "why"),
    [
        ({}, {}, None),
        ({"name": None}, {}, "nameless"),
        ({"name": "  "}, {}, "nameless"),
        ({"date": None}, {}, "undated"),
        ({"date": "2026-11-29"}, {}, "too-soon"),
        ({"date": "2026-11-30T23:59:00Z"}, {}, "too-soon"),
        ({"date": "2026-12-01T00:00:00Z"}, {}, None),
        ({"date": "2026-12-31"}, {}, "too-late"),
        ({"status": "scheduled"}, {}, None),
        *(
            ({"status": word}, {}, "status")
            for word in ("full", "postponed", "cancelled", "draft", "ended", "x")
        ),
        ({"participants": [OWN.upper()]}, {}, "going"),
        ({"participants": ["ann@x.jp"]}, {}, None),
        ({}, {"going": GOING}, "going"),  # under another address; the day may be that of another zone
        ({"date": "2026-12-09"}, {"going": GOING}, None),  # the same every week
        ({"capacity": 2, "participants": ["a@x.jp", "b@x.jp"]}, {}, "full"),
        ({"capacity": 2, "participants": ["a@x.jp", "A@x.jp"]}, {}, None),
        ({"capacity": 0}, {}, "full"),
        ({"host": "SARAH CHEN"}, {}, "own"),
        ({"host": "Sarah Chen & Chef Mario"}, {}, "own"),
        ({"host": "Chef Mario"}, {"name": "Mario"}, None),  # a first name is many people's
        ({"host": "Chef Mario"}, {"name": None}, None),
        ({"host": None}, {}, None),
        ({"neighborhood": "Paris"}, {"places": ("Shibuya, Tokyo",)}, "far"),
        ({"neighborhood": "Osaka"}, {"places": ("Shibuya, Tokyo",)}, None),
        ({"neighborhood": "Paris"}, {"places": ("Shibuya, Tokyo", "Paris")}, None),
        ({"neighborhood": "SOMA"}, {"places": ("Shibuya, Tokyo",)}, None),  # of which nothing is known
        ({"neighborhood": "Paris"}, {}, None),
    ],
)
def test_why_somebody_is_not_invited(fields: dict[str, Any], person: dict[str, Any], why: str | None) -> None:
    """What is not known hinders only where an invitation would be nonsense without it."""
    event, who = hosted(**fields), invitee(**person)

    assert obstacle(event, who, WINDOW) == why
    assert [pick.event for pick in chosen(event, who=who)] == (
        [] if why or event.host != "Chef Mario" else [event]
    )
