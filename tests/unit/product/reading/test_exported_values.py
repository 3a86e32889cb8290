"""Values as exports of shops, spreadsheets and mailing tools hold them: each with the one meaning it has."""

from datetime import date
from typing import Any

import pytest

from schemas.documents import Event, JobPreference, Message, Order, User
from schemas.notes import Note, Noted
from tests.unit.product.reading.test_values import BORN, FIRST, NOON, SECONDS, cases, read_field

SUMMER = date(1969, 6, 21)
NOTHING = (
    "-",
    "n.a.",
    "NaN",
    "#N/A",
    "未設定",
    "特になし",
    "不明",
    "Unknown",
    "TBD",
    "—",
    "(none)",
    "<NA>",
    "？",
)
READABLE = [
    *cases(User, "occupation", (*NOTHING, float("nan")), None),
    *cases(User, "age", (*NOTHING, float("nan")), None),
    *cases(User, "email", NOTHING, None),
    *cases(
        User,
        "gender",
        ("N / A", "[none]", "(unknown)", "無記入", "【未定】", "ー", "none given", "<NULL>"),
        None,
    ),
    *cases(User, "birth_date", (*NOTHING, float("nan")), None),
    *cases(Order, "amount", (*NOTHING, float("nan")), None),
    *cases(Message, "status", NOTHING, None),
    *cases(User, "interests", (*NOTHING, [*NOTHING], [float("nan")], "なし"), []),
    *cases(User, "is_team_member", ("Y", "はい", "○", "１", "有り", "on"), True),
    *cases(User, "is_team_member", ("N", "いいえ", "×", "なし", "off"), False),
    *cases(User, "email", ("\u200bann@x.jp", "ann@x.jp\ufeff", "an\u00adn@x.jp", "'ann@x.jp"), "ann@x.jp"),
    *cases(
        User, "email", ("ann@x.jp.", "(ann@x.jp)", "ann@x.jp,", "ａｎｎ＠ｘ．ｊｐ", "“ann@x.jp”"), "ann@x.jp"
    ),
    *cases(User, "email", ("ann@bücher.example", "Ann <ann@BÜCHER.example>"), "ann@xn--bcher-kva.example"),
    (User, "email", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
    (User, "email", "ann@straße.example", "ann@xn--strae-oqa.example"),
    *cases(
        User, "birth_date", (19900501, 19900501.0, "平成2年5月1日", "H2.5.1", "1 May 1990", "1.5.1990"), BORN
    ),
    *cases(User, "birth_date", ({"$date": {"$numberLong": "-16752040000"}}, {"$date": -16752040000}), SUMMER),
    *cases(User, "birth_date", (-16752040000, "-16752040000", -16752040, "-16752040", "21/06/1969"), SUMMER),
    (User, "birth_date", {"$date": {"$numberLong": "90241268000"}}, date(1972, 11, 10)),
    *cases(User, "birth_date", ({"$date": {"$numberLong": "0"}}, {"$date": 0}), date(1970, 1, 1)),
    *cases(Order, "date", ("15/01/2024", "1/15/2024", "15.1.2024", "15-01-2024", "Jan 15, 2024"), FIRST),
    *cases(
        Order, "date", ("Monday, January 15th, 2024", "15 Jan 2024", "15-Jan-2024", "15 jan. 2024"), FIRST
    ),
    *cases(Order, "date", ("令和6年1月15日", "R6/1/15", "2024年１月１５日(月)", "２０２４-０１-１５"), FIRST),
    *cases(Order, "date", (f"{SECONDS}.0", f"{SECONDS}000.0", 20240115, f"{SECONDS * 1000}"), FIRST),
    *cases(Order, "date", ("1/15/2024 12:00 PM", "2024年1月15日 12時", "2024年1月15日 午後0時0分"), NOON),
    *cases(Order, "date", ("Mon, 15 Jan 2024 12:00:00 GMT", "Jan 15, 2024 at 9:00 PM +0900"), NOON),
    (Order, "date", "Mon Jan 15 2024 21:00:00 GMT+0900 (Japan Standard Time)", NOON),
    *cases(Order, "amount", ("1.250,50", "1.250,50 €", "1 250,50", "1'250.50", "US$1,250.50"), 1250.5),
    *cases(
        Order, "amount", ("３，０００", "￥３，０００", "3,000円", "3.000,00", "NT$3000", "3000 yen"), 3000.0
    ),
    *cases(Order, "amount", ("75,00", "75,0 EUR", "R$ 75,00"), 75.0),
    (Order, "amount", "1.234.567", 1234567.0),
    *cases(Order, "user_id", ("7.0", " 7.00 ", 7.0), "7"),
    *cases(Order, "user_id", (float("nan"), ""), None),
    *cases(JobPreference, "preference_type", ("Saved", "bookmarked", "お気に入り"), "saved"),
    *cases(JobPreference, "preference_type", ("rejected", "not_interested", "興味なし"), "rejected"),
    *cases(Message, "status", ("queued", "SCHEDULED", "in_queue", "送信待ち"), "queued"),
    *cases(Message, "status", ("draft", "下書き", "not sent"), "draft"),
    *cases(Message, "status", ("failed", "Error", "送信失敗"), "failed"),
    *cases(Message, "status", ("Canceled", "cancelled", "キャンセル"), "cancelled"),
]


@pytest.mark.parametrize(("model", "field", "value", "meaning"), READABLE)
def test_a_value_of_the_field_is_read_without_a_note(
    model: type[Noted], field: str, value: Any, meaning: Any
) -> None:
    assert read_field(model, field, value) == (meaning, [])


@pytest.mark.parametrize(
    "word", ["sent", "Delivered", "OPENED", "clicked", "送信済み", "sent.", "soft-bounce", "開封済"]
)
def test_who_may_have_got_a_message_was_sent_it(word: str) -> None:
    """The only note is that it has no date."""
    status, notes = read_field(Message, "status", word)

    assert (status, [note.field for note in notes]) == ("sent", ["sent_date"])


@pytest.mark.parametrize("text", ["jp", "JPN", "ja_JP", "日本語", "en-GB", "eng", "no", "Deutsch", "pt-BR"])
def test_a_known_language_stays_as_it_is_written(text: str) -> None:
    assert read_field(User, "language", text) == (text, [])


UNREADABLE = [
    *cases(User, "birth_date", ("1604-05-17", "1850-01-01", 1990, "1990", 32994)),
    *cases(
        Order, "date", (45306, "45306", "01/02/2024", "1-2-2024", "15 Jan 24", "31/31/2024", "Feb 30, 2024")
    ),
    *cases(Order, "date", ("2024-01-15 10:00 PST", "2024-01-15 25:00", "next Friday", "-62135596800", -1, 0)),
    *cases(Order, "amount", ("75,00,00", "1,2,3", "1.25.50", "75 apples", float("inf"))),
    *cases(User, "email", ("a@b, c", "ann@-x-.ü", "Ann", "@x.jp")),
]


@pytest.mark.parametrize(("model", "field", "value"), UNREADABLE)
def test_what_may_mean_two_things_is_left_out_with_a_note(model: type[Noted], field: str, value: Any) -> None:
    meaning, notes = read_field(model, field, value)

    assert (meaning, [note.field for note in notes]) == (None, [field])


@pytest.mark.parametrize(
    ("model", "field", "value", "meaning", "reason"),
    [
        (Message, "status", "In the post", "In the post", "“In the post” is no known status"),
        (Message, "status", 2, "2", "“2” is no known status"),
        (User, "language", "Klingon", "Klingon", "“Klingon” is no known language"),
        (User, "language", "xq", "xq", "“xq” is no known language"),
        (User, "email", "ann@x.jp; bob@x.jp", "ann@x.jp", "has 2 addresses; the first is used"),
        (User, "email", "ann@x.jp / ann@y.jp bob@x.jp", "ann@x.jp", "has 3 addresses; the first is used"),
    ],
)
def test_a_word_that_is_not_known_stays_with_a_note(
    model: type[Noted], field: str, value: Any, meaning: str, reason: str
) -> None:
    assert read_field(model, field, value) == (
        meaning,
        [Note(field=field, problem="malformed", reason=reason)],
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            "01/02/2024",
            "“01/02/2024” is in one month or another, as day or month may come first; write 2023-12-31",
        ),
        (45306, "“45306” is not read as a date; it looks like a day of a spreadsheet: write 2024-01-15"),
        (1990, "“1990” is a year alone; write 2023-12-31"),
        ("in May", "“in May” is not a form of a date that is read; write 2023-12-31"),
    ],
)
def test_a_note_on_a_date_says_what_to_write(value: Any, reason: str) -> None:
    assert [note.reason for note in read_field(Order, "date", value)[1]] == [reason]


@pytest.mark.parametrize("value", ["a@x.jp; b@x.jp", ["a@x.jp, b@x.jp"], [{"email": "a@x.jp b@x.jp"}]])
def test_several_addresses_in_a_cell_are_several_participants(value: Any) -> None:
    participants, notes = read_field(Event, "participants", value)

    assert [each.email for each in participants] == ["a@x.jp", "b@x.jp"]
    assert notes == []


def test_an_id_with_zeros_before_it_is_no_number() -> None:
    """00123 and 123 may be two people."""
    assert [read_field(Order, "user_id", id_)[0] for id_ in ("00123", "123", "1.5", "0.0", "-7.0")] == [
        "00123",
        "123",
        "1.5",
        "0",
        "-7",
    ]
