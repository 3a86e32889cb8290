"""Which event a person is invited to: what speaks for it, in which order, and what is told."""

from typing import Any

import pytest

from tests.unit.recommend.events.event_cases import NOW, SATURDAY, chosen, hosted, invitee, listed
from workers.recommend.events.policy import EventPolicy
from workers.recommend.policy import DAY_MS

REASONS = [
    ({"host": "Chef MARIO"}, {"hosts": {"chef mario": 1.0}}, "host", "Chef MARIO", 25.0),
    (
        {"event_type": "Wine tasting"},
        {"event_types": {"wine tastings": 0.8}},
        "event_type",
        "Wine tasting",
        12,
    ),
    ({"venue": "The Vault"}, {"venues": {"the vault": 1.0}}, "venue", "The Vault", 10.0),
    ({"cuisine": ["イタリアン"]}, {"stated": frozenset(["italian"])}, "cuisine", "イタリアン", 8.0),
    (
        {"cuisine": ["Thai", "Italian"]},
        {"cuisines": {"italian": 1.0, "thai": 0.7}},
        "cuisine",
        "Italian",
        8.0,
    ),
    ({"name": "A night of wines"}, {"interests": ("hiking", "wine")}, "interest", "wine", 7.0),
    ({"name": "週末の登山"}, {"interests": ("登山",)}, "interest", "登山", 7.0),
    ({"neighborhood": "Shibuya"}, {"places": ("渋谷区",)}, "place", "Shibuya", 10.0),
    ({"neighborhood": "SOMA"}, {"places": ("Mission District", "soma")}, "place", "SOMA", 10.0),
    ({}, {"weekdays": (1, 0, 0, 0, 0, 4, 0)}, "weekday", 5, 4.0),
]


@pytest.mark.parametrize(("event", "person", "code", "named", "points"), REASONS)
def test_each_thing_that_speaks_for_an_event(
    event: dict[str, Any], person: dict[str, Any], code: str, named: str | int, points: float
) -> None:
    """It gives points, and names what the record has."""
    policy = EventPolicy(least_score=0)
    (pick,) = chosen(listed(**event), who=invitee(**({"hosts": {}} | person)), policy=policy)

    assert [(why.code, why.named) for why in pick.whys] == [(code, named)]
    assert pick.score == pytest.approx(points)


@pytest.mark.parametrize(
    ("event", "person"),
    [
        ({"host": "Chef Ploy"}, {}),
        ({"host": None}, {}),
        ({"neighborhood": None}, {"places": ("Tokyo",)}),
        ({"neighborhood": "Shibuya"}, {}),
        ({"neighborhood": "SOMA"}, {"places": ("Mission District",)}),
        ({"name": "Swine"}, {"interests": ("wine",)}),
        ({"name": "Wine Night"}, {"interests": ("wine tours",)}),
        ({"name": "And so on"}, {"interests": ("and",)}),
        ({}, {"weekdays": (0, 0, 0, 0, 0, 2, 0)}),  # of two events none is usual
        ({}, {"weekdays": (2, 2, 2, 2, 2, 2, 2)}),
        ({"date": "2026-12-06T19:00:00+09:00"}, {"weekdays": (1, 0, 0, 0, 0, 4, 0)}),
    ],
)
def test_what_is_not_known_or_does_not_fit_is_no_reason(
    event: dict[str, Any], person: dict[str, Any]
) -> None:
    """And nobody is invited without one."""
    assert (
        chosen(listed(**event), who=invitee(**({"hosts": {}} | person)), policy=EventPolicy(least_score=0))
        == []
    )


def test_the_same_region_gives_points_and_is_not_told() -> None:
    """It may be an hour away."""
    (pick,) = chosen(hosted(neighborhood="Shinjuku"), who=invitee(places=("渋谷",)))

    assert [why.code for why in pick.whys] == ["host"]
    assert pick.score == pytest.approx(31)


def test_of_too_little_nobody_is_invited() -> None:
    """The least score is a setting."""
    weekday = invitee(hosts={}, weekdays=(1, 0, 0, 0, 0, 4, 0))
    assert chosen(listed(), who=weekday) == []
    assert len(chosen(listed(), who=weekday, policy=EventPolicy(least_score=4))) == 1


def test_reasons_are_told_by_their_weight_and_equal_ones_in_a_fixed_order() -> None:
    """Whatever order the parts are in."""
    person = invitee(
        hosts={"chef mario": 0.4}, venues={"the vault": 1.0}, places=("soma",), interests=("wine",)
    )
    (pick,) = chosen(hosted(venue="The Vault", neighborhood="SOMA"), who=person)

    assert [why.code for why in pick.whys] == ["host", "venue", "place", "interest"]


def test_events_are_in_one_order_whatever_order_they_came_in() -> None:
    """By score, then by date, then by id."""
    events = [
        hosted("b"),
        hosted("a"),
        hosted("early", date="2026-12-04T19:00:00+09:00"),
        hosted("best", venue="The Vault", date="2026-12-20T19:00:00+09:00"),
    ]
    person = invitee(venues={"the vault": 1.0})
    ids = [[pick.event.id for pick in chosen(*order, who=person)] for order in (events, events[::-1])]

    assert ids == [["best", "early", "a", "b"]] * 2


def test_no_event_begins_before_the_invitation_may_be_read() -> None:
    """A mail is valid for a while."""
    event = hosted(date=SATURDAY)
    assert event.starts_at is not None
    assert len(chosen(event, not_before=event.starts_at)) == 1
    assert chosen(event, not_before=event.starts_at + 1) == []


def test_the_window_is_a_setting() -> None:
    """So many hours at least, so many days at most."""
    event = hosted()
    assert event.starts_at is not None
    days = (event.starts_at - NOW) / DAY_MS
    assert chosen(event, policy=EventPolicy(most_days=days - 0.01)) == []
    assert len(chosen(event, policy=EventPolicy(most_days=days, least_hours=days * 24))) == 1
    assert chosen(event, policy=EventPolicy(most_days=30, least_hours=days * 24 + 0.1)) == []
