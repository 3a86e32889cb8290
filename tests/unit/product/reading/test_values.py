"""Readers of values: every form of a value with one meaning is read, a value without a meaning is noted."""

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from schemas.documents import Event, JobPreference, JobView, Message, Order, User
from schemas.notes import Note, Noted
from workers.product.reading import read
from workers.product.reading.fields import READERS

FIRST = datetime(2024, 1, 15, tzinfo=UTC)
NOON = datetime(2024, 1, 15, 12, tzinfo=UTC)
BORN = date(1990, 5, 1)
SECONDS = 1_705_276_800  # FIRST as epoch seconds
UUID = uuid.UUID("12345678-1234-5678-1234-567812345678")


def read_field(model: type[Noted], field: str, value: Any) -> tuple[Any, list[Note]]:
    """The value of a field that is alone in its document, and the notes; reading twice changes nothing."""
    document = read(model, {"id": "1", field: value})
    assert read(model, document.model_dump(mode="json")) == document
    return getattr(document, field), document.notes


def cases(model: type[Noted], field: str, values: Iterable[Any], *meaning: Any) -> list[tuple[Any, ...]]:
    """One case for each value."""
    return [(model, field, value, *meaning) for value in values]


READABLE = [
    *cases(User, "age", (32, 32.0, "32", "32 ", "32.0", "32 years", "32歳", [32], "３２"), 32),
    *cases(User, "age", (None, "", " ", "null", "N/A", []), None),
    (User, "age", 0, 0),
    (User, "age", {"$numberInt": "130"}, 130),
    *cases(User, "interests", (None, "", " , ;", [], [None, "", " "], "none", ["null"]), []),
    *cases(User, "interests", ("a", " a ", ["a"], ["a", "A", " a "], "a,A", '["a"]'), ["a"]),
    (User, "interests", "a, b; c、d\ne", ["a", "b", "c", "d", "e"]),
    (User, "interests", ["a", None, " a ", 3, "", 2.0, ["x"]], ["a", "3", "2", "x"]),
    (User, "interests", ["wine  and\ncheese", "a, b"], ["wine and cheese", "a, b"]),
    (User, "interests", "['a', 'b']", ["a", "b"]),
    (User, "interests", 7, ["7"]),
    *cases(User, "name", (None, "", "  ", "null", "None", "N/A", "undefined", []), None),
    (User, "name", "  Sarah \n Chen ", "Sarah Chen"),
    (User, "name", ["Sarah"], "Sarah"),
    (User, "name", "田中\u3000健二", "田中 健二"),
    (User, "name", "half \ud800", "half ?"),
    (User, "occupation", 7, "7"),
    (User, "occupation", 7.0, "7"),
    (User, "occupation", 7.5, "7.5"),
    *cases(User, "email", ("Ann@X.jp", " Ann@X.jp\n", ["Ann@X.jp"], "mailto:Ann@X.jp"), "Ann@X.jp"),
    *cases(User, "email", ("MAILTO: Ann@X.jp?subject=hi", '"Lee, Ann" <mailto:Ann@X.jp>'), "Ann@X.jp"),
    *cases(User, "email", (None, "", " ", "null", []), None),
    *cases(User, "is_team_member", (True, "true", "YES", " 1", 1, 1.0), True),
    *cases(User, "is_team_member", (False, "False", "no", "0", 0), False),
    (User, "is_team_member", "", None),
    *cases(User, "time_zone", ("Asia/Tokyo", " Asia/Tokyo "), "Asia/Tokyo"),
    *cases(User, "birth_date", ("1990-05-01", "1990/5/1", "19900501", "1990年5月1日", 641520000), BORN),
    (User, "birth_date", "1990-05-01T23:59:59Z", BORN),
    *cases(Order, "date", ("2024-01-15", " 2024-01-15 ", "2024-01-15T00:00:00Z", "2024-01-15 00:00"), FIRST),
    *cases(Order, "date", ("2024-01-15T09:00:00+09:00", date(2024, 1, 15), datetime(2024, 1, 15)), FIRST),  # noqa: DTZ001
    *cases(Order, "date", ("2024/01/15", "2024/1/15", "2024.01.15", "2024年1月15日", "20240115"), FIRST),
    *cases(Order, "date", (SECONDS, float(SECONDS), SECONDS * 1000, f"{SECONDS}", f"{SECONDS}000"), FIRST),
    *cases(Order, "date", ({"$date": "2024-01-15T00:00:00Z"}, {"$date": SECONDS * 1000}), FIRST),
    (Order, "date", {"$date": {"$numberLong": f"{SECONDS}000"}}, FIRST),
    (Order, "date", "2024/01/15 12:00", NOON),
    (Order, "date", "2024-01-15T12:00:00.000000000Z", NOON),
    (Order, "date", "1900-01-01", datetime(1900, 1, 1, tzinfo=UTC)),
    (Order, "date", "9999-12-31", datetime(9999, 12, 31, tzinfo=UTC)),
    *cases(Order, "date", (None, "", "null", []), None),
    *cases(Order, "amount", (75, 75.0, "75.00", "$75.00", "75 USD", "¥75", "75円", " 75"), 75.0),
    (Order, "amount", "¥7,500", 7500.0),
    (Order, "amount", "1,250.50", 1250.5),
    (Order, "amount", {"$numberDecimal": "12.5"}, 12.5),
    (Order, "amount", 0, 0.0),
    (Order, "amount", "", None),
    (JobView, "time_spent_seconds", "95", 95.0),
    (JobView, "time_spent_seconds", None, 0.0),
    *cases(Order, "user_id", ("7", 7, 7.0, " 7 ", {"$numberLong": "7"}, ["7"]), "7"),
    (Order, "user_id", {"$oid": "65a000000000000000000001"}, "65a000000000000000000001"),
    (Order, "user_id", {"$uuid": str(UUID)}, str(UUID)),
    (Order, "user_id", UUID, str(UUID)),
    (Order, "user_id", " ", None),
    (Message, "content", " Hi,\n\n  Sarah ", "Hi,\n\n  Sarah"),
    (JobPreference, "preference_type", " Saved", "saved"),
    (JobPreference, "preference_type", "", None),
]


@pytest.mark.parametrize(("model", "field", "value", "meaning"), READABLE)
def test_a_value_with_one_meaning_is_read_without_a_note(
    model: type[Noted], field: str, value: Any, meaning: Any
) -> None:
    assert read_field(model, field, value) == (meaning, [])


UNREADABLE = [
    *cases(User, "age", (-1, 131, 32.5, "old", True, {}, [1, 2], 10**400)),
    *cases(User, "name", (True, {"first": "Sarah"}, ["a", "b"], float("inf"))),
    *cases(User, "email", ("ann", "@x.jp", "ann@", "a@b@c", "a b@c", 7, {}, "a@b, c", "\0a@x.jp")),
    (User, "email", "a" * 400 + "@x.jp"),
    *cases(User, "is_team_member", ("perhaps", 2, -1, {}, 0.5)),
    *cases(User, "time_zone", ("JST+9", "Mars/Base", "../etc/passwd", "a" * 500)),
    *cases(User, "interests", (True, {"a": 1})),
    *cases(
        Order, "date", ("soon", "2024", "2024-02-30", "20241301", "123", "99999-01-01", "9" * 80, -1, 0, "0")
    ),
    *cases(Order, "date", (1e30, float("inf"), True, {}, [1, 2], "0001-01-01T00:00:00+09:00")),
    (Order, "date", {"$date": {"$numberLong": "99999999999999999"}}),
    *cases(Order, "date", ("0001-01-01", "0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z", -62135596800000)),
    *cases(User, "birth_date", ("0001-01-01", "1752-09-14")),
    *cases(Order, "amount", (-1, "-1", "free", "75,00,00", "1,2,3", 1e300, float("inf"), {})),
    *cases(JobView, "time_spent_seconds", ("a while", -1, {}, [1, 2])),
    *cases(Order, "user_id", (True, {"a": 1}, ["a", "b"], float("inf"), "\0mia", " \0mia")),
    *cases(Event, "participants", (7, True, "nobody")),
    (JobPreference, "preference_type", "loved"),
]


@pytest.mark.parametrize(("model", "field", "value"), UNREADABLE)
def test_a_value_without_a_meaning_is_left_out_with_one_note(
    model: type[Noted], field: str, value: Any
) -> None:
    meaning, notes = read_field(model, field, value)

    assert meaning == model.model_fields[field].get_default()
    assert [(note.field, note.problem) for note in notes] == [(field, "malformed")]
    assert len(notes[0].reason) < 120


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (-1, "“-1” is outside 0 to 130 years"),
        ("x" * 41, f"“{'x' * 39}…” is no age in years"),
        ("x" * 40, f"“{'x' * 40}” is no age in years"),
        ({"years": "secret"}, "an object is no age in years"),
        (["secret", 1], "a list is no age in years"),
        (True, "“true” is no age in years"),
    ],
)
def test_a_reason_shows_at_most_40_characters_of_a_value(value: Any, reason: str) -> None:
    assert read_field(User, "age", value)[1] == [Note(field="age", problem="malformed", reason=reason)]


@pytest.mark.parametrize("model", list(READERS))
def test_a_number_of_any_length_can_be_read(model: type[Noted]) -> None:
    """Python refuses to convert numbers of more than 4300 digits to text."""
    for name, _ in READERS[model]:
        for value in (10**5000, [10**5000, 1], -(10**5000), "9" * 5000):
            document = read(model, {name: value})
            assert read(model, document.model_dump(mode="json")) == document


def test_readable_entries_of_a_list_are_kept() -> None:
    """One note names the first entry that cannot be read, and the number of others."""
    words, notes = read_field(User, "interests", ["tea", True, {"a": 1}, "rice", float("inf")])

    assert words == ["tea", "rice"]
    assert notes == [
        Note(field="interests", problem="malformed", reason="entry 2: “true” is no text, and 2 more")
    ]
