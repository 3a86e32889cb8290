"""The calendar of events: what it holds, and who has met whom."""

import random

import pytest

from tests.unit.recommend.events.event_cases import NOW, OWN, SARAH, chosen, invitee, listed
from workers.recommend.events.calendar import EventCalendar
from workers.recommend.events.listed_event import ListedEvent, each_of
from workers.recommend.policy import DAY_MS

MIKE, JENNY, OFFICE = "mike.jones@email.com", "jenny.kim@email.com", "info@venue.example"


def past(id_: str, *guests: str, days: int = 10) -> ListedEvent:
    """An event some days ago."""
    return listed(id_, date=(NOW - days * DAY_MS), participants=list(guests))


def friends(*events: ListedEvent, now: int = NOW) -> int:
    """How many of Sarah's friends come to the last event."""
    calendar = EventCalendar()
    for event in events:
        calendar[event.id] = event
    return len(calendar.friends(SARAH, now).intersection(each_of(events[-1].people)))


@pytest.mark.parametrize(
    ("before", "guests", "count"),
    [
        ([(OWN, MIKE), (OWN, MIKE)], [MIKE], 1),
        ([(OWN, MIKE, JENNY), (OWN, MIKE, JENNY)], [MIKE, JENNY.upper(), "new@x.jp"], 2),
        ([(OWN, MIKE)], [MIKE], 0),  # met once
        ([(OWN, MIKE), (MIKE,), (OWN,)], [MIKE], 0),  # once together
        ([(OWN, MIKE), (OWN, MIKE)], [JENNY], 0),
        ([(OWN, OFFICE), (OWN, OFFICE)], [OFFICE], 0),  # nobody
        ([(OWN, MIKE), (OWN, MIKE)], [OWN], 0),
        ([(OWN, MIKE, *(f"g{n}@x.jp" for n in range(49)))] * 2, [MIKE], 0),  # a crowd is no acquaintance
    ],
)
def test_friends_are_people_met_twice(before: list[tuple[str, ...]], guests: list[str], count: int) -> None:
    """By address: a namesake is somebody else."""
    events = [past(f"p{number}", *people) for number, people in enumerate(before)]
    assert friends(*events, listed("next", participants=guests)) == count


def test_an_event_that_is_still_to_come_has_not_made_friends() -> None:
    """Until it has begun."""
    events = [past("p1", OWN, MIKE), past("p2", OWN, MIKE, days=-2), listed("next", participants=[MIKE])]
    assert (friends(*events), friends(*events, now=NOW + 2 * DAY_MS)) == (0, 1)


def test_friends_are_counted_in_the_reasons() -> None:
    """One gives half of the points, the second half of the rest."""
    events = [past("p1", OWN, MIKE, JENNY), past("p2", OWN, MIKE, JENNY)]
    (pick,) = chosen(*events, listed("next", participants=[MIKE, JENNY]), who=invitee(hosts={}))

    assert (pick.score, pick.whys[0].code, pick.whys[0].named) == (15.0, "friends", 2)


def test_it_knows_the_same_after_any_changes_as_one_that_was_made_anew() -> None:
    """Events change, move and vanish."""
    dice, calendar, held = random.Random(7), EventCalendar(), dict[str, ListedEvent]()
    guests = [OWN, MIKE, JENNY, "a.lee@x.jp"]
    for _ in range(400):
        key = str(dice.randrange(40))
        if key in held and dice.random() < 0.3:
            del calendar[key], held[key]
            continue
        days = dice.choice([None, *range(-20, 20)])
        date = None if days is None else NOW + days * DAY_MS
        held[key] = calendar[key] = listed(
            key, date=date, participants=dice.sample(guests, dice.randrange(5))
        )
    anew = EventCalendar()
    anew.update(held)

    assert dict(calendar) == held
    assert vars(calendar).keys() == vars(anew).keys()
    window = (NOW - 5 * DAY_MS, NOW + 5 * DAY_MS)
    assert sorted(e.id for e in calendar.between(*window)) == sorted(e.id for e in anew.between(*window))
    assert calendar.friends(SARAH, NOW) == anew.friends(SARAH, NOW)
    assert calendar.friends(SARAH, NOW)
    for key in list(held):
        del calendar[key]
    assert not any(vars(calendar).values())  # nothing is left of what is gone
