"""The fields of the profile that are computed from events."""

from datetime import UTC, date, datetime

import pytest

from schemas.documents import Event
from tests.world import EMAIL, SARAH, World, attends, event, profile_of


def test_an_event_counts_from_its_date_on() -> None:
    """An event of today is attended, one of tomorrow is upcoming until the watermark passes its date."""
    world = World()
    world.put("users", SARAH)
    world.put("events", event("today", "2024-02-10", EMAIL, name="A"))
    world.put("events", event("tomorrow", "2024-02-11", EMAIL, name="B"))

    profile = profile_of(world)
    assert (
        [entry.name for entry in profile.event_history],
        [entry.name for entry in profile.upcoming_events],
    ) == (["A"], ["B"])
    assert profile.changes_at == datetime(2024, 2, 11, tzinfo=UTC)

    world.settle("2024-02-11")
    later = profile_of(world)
    assert [entry.name for entry in later.event_history] == ["A", "B"]
    assert later.changes_at is None


def test_an_event_without_a_date_is_neither_attended_nor_upcoming() -> None:
    """Whether it took place is unknown, so it makes nobody active, and nobody a friend."""
    undated = [event(str(number), None, EMAIL, "bob@x.jp", name="B", host="H") for number in range(3)]
    profile = attends(*undated, event("a", "2024-02-01", EMAIL, name="A"))

    assert [entry.name for entry in profile.event_history] == ["A"]
    assert (profile.last_event_date, profile.number_of_events_attended) == (date(2024, 2, 1), 1)
    assert (profile.upcoming_events, profile.friends, profile.event_history_hosts) == ([], [], [])
    assert not profile.is_healthy_active_user


def test_friends_are_ordered_by_shared_events_then_by_the_first_meeting() -> None:
    """Most shared events first; equals by the first meeting: date, event id, index in the list."""
    profile = attends(
        event("e3", "2024-02-01", "cid@x.jp", EMAIL, "bob@x.jp", "once@x.jp"),
        event("e1", "2024-01-01", EMAIL, "bob@x.jp", "ann@x.jp", "cid@x.jp"),
        event("e2", "2024-01-01", "ann@x.jp", EMAIL, "cid@x.jp"),
    )
    assert profile.friends == ["Cid", "Bob", "Ann"]


def test_a_friend_has_the_first_name_that_was_given() -> None:
    """A given name wins over one made from the address, and an earlier one over a later."""
    lists = [
        [EMAIL, {"email": "MK@x.jp "}],
        [EMAIL, {"email": "mk@x.jp", "name": "Mika  K."}],
        [EMAIL, {"email": "mk@x.jp", "name": "Other"}],
    ]
    events = [
        Event.model_validate({"id": str(n), "date": f"2024-01-0{n + 1}", "participants": people})
        for n, people in enumerate(lists)
    ]
    assert attends(*events).friends == ["Mika K."]


def test_hosts_venues_and_types_are_ordered_by_count_then_first_occurrence() -> None:
    """Most frequent first; equals in the order of the history; missing values are left out."""
    profile = attends(
        event("1", "2024-01-01", EMAIL, host="A", venue="V", event_type="t"),
        event("2", "2024-01-02", EMAIL, host="B", venue="W"),
        event("3", "2024-01-03", EMAIL, host="B", venue="U", event_type="s"),
    )
    assert profile.event_history_hosts == ["B", "A"]
    assert profile.favorite_hosts == ["B"]
    assert profile.venue_history == ["V", "W", "U"]
    assert profile.favorite_event_types == ["t", "s"]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2024-02-09"], 1.0),
        (["2023-02-10"] * 2, 0.17),
        (["2023-12-11", "2024-02-01", "2024-02-02"], 1.5),
        ([], 0.0),
    ],
)
def test_events_per_month_count_from_the_first_event(dates: list[str], expected: float) -> None:
    """Events divided by the months since the first, at least one month, in two decimals."""
    events = [event(str(n), day, EMAIL) for n, day in enumerate(dates)]
    assert expected == attends(*events).average_events_per_month


def test_large_events_make_no_friends() -> None:
    """Events with more than 50 participants have no companions in their facts."""
    crowd = [f"pat{n}@x.jp" for n in range(50)]
    few = [event(str(n), "2024-01-01", EMAIL, *crowd[:49]) for n in range(2)]
    many = [event(str(n), "2024-01-01", EMAIL, *crowd) for n in range(2)]
    assert len(attends(*few).friends) == 49
    assert attends(*many).friends == []


def test_hosts_venues_and_types_in_several_spellings_are_one() -> None:
    """Dinner, dinner and dinners; the most frequent spelling is shown, also for the last venue."""
    profile = attends(
        event("1", "2024-01-01", EMAIL, host="Chef Mario", venue="The Vault", event_type="dinner"),
        event("2", "2024-01-02", EMAIL, host="Chef Ploy", venue="Komorebi", event_type="Dinner"),
        event("3", "2024-01-03", EMAIL, host="chef mario", venue="The Vault", event_type="dinners"),
        event("4", "2024-01-04", EMAIL, host="CHEF MARIO", venue="the  vault", event_type="Dinner"),
    )
    assert profile.event_history_hosts == ["Chef Mario", "Chef Ploy"]
    assert profile.favorite_hosts == ["Chef Mario"]
    assert profile.venue_history == ["The Vault", "Komorebi"]
    assert profile.last_event_venue == "The Vault"
    assert profile.favorite_event_types == ["Dinner"]
    assert {signal: [liked.name for liked in words] for signal, words in profile.affinities.items()} == {
        "event_type": ["Dinner"],
        "host": ["Chef Mario", "Chef Ploy"],
        "venue": ["The Vault", "Komorebi"],
    }


def test_an_office_or_a_program_is_no_friend() -> None:
    """Nor is somebody whose name is not known named."""
    others = ("no-reply@x.jp", "info@x.jp", "12345@x.jp", "bob.lee@x.jp")
    assert attends(*[event(str(n), "2024-01-01", EMAIL, *others) for n in range(2)]).friends == ["Bob Lee"]


def test_a_friend_is_named_as_people_say_it() -> None:
    """A name that is none does not hide a later one that is."""
    given = ("-", "CHEN, Dr. Mika")
    events = [
        Event.model_validate(
            {
                "id": str(n),
                "date": f"2024-01-0{n + 1}",
                "participants": [EMAIL, {"email": "mk@x.jp", "name": name}],
            }
        )
        for n, name in enumerate(given)
    ]
    assert attends(*events).friends == ["Mika Chen"]
