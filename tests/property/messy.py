"""Values that databases contain for a field, each with its meaning."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple


class Value(NamedTuple):
    """A value and its meaning; `bad`: it has no meaning, and the document should have a note."""

    raw: Any
    meant: Any
    bad: bool = False


def plain(*values: Any) -> tuple[Value, ...]:
    """Values that are their own meaning."""
    return tuple(Value(value, value) for value in values)


TEXTS = (
    *plain(*("x", "y", "The Vault") * 4),
    Value("  The   Vault ", "The Vault"),
    Value(["x"], "x"),
    Value(7, "7"),
    *(Value(empty, None) for empty in (None, "", "  ", "null", "None", "n/a", "undefined")),
    Value({"no": "text"}, None, bad=True),
    Value(["x", "y"], None, bad=True),
)
NAMES = (
    *plain("Ann Lee", "田中健二", "さくら", None),
    Value(" Bob  B. ", "Bob B."),
    Value("", None),
    Value({"first": "Ann"}, None, bad=True),
)
WORDS = (
    *plain([], ["art"], ["art", "tea"]),
    Value("tea", ["tea"]),
    Value("tea, art; Tea", ["tea", "art"]),
    Value(["art", None, " tea ", 3, "", "ART"], ["art", "tea", "3"]),
    Value(None, []),
    Value("", []),
    Value({"no": "list"}, [], bad=True),
)
AGES = (
    *plain(30, 33, None),
    *(Value(raw, 32) for raw in ("32", "32 ", 32.0, "32 years")),
    Value("unknown", None, bad=True),
    Value(-3, None, bad=True),
    Value(999, None, bad=True),
)
BIRTH_DATES = (
    *plain(*(None,) * 5),
    *(Value(raw, date(1992, 2, 29)) for raw in ("1992-02-29", "1992/02/29", "19920229")),
    Value("1994-03-01T00:00:00Z", date(1994, 3, 1)),
    Value("2024-02-12", date(2024, 2, 12)),
    Value("in spring", None, bad=True),
)
LANGUAGES = (*plain("ja", "en", "ja-JP", "Japanese", "日本語", "fr", None), Value(["ja"], "ja"))
ZONES = plain("Asia/Tokyo", "America/Los_Angeles", None)
ROLES = plain("Staff", "guest", "ADMIN", None)
FLAGS = (
    *(Value(raw, True) for raw in (True, "true", "YES", "1", 1)),
    *(Value(raw, False) for raw in (False, "no", 0)),
    Value("perhaps", None, bad=True),
)
AMOUNTS = (
    *plain(20.0, 0.1, 0.2, 60.25, None),
    *(Value(raw, 75.0) for raw in ("75.00", "$75.00", "75")),
    Value("¥7,500", 7500.0),
    Value("1,250.50", 1250.5),
    Value("much", None, bad=True),
    Value(-5, None, bad=True),
)
SECONDS = (*plain(5.0, 95.0, 700.0), Value("95", 95.0))
STATUSES = (*plain("sent", "queued", "draft"), Value(" Sent ", "sent"), Value("QUEUED", "queued"))
PREFERENCES = plain("applied", "rejected", "saved", "ignored")
PEOPLE = ("a", "b", "c")
OWNERS = (*plain(*PEOPLE * 3, "nobody", None), Value({"$oid": "a" * 24}, "a" * 24))
ADDRESSES = (
    *plain("ann@x.jp", "bob@x.jp", "cid.day@x.jp"),
    Value(" ANN@x.jp", "ANN@x.jp"),
    Value("mailto:bob@x.jp", "bob@x.jp"),
    Value("Cid <cid.day@x.jp>", "cid.day@x.jp"),
)
NO_ADDRESSES = (
    Value(None, None),
    Value("", None),
    Value("ann at x.jp", None, bad=True),
    Value("@", None, bad=True),
)


def participant(raw: Any, address: str, name: str | None = None) -> Value:
    """A participant of an event."""
    return Value(raw, {"email": address, "name": name})


PARTICIPANTS = (
    *(
        participant(raw, "ann@x.jp")
        for raw in ("ann@x.jp", " ANN@x.jp", {"email": "Ann@X.jp"}, {"address": "ann@x.jp"})
    ),
    *(participant(raw, "bob@x.jp") for raw in ("bob@x.jp", "mailto:Bob@x.jp")),
    participant({"email": "ann@x.jp", "name": "Annie"}, "ann@x.jp", "Annie"),
    participant({"email": "bob@x.jp", "name": " Bobby  B."}, "bob@x.jp", "Bobby B."),
    participant({"email": "BOB@x.jp", "name": "Bob"}, "BOB@x.jp", "Bob"),
    participant("Cid Day <cid.day@x.jp>", "cid.day@x.jp", "Cid Day"),
    participant("cid.day@x.jp", "cid.day@x.jp"),
    participant("dan_2+tea@x.jp", "dan_2+tea@x.jp"),
    participant("123@x.jp", "123@x.jp"),
    Value("nobody", None, bad=True),
    Value({"name": "No Address"}, None, bad=True),
)
JOBS = (
    *plain("x", "y", "none", None),
    *(Value(raw, "x") for raw in (" x ", ["x"])),
    *(Value(raw, "7") for raw in (7, 7.0, "7")),
    Value("", None),
    Value({"no": "id"}, None, bad=True),
)
DAY = timedelta(days=1)
FORMS: tuple[Callable[[datetime], Any], ...] = (
    lambda time: time.isoformat(),
    lambda time: time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    lambda time: (time + 9 * DAY / 24).strftime("%Y-%m-%dT%H:%M:%S+09:00"),
    lambda time: time.timestamp(),
    lambda time: int(time.timestamp() * 1000),
    lambda time: str(int(time.timestamp())),
    lambda time: {"$date": time.isoformat()},
    lambda time: {"$date": {"$numberLong": str(int(time.timestamp() * 1000))}},
)
DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")
NO_TIMES = (
    Value(None, None),
    Value("", None),
    Value("soon", None, bad=True),
    Value("2024-13-45", None, bad=True),
)


def times(start: datetime) -> tuple[Value, ...]:
    """Times around a midnight, near and far, in all forms (midnights have more of them)."""
    hours = [*range(0, 31 * 24, 24), *range(0, 700, 35), *range(-24, -31 * 24, -24), *range(-1, -9600, -301)]
    return tuple(time(start + timedelta(hours=hour), number) for number, hour in enumerate(hours))


def time(at: datetime, form: int) -> Value:
    """A time in one of its forms."""
    forms = (*FORMS, *(DAY_FORMS if at.hour == 0 else ()))
    chosen = forms[form % len(forms)]
    return Value(at.strftime(chosen) if isinstance(chosen, str) else chosen(at), at)
