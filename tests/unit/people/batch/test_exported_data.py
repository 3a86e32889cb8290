"""Profiles of people whose data are as exports have them: what is unknown is nothing definite."""

import json
from typing import Any

import pytest

from tests.world import World, profile_of
from workers.people import enrich_user_profiles

KNOWN = {"email": "a@example.com", "interests": ["tea"], "cuisine_preference": ["Thai"], "age": 34}
LISTED = ["a@example.com"]


def profile(
    user: dict[str, Any] | None = None, events: Any = (), messages: Any = (), orders: Any = ()
) -> dict[str, Any]:
    """The profile of one user on 2024-02-10."""
    users = [{"id": "a", **(KNOWN if user is None else user)}]
    (made,) = enrich_user_profiles(users, orders, events, messages, as_of="2024-02-10")
    return made


class Written:
    """A document as a database has it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.dumps = json.dumps(document).encode


def verdict(**message: Any) -> str:
    """The decision of the fleet on 2024-02-10 about a user with one message."""
    world = World()
    world.write("users", "a", Written({"id": "a", **KNOWN}))  # type: ignore[arg-type]
    world.write("messages", "m", Written({"id": "m", "user_id": "a", **message}))  # type: ignore[arg-type]
    profile_of(world, "a")
    decision = world.decision("a")
    assert decision is not None
    return decision.verdict


@pytest.mark.parametrize("date", ["soon", "TBD", "未定", None, "01/02/2024", 45306, "0001-01-01"])
def test_an_event_whose_date_is_unknown_was_not_attended(date: Any) -> None:
    events = [{"id": f"e{number}", "date": date, "participants": LISTED} for number in range(3)]
    made = profile(events=events)

    assert (made["number_of_events_attended"], made["activity_level"]) == (0, "new")
    assert (made["event_history"], made["upcoming_events"]) == ([], [])


@pytest.mark.parametrize("date", ["31/12/2027", "December 31, 2027", "2027年12月31日", "令和9年12月31日"])
def test_an_event_that_is_still_to_come_is_upcoming(date: str) -> None:
    made = profile(events=[{"id": "e1", "date": date, "participants": LISTED}])

    assert made["number_of_events_attended"] == 0
    assert [entry["date"] for entry in made["upcoming_events"]] == ["2027-12-31"]


@pytest.mark.parametrize(
    "status", ["delivered", "Opened", "clicked", "送信済み", "sent.", "in the post", "?", None]
)
def test_a_message_with_a_sent_date_counts_as_sent(status: str | None) -> None:
    """Unless it is known that it was not; so nobody is written to within the cooldown."""
    made = profile(messages=[{"id": "m", "user_id": "a", "status": status, "sent_date": "2024-02-09"}])

    assert (made["can_send_new_message"], made["days_since_last_message"]) == (False, 1)
    assert verdict(status=status, sent_date="2024-02-09") == "wait"


@pytest.mark.parametrize("status", ["draft", "失敗", "Canceled", "queued"])
def test_a_message_that_was_not_sent_makes_nobody_wait(status: str) -> None:
    assert verdict(status=status, sent_date="2024-02-09") == "send"


def test_a_message_of_an_unknown_status_without_a_sent_date_was_not_sent() -> None:
    assert verdict(status="in the post", created_date="2024-02-09") == "send"


@pytest.mark.parametrize("date", [20240209, 20240209.0, "20240209", 1707436800, 1707436800000, "09.02.2024"])
def test_the_same_digits_are_the_same_date(date: Any) -> None:
    assert verdict(status="sent", sent_date=date) == "wait"
    assert (
        profile(messages=[{"id": "m", "user_id": "a", "status": "sent", "sent_date": date}])[
            "last_message_sent_date"
        ]
        == "2024-02-09"
    )


@pytest.mark.parametrize(
    "word", ["-", "n.a.", "NaN", "#N/A", "未設定", "特になし", "不明", "unknown", "TBD", "null"]
)
def test_a_word_for_nothing_is_asked_for(word: str) -> None:
    made = profile(dict.fromkeys(KNOWN, word) | {"email": "a@example.com", "occupation": word})

    assert (made["should_request_more_details"], made["personalization_score"]) == (True, 0)
    assert made["data_quality"]["malformed"] == []
    assert word not in made["summary"]


@pytest.mark.parametrize("birth", ["1604-05-17", "0001-01-01", "1850-01-01", "1893-12-31"])
def test_nobody_is_older_than_people_become(birth: str) -> None:
    made = profile({"name": "Ann", "birth_date": birth})

    assert (made["age"], [note["field"] for note in made["data_quality"]["malformed"]]) == (
        None,
        ["birth_date"],
    )


@pytest.mark.parametrize("number", ["-16752040000", "-95617584000"])
def test_a_birth_before_1970_in_milliseconds(number: str) -> None:
    made = profile({"name": "Ann", "birth_date": {"$date": {"$numberLong": number}}})

    assert made["age"] in (54, 57)
    assert made["data_quality"]["malformed"] == []


def test_an_age_by_the_birth_date_is_bounded_as_a_stated_one() -> None:
    """In a year in which nobody lives who was born then; the stated age counts."""
    users = [{"id": "a", "birth_date": "1901-01-01", "age": 40}]
    (made,) = enrich_user_profiles(users, [], [], [], as_of="2040-01-01")

    assert made["age"] == 40


def test_invisible_letters_separate_nobody_from_their_events() -> None:
    """Nor does a domain in another form."""
    events = [
        {"id": "1", "date": "2024-01-01", "participants": ["ann@bücher.example"]},
        {"id": "2", "date": "2024-01-02", "participants": "bob@x.jp; \u200bann@xn--bcher-kva.example."},
    ]
    made = profile({"email": "\ufeffAnn@BÜCHER.example"}, events)

    assert made["number_of_events_attended"] == 2


def test_ids_in_several_spellings_of_a_number_meet() -> None:
    """As a table writes them whose column has a gap."""
    users: list[dict[str, Any]] = [{"id": "1", "name": "Ann"}, {"id": 2, "name": "Bo"}, {"id": "00123"}]
    orders: list[dict[str, Any]] = [
        {"id": "1", "user_id": "1.0"},
        {"id": "2", "user_id": 2.0},
        {"id": "3", "user_id": "123"},
    ]
    made = enrich_user_profiles(users, orders, [], [], as_of="2024-02-10")

    assert [each["total_orders"] for each in made] == [1, 1, 0]


@pytest.mark.parametrize(
    ("language", "expected"), [("jp", "ja"), ("JPN", "ja"), ("eng", "en"), ("日本語", "ja"), ("fr-CA", "fr")]
)
def test_a_language_is_known_by_its_names(language: str, expected: str) -> None:
    assert profile({"name": "Ann", "language": language})["preferred_language"] == expected


def test_an_unknown_language_is_the_policys() -> None:
    made = profile({"name": "Ann", "language": "Klingon"})

    assert made["preferred_language"] == "en"
    assert [note["field"] for note in made["data_quality"]["malformed"]] == ["language"]


def test_a_computed_field_stands_for_a_column_of_its_name() -> None:
    """A profile has the meaning that its schema says, whatever columns a file has."""
    made = profile({"name": "Ann", "friends": "Bo", "is_healthy_active_user": "yes", "nickname": "Annie"})

    assert (made["friends"], made["is_healthy_active_user"], made["nickname"]) == ([], False, "Annie")


@pytest.mark.parametrize(
    "status", ["refunded", "Cancelled", "canceled", "返金済み", "キャンセル", "returned"]
)
def test_an_order_that_was_cancelled_or_refunded_is_no_purchase(status: str) -> None:
    """Nobody paid for it; the same in the fleet, which takes back what it said of the order before."""
    order = {"id": "1", "user_id": "a", "amount": 80, "date": "2024-01-10"}
    world = World()
    world.write("users", "a", Written({"id": "a", **KNOWN}))  # type: ignore[arg-type]
    world.write("orders", "1", Written(order))  # type: ignore[arg-type]
    assert profile_of(world, "a").total_orders == 1
    world.write("orders", "1", Written(order | {"status": status}))  # type: ignore[arg-type]

    assert profile_of(world, "a").total_orders == 0
    assert profile(orders=[order | {"status": status}])["total_orders"] == 0


@pytest.mark.parametrize("status", ["paid", "発送済み", "partially refunded", "on a boat", "", None])
def test_any_other_order_is_one(status: str | None) -> None:
    """An order says that there was one; a word that is not known has a note."""
    made = profile(orders=[{"id": "1", "user_id": "a", "amount": 80, "status": status}])

    assert (made["total_orders"], made["order_amount_total"]) == (1, 80.0)
    assert len(made["data_quality"]["malformed"]) == (status == "on a boat")


@pytest.mark.parametrize(
    "answer",
    [
        *({"status": "declined"}, {"rsvp": "no"}, {"responseStatus": "needsAction"}, {"attended": False}),
        *({"response": "欠席"}, {"status": "キャンセル待ち"}, {"attending": "maybe"}, {"status": "No-Show"}),
    ],
)
def test_who_has_not_said_yes_did_not_attend(answer: dict[str, Any]) -> None:
    events = [{"id": "1", "date": "2024-01-10", "participants": [{"email": "a@example.com", **answer}]}]

    assert profile(events=events)["number_of_events_attended"] == 0


@pytest.mark.parametrize(
    ("answer", "notes"),
    [({"status": "accepted"}, 0), ({"rsvp": "はい"}, 0), ({"attended": True}, 0), ({"status": "VIP"}, 1)],
)
def test_who_is_on_the_list_and_has_not_said_no_attended(answer: dict[str, Any], notes: int) -> None:
    """A word that is not known has a note: the list itself says who takes part."""
    events = [{"id": "1", "date": "2024-01-10", "participants": [{"email": "a@example.com", **answer}]}]
    made = profile(events=events)

    assert (made["number_of_events_attended"], len(made["data_quality"]["malformed"])) == (1, notes)


@pytest.mark.parametrize("zero", ["1970-01-01", 0, {"$date": 0}, "1970-01-01T00:00:00Z"])
def test_a_message_that_was_sent_at_zero_was_sent_now(zero: Any) -> None:
    """As one without a date: nobody is written to because of it."""
    made = profile(messages=[{"id": "m", "user_id": "a", "status": "sent", "sent_date": zero}])

    assert (made["can_send_new_message"], made["days_since_last_message"]) == (False, 0)
